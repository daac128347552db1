namespace Rahdari.Movements.Sealing;

/// <summary>
/// <c>POST .../units/{n}/seals</c> {seal, class}, <c>devices</c> {device, role}, <c>detachments</c> {device, reason},
/// <c>gate-out</c> {vehicle, driver}.
/// </summary>
static class SealingEndpoint
{
    const int MaxVehicle = 40, MaxName = 70;

    public static void MapSealing(this IEndpointRouteBuilder routes)
    {
        routes.MapUnitPost("seals", (input, unit) => new FitSeal(
            unit, input.Id<SealNumber>("seal"), input.Choice<SealClass>("class")))
        .WithName("fitSeal").WithSummary("Put a seal on a released unit");

        routes.MapUnitPost("devices", (input, unit) => new FitDevice(
            unit, input.Id<DeviceId>("device"), input.Choice<DeviceRole>("role")))
        .WithName("fitDevice").WithSummary("Let a tracking device speak for a unit");

        routes.MapUnitPost("detachments", (input, unit) => new DetachDevice(
            unit, input.Id<DeviceId>("device"), input.Choice<DetachReason>("reason")))
        .WithName("detachDevice").WithSummary("Take a tracking device off a unit");

        routes.MapUnitPost("gate-out", (input, unit) => new RecordGateOut(
            unit, input.Text("vehicle", MaxVehicle), input.Text("driver", MaxName)))
        .WithName("recordGateOut").WithSummary("Report that a unit left the departure office's gate");
    }
}
