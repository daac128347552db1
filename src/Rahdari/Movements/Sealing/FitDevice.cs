using Rahdari.Parties;
using Rahdari.Stock;
using Rahdari.Transparency;

namespace Rahdari.Movements.Sealing;

/// <summary>
/// A tracking device is put on a unit and speaks for it from now on; one already in the same role is replaced. One that
/// speaks for another live unit is off that unit the moment it is on this one: both units are told, and each record is
/// of one of them. Where a unit under way loses a device by it, the control room is told.
/// </summary>
sealed record FitDevice(UnitId Unit, DeviceId Device, DeviceRole Role) : IOperation
{
    /// <summary>The irregularity of the unit before: its device was put on another one.</summary>
    public const string TakenAway = "device-taken-away";

    const string Cause = "device-fitted";

    public string Subject => Unit.Mrn.Value;

    /// <param name="elsewhere">The movement of the unit the device speaks for so far; null where it speaks for none.
    /// </param>
    /// <param name="heard">Where units under way were last heard: the one fitted and the one before.</param>
    public static Decision Decide(
        MovementState movement, DeviceHolder holder, StockItem item, MovementState? elsewhere, FitDevice command,
        Acting act, IReadOnlyDictionary<UnitId, LastHeard?> heard)
    {
        var (own, now) = (act.Office.Administration, act.Now);
        if (Fitting.RefuseUnlessReady(movement, command.Unit.Number, own) is { } refused) return refused;
        if (holder.Unit == command.Unit)
            return Decision.Refuse(new Refusal("device-already-fitted", "device")
                .With("device", command.Device).With("unit", command.Unit));
        if (item.RefuseFitting(command.Device, command.Unit, now) is { } unfit) return Decision.Refuse(unfit);
        var replaced = movement.Find(command.Unit.Number)!.LiveDevices
            .Where(d => d.Role == command.Role && d.Side == own).Select(d => d.Device).ToList();
        return Decision.Accept(
        [
            .. holder.Unit is { } before ? TakingFrom(before, elsewhere, command, own) : [],
            .. replaced.SelectMany(d => Detaching(command.Unit, d, command.Role)),
            new NewEvent(command.Subject,
                new DeviceFitted(command.Unit.Mrn, command.Unit.Number, command.Device, command.Role)),
            new NewEvent(DeviceHolder.Subject(command.Device), new DeviceTaken(command.Device, command.Unit)),
            .. OutOfPlace(holder, item, command, now),
            .. holder.Unit is { } bereft && heard.TryGetValue(bereft, out var there)
                ? [DeviceLoss.OfTaking(bereft, command.Device, act, there, command.Unit)]
                : Array.Empty<NewEvent>(),
            .. heard.TryGetValue(command.Unit, out var here)
                ? replaced.SelectMany(d => DeviceLoss.OfDetaching(command.Unit, d, isReplaced: true, act, here))
                : [],
        ]);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        var holder = await reader.FoldAsync<DeviceHolder>(DeviceHolder.Subject(Device), cancel);
        var movement = await reader.FoldAsync<MovementState>(Subject, cancel);
        var elsewhere = holder.Unit is { } before
            ? await reader.FoldAsync<MovementState>(before.Mrn.Value, cancel)
            : null;
        var heard = new Dictionary<UnitId, LastHeard?>();
        if (DeviceLoss.IsTold(movement, Unit)) heard[Unit] = await LastHeard.FindAsync(reader, Unit, cancel);
        if (holder.Unit is { } other && DeviceLoss.IsTold(elsewhere, other))
            heard[other] = await LastHeard.FindAsync(reader, other, cancel);
        return Decide(
            movement, holder, await reader.FoldAsync<StockItem>(StockItem.Subject(Device), cancel), elsewhere, this,
            Acting.Of(actor, reader), heard);
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
            Opened(before, TakenAway, command.Device, command.Unit),
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
