using Rahdari.Telemetry.Connecting;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Relaying;

/// <summary>Vendors' platforms that pass on what their devices send.</summary>
public static class RelayingSetup
{
    public static IServiceCollection AddRelaying(this IServiceCollection services)
    {
        services.AddSingleton<RelayVendors>();
        services.AddSingleton<IRelayLogins, RelayLogins>();
        services.AddSingleton<RelayIntake>();
        services.AddSingleton<IProjection, RelayCountTable>();
        services.AddSingleton(RelayHourTable.Tables);
        services.AddSingleton<RelayQuery>();
        services.AddSingleton<RelayHours>();
        services.AddHostedService<RelayHoursService>();
        services.AddSingleton(_ => new RelayTurns(RelayFramesEndpoint.MostAtOnce));
        return services;
    }

    public static void MapRelaying(this IEndpointRouteBuilder routes)
    {
        routes.MapFrames();
        routes.MapCounts();
    }
}
