using Rahdari.Parties;
using Rahdari.Stock;
using Rahdari.Transparency;

namespace Rahdari.Movements.Sealing;

/// <summary>
/// Asks for a tracking device to speak for a unit. One that speaks for another live unit is refused; one already in
/// the same role is replaced.
/// </summary>
sealed record FitDevice(UnitId Unit, DeviceId Device, DeviceRole Role) : IOperation
{
    public string Subject => Unit.Mrn.Value;

    public static Decision Decide(
        MovementState movement, DeviceHolder holder, StockItem item, FitDevice command, AdministrationId own,
        DateTimeOffset now)
    {
        if (Fitting.RefuseUnlessReady(movement, command.Unit.Number, own) is { } refused) return refused;
        if (holder.Unit is { } held)
        {
            return Decision.Refuse(
                new Refusal(held == command.Unit ? "device-already-fitted" : "device-elsewhere", "device")
                .With("device", command.Device).With("unit", held));
        }
        if (item.RefuseFitting(command.Device, command.Unit, now) is { } unfit) return Decision.Refuse(unfit);
        var replaced = movement.Find(command.Unit.Number)!.LiveDevices
            .Where(d => d.Role == command.Role && d.Side == own).Select(d => d.Device);
        return Decision.Accept(
        [
            .. replaced.SelectMany(d => Detaching(command.Unit, d, command.Role)),
            new NewEvent(command.Subject,
                new DeviceFitted(command.Unit.Mrn, command.Unit.Number, command.Device, command.Role)),
            new NewEvent(DeviceHolder.Subject(command.Device), new DeviceTaken(command.Device, command.Unit)),
        ]);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) => Decide(
        await reader.FoldAsync<MovementState>(Subject, cancel),
        await reader.FoldAsync<DeviceHolder>(DeviceHolder.Subject(Device), cancel),
        await reader.FoldAsync<StockItem>(StockItem.Subject(Device), cancel), this, reader.Own, reader.Now);

    /// <summary>The device no longer speaks for the unit and is free for another.</summary>
    public static IEnumerable<NewEvent> Detaching(
        UnitId unit, DeviceId device, DeviceRole role, DetachReason? reason = null) =>
    [
        new(unit.Mrn.Value, new DeviceDetached(unit.Mrn, unit.Number, device, role) { Reason = reason }),
        new(DeviceHolder.Subject(device), new DeviceFreed(device, unit)),
    ];
}
