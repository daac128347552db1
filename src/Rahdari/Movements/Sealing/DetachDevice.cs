using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Sealing;

/// <summary>
/// Asks for a device to speak for its unit no more: a named officer takes it off, and says why. From then on nobody
/// listens for it and it is compared with no other device. Where the unit was heard elsewhere than at the officer's
/// office the control room is told.
/// </summary>
sealed record DetachDevice(UnitId Unit, DeviceId Device, DetachReason Reason) : IOperation
{
    public string Subject => Unit.Mrn.Value;

    /// <param name="heard">Where the unit was last heard, if it is under way; else null.</param>
    public static Decision Decide(MovementState movement, DetachDevice command, Acting act, LastHeard? heard)
    {
        if (Requests.RefuseUnlessDeclared(movement, command.Unit.Number) is { } refused) return refused;
        var fitted = movement.Find(command.Unit.Number)!.LiveDevices
            .FirstOrDefault(d => d.Device == command.Device && d.Side == act.Office.Administration);
        return fitted is null
            ? Decision.Refuse(new Refusal("device-not-fitted", "device")
                .With("device", command.Device).With("unit", command.Unit))
            : Decision.Accept(
            [
                .. FitDevice.Detaching(command.Unit, command.Device, fitted.Role, command.Reason),
                .. DeviceLoss.OfDetaching(command.Unit, command.Device, isReplaced: false, act, heard),
            ]);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        var movement = await reader.FoldAsync<MovementState>(Subject, cancel);
        var heard = DeviceLoss.IsTold(movement, Unit) ? await LastHeard.FindAsync(reader, Unit, cancel) : null;
        return Decide(movement, this, Acting.Of(actor, reader), heard);
    }
}
