using Rahdari.Parties;
using Rahdari.Stock;
using Rahdari.Transparency;

namespace Rahdari.Movements.Sealing;

/// <summary>
/// A tracking device is put on a unit and speaks for it from now on; one already in the same role is replaced. One that
/// speaks for another live unit is off that unit the moment it is on this one: both units are told, and each record is
/// of one of them.
/// </summary>
sealed record FitDevice(UnitId Unit, DeviceId Device, DeviceRole Role) : IOperation
{
    const string Cause = "device-fitted";

    public string Subject => Unit.Mrn.Value;

    /// <param name="elsewhere">The movement of the unit the device speaks for so far; null where it speaks for none.
    /// </param>
    public static Decision Decide(
        MovementState movement, DeviceHolder holder, StockItem item, MovementState? elsewhere, FitDevice command,
        AdministrationId own, DateTimeOffset now)
    {
        if (Fitting.RefuseUnlessReady(movement, command.Unit.Number, own) is { } refused) return refused;
        if (holder.Unit == command.Unit)
            return Decision.Refuse(new Refusal("device-already-fitted", "device")
                .With("device", command.Device).With("unit", command.Unit));
        if (item.RefuseFitting(command.Device, command.Unit, now) is { } unfit) return Decision.Refuse(unfit);
        var replaced = movement.Find(command.Unit.Number)!.LiveDevices
            .Where(d => d.Role == command.Role && d.Side == own).Select(d => d.Device);
        return Decision.Accept(
        [
            .. holder.Unit is { } before ? TakingFrom(before, elsewhere, command, own) : [],
            .. replaced.SelectMany(d => Detaching(command.Unit, d, command.Role)),
            new NewEvent(command.Subject,
                new DeviceFitted(command.Unit.Mrn, command.Unit.Number, command.Device, command.Role)),
            new NewEvent(DeviceHolder.Subject(command.Device), new DeviceTaken(command.Device, command.Unit)),
            .. OutOfPlace(holder, item, command, now),
        ]);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        var holder = await reader.FoldAsync<DeviceHolder>(DeviceHolder.Subject(Device), cancel);
        return Decide(
            await reader.FoldAsync<MovementState>(Subject, cancel), holder,
            await reader.FoldAsync<StockItem>(StockItem.Subject(Device), cancel),
            holder.Unit is { } before ? await reader.FoldAsync<MovementState>(before.Mrn.Value, cancel) : null,
            this, reader.Own, reader.Now);
    }

    /// <summary>The device no longer speaks for the unit and is free for another.</summary>
    public static IEnumerable<NewEvent> Detaching(
        UnitId unit, DeviceId device, DeviceRole role, DetachReason? reason = null) =>
    [
        new(unit.Mrn.Value, new DeviceDetached(unit.Mrn, unit.Number, device, role) { Reason = reason }),
        new(DeviceHolder.Subject(device), new DeviceFreed(device, unit)),
    ];

    static IEnumerable<NewEvent> TakingFrom(
        UnitId before, MovementState? movement, FitDevice command, AdministrationId own)
    {
        var role = movement?.Find(before.Number)?.LiveDevices
            .FirstOrDefault(d => d.Device == command.Device && d.Side == own)?.Role ?? command.Role;
        return
        [
            .. Detaching(before, command.Device, role),
            Opened(before, "device-taken-away", command.Device, command.Unit),
        ];
    }

    static IEnumerable<NewEvent> OutOfPlace(
        DeviceHolder holder, StockItem item, FitDevice command, DateTimeOffset now)
    {
        if (holder.Unit is { } before) yield return Opened(command.Unit, "device-reused", command.Device, before);
        else if (item.StateAt(now) == StockState.AwaitingReturn && item.LastUnit is { } last)
            yield return Opened(command.Unit, "device-not-returned", command.Device, last);
    }

    static NewEvent Opened(UnitId unit, string code, DeviceId device, UnitId other) => new(
        unit.Mrn.Value,
        new IrregularityOpened(unit.Mrn, unit.Number, code, Cause, [device.ToString(), other.ToString()]));
}
