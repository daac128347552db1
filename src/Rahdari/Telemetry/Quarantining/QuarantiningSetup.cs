using Rahdari.Telemetry.Enriching;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Quarantining;

/// <summary>What officers decide about devices under whose id two spoke.</summary>
public static class QuarantiningSetup
{
    public static IServiceCollection AddQuarantining(this IServiceCollection services)
    {
        services.AddSingleton<IProjection, EndedQuarantineTable>();
        services.AddSingleton(KeptApartTable.Tables);
        services.AddSingleton<IQuarantines, EndedQuarantinesOf>();
        services.AddSingleton<KeptSources>();
        services.AddSingleton<Releasing>();
        services.AddHostedService<ReleasingService>();
        return services;
    }

    public static void MapQuarantining(this IEndpointRouteBuilder routes) => routes.MapQuarantines();
}
