using Rahdari.Transparency;

namespace Rahdari.Federation;

/// <summary>Reading the other side's log, and letting it read this one.</summary>
public static class FederationSetup
{
    public static IServiceCollection AddFederation(this IServiceCollection services)
    {
        services.AddSingleton<IProjection, Entitlements>();
        services.AddSingleton(PeerLog.Tables);
        services.AddSingleton<NewestPeerHead>(PeerLog.NewestHeadAsync);
        services.AddSingleton<KnownLogs>();
        services.AddSingleton<EntryProofs>();
        services.AddSingleton<PeerReading>();
        services.AddHostedService(s => s.GetRequiredService<PeerReading>());
        return services;
    }

    public static void MapFederation(this IEndpointRouteBuilder routes) => EntriesEndpoint.Map(routes);
}
