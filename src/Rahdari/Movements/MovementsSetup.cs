using Rahdari.Movements.Correcting;
using Rahdari.Movements.Crossing;
using Rahdari.Movements.Declaring;
using Rahdari.Movements.Discharging;
using Rahdari.Movements.Erasing;
using Rahdari.Movements.Examining;
using Rahdari.Movements.Guaranteeing;
using Rahdari.Movements.Sealing;
using Rahdari.Movements.Selecting;
using Rahdari.Movements.Views;
using Rahdari.Telemetry.Enriching;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Movements;

/// <summary>The way of a declaration: its stages, its boards, its timer.</summary>
public static class MovementsSetup
{
    public static IServiceCollection AddMovements(this IServiceCollection services)
    {
        services.AddSingleton<IProjection, MovementBoard>();
        services.AddSingleton<IProjection, FittedDeviceTable>();
        services.AddSingleton<FittedDevices>();
        services.AddSingleton<IFittedDevices>(s => s.GetRequiredService<FittedDevices>());
        services.AddHostedService(s => s.GetRequiredService<FittedDevices>());
        services.AddSingleton<IProjection, IdempotencyTable>();
        services.AddSingleton<Idempotency>();
        services.AddSingleton<Posting>();
        services.AddSingleton<DischargeDue>();
        services.AddHostedService<DischargeService>();
        return services;
    }

    public static void MapMovements(this IEndpointRouteBuilder routes)
    {
        routes.MapDeclareMovement();
        routes.MapReserveGuarantee();
        routes.MapSelectUnits();
        routes.MapRecordExamination();
        routes.MapSealing();
        routes.MapCrossing();
        routes.MapDischargeUnit();
        routes.MapCorrectObservation();
        routes.MapEraseMovement();
        routes.MapViews();
    }
}
