using System.Collections.Concurrent;

namespace Rahdari.Corridors;

/// <summary>The corridor's services and endpoint. The pack itself is given by whoever composes the node.</summary>
public static class CorridorsSetup
{
    public static IServiceCollection AddCorridors(this IServiceCollection services)
    {
        services.AddSingleton<RouteGeometries>();
        return services;
    }

    public static void MapCorridors(this IEndpointRouteBuilder routes) => routes.MapCorridor();
}

/// <summary>The geometry of each route of the node's pack, made when first asked for.</summary>
public sealed class RouteGeometries(CorridorPack pack)
{
    readonly ConcurrentDictionary<string, CorridorGeometry> made = new(StringComparer.Ordinal);

    /// <summary>Null where the pack has no such route.</summary>
    public CorridorGeometry? Find(string routeId) => pack.FindRoute(routeId) is { } route
        ? made.GetOrAdd(routeId, _ => new CorridorGeometry(route))
        : null;
}
