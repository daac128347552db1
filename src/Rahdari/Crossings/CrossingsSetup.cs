using Rahdari.Transparency;

namespace Rahdari.Crossings;

/// <summary>Notices that a crossing is shut or open again.</summary>
public static class CrossingsSetup
{
    public static IServiceCollection AddCrossings(this IServiceCollection services) =>
        services.AddSingleton<IProjection, ClosureTable>();

    public static void MapCrossings(this IEndpointRouteBuilder routes) => ClosuresEndpoint.Map(routes);
}
