using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Sealing;

/// <summary>
/// Asks for a device to speak for its unit no more: a named officer takes it off, and says why. From then on nobody
/// listens for it and it is compared with no other device.
/// </summary>
sealed record DetachDevice(UnitId Unit, DeviceId Device, DetachReason Reason) : IOperation
{
    public string Subject => Unit.Mrn.Value;

    public static Decision Decide(MovementState movement, DetachDevice command, AdministrationId own)
    {
        if (Requests.RefuseUnlessDeclared(movement, command.Unit.Number) is { } refused) return refused;
        var fitted = movement.Find(command.Unit.Number)!.LiveDevices
            .FirstOrDefault(d => d.Device == command.Device && d.Side == own);
        return fitted is null
            ? Decision.Refuse(new Refusal("device-not-fitted", "device")
                .With("device", command.Device).With("unit", command.Unit))
            : Decision.Accept(FitDevice.Detaching(command.Unit, command.Device, fitted.Role, command.Reason));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<MovementState>(Subject, cancel), this, reader.Own);
}
