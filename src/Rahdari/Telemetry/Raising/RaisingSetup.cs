using Rahdari.Movements.Crossing;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>Judging, alerts and positions. Needs the intake's frontier beside the node's own services.</summary>
public static class RaisingSetup
{
    public static IServiceCollection AddRaising(this IServiceCollection services)
    {
        services.AddSingleton<IProjection, AlertBoard>();
        services.AddJudgingTables();
        services.AddSingleton(PositionTable.Ways);
        services.AddSingleton<IProjection, OfficeActs>();
        services.AddSingleton<IProjection, OpeningBoard>();
        services.AddSingleton<PositionFeed>();
        services.AddSingleton<CoverageFeed>();
        services.AddSingleton<JudgingProgress>();
        services.AddSingleton<FollowedUnits>();
        services.AddSingleton<UnitsOnRoutes>();
        services.AddUnreadRows();
        services.AddSingleton<JudgingRun>();
        services.AddSingleton<IUnitFixes, UnitFixes>();
        services.AddHostedService<JudgingService>();
        services.AddSingleton<EscalationRound>();
        services.AddHostedService<EscalationService>();
        services.AddSingleton<FollowingEnds>();
        services.AddHostedService<FollowingEndsService>();
        return services;
    }

    /// <summary>What judging keeps, never without the scripts that bring it to its newest version.</summary>
    public static IServiceCollection AddJudgingTables(this IServiceCollection services) =>
        services.AddSingleton<IProjection, JudgingTables.Making>().AddSingleton(JudgingTables.Tables);

    public static void MapRaising(this IEndpointRouteBuilder routes)
    {
        routes.MapAlerts();
        routes.MapOpenings();
        routes.MapPositions();
    }
}
