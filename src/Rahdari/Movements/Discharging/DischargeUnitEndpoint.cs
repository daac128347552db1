using Rahdari.Movements.Crossing;

namespace Rahdari.Movements.Discharging;

/// <summary><c>POST .../units/{n}/discharge</c> {}.</summary>
static class DischargeUnitEndpoint
{
    public static void MapDischargeUnit(this IEndpointRouteBuilder routes) =>
        routes.MapUnitPost("discharge", (_, unit) =>
            new DischargeUnit(unit, routes.ServiceProvider.GetService<IUnitFixes>()))
        .WithName("dischargeUnit")
        .WithSummary("Discharge a unit on the evidence there is; frees its part of the guarantee");
}
