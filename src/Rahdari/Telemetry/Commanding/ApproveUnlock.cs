using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Commanding;

/// <summary>
/// Asks, as the second officer, for an unlocking to be sent. Two officers of one office say that the unit stands there,
/// and the tracker of its prime mover, which is not the device to be unlocked, says so too.
/// </summary>
sealed record ApproveUnlock(UnitId Unit, string CommandId, DeviceFixes Fixes) : IOperation
{
    public string Subject => Unit.Mrn.Value;

    /// <param name="fix">The newest of the prime mover's tracker; null where it was not heard.</param>
    public static Decision Decide(
        MovementState movement, CommandState commands, UnitId unit, string commandId, Actor actor, DateTimeOffset now,
        CommandRules? rules, Office? office, DeviceFix? fix)
    {
        if (Requests.RefuseUnlessDeclared(movement, unit.Number) is { } refused) return refused;
        var own = actor.Office.Administration;
        if (commands.Find(commandId, own) is not { } command || command.Unit != unit.Number)
            return Decision.Refuse(new Refusal("command-unknown").With("value", commandId));
        if (!command.WaitsForApproval(now))
            return Decision.Refuse(command.IsOpen(now) ? "command-not-waiting" : "command-lapsed");
        if (rules is not { RemoteUnlock: true }) return Decision.Refuse("remote-unlock-off");
        if (command.AuthorisedBy == actor.Id) return Decision.Refuse("second-officer-needed");
        if (command.Office != actor.Office || office is null)
            return Decision.Refuse(new Refusal("second-officer-elsewhere").With("office", command.Office));
        if (TrackerOf(movement, unit, command.Device, own) is not { } tracker)
            return Decision.Refuse("tracker-missing");
        if (fix is null || fix.Device != tracker || fix.FixedAt < now.AddSeconds(-rules.PositionSeconds))
        {
            return Decision.Refuse(new Refusal("tracker-not-heard")
                .With("device", tracker).With("seconds", rules.PositionSeconds));
        }
        var metres = (int)Math.Ceiling(Earth.MetresBetween(office.Place, fix.Place));
        return metres > office.ZoneRadiusMetres
            ? Decision.Refuse(new Refusal("unit-outside-zone")
                .With("metres", metres).With("zone", office.ZoneRadiusMetres))
            : Decision.Accept(new NewEvent(unit.Mrn.Value, new UnlockApproved(
                unit.Mrn, unit.Number, commandId, command.Device, tracker, fix.FixedAt, metres)));
    }

    /// <summary>The device whose position is independent of the one to be unlocked.</summary>
    static DeviceId? TrackerOf(MovementState movement, UnitId unit, DeviceId unlocked, AdministrationId own) =>
        movement.Find(unit.Number)!.LiveDevices
            .Where(d => d.Role == DeviceRole.PrimeMover && d.Side == own && d.Device != unlocked)
            .Select(d => (DeviceId?)d.Device).FirstOrDefault();

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        var movement = await reader.FoldAsync<MovementState>(Subject, cancel);
        var commands = await reader.FoldAsync<CommandState>(Subject, cancel);
        var rules = reader.Pack.Commands.At(reader.Now)?.Value;
        DeviceFix? fix = null;
        if (rules is not null && movement.Find(Unit.Number) is not null
            && commands.Find(CommandId, actor.Office.Administration) is { } command
            && TrackerOf(movement, Unit, command.Device, actor.Office.Administration) is { } tracker)
            fix = await Fixes.NewestAsync(tracker, reader.Now.AddSeconds(-rules.PositionSeconds), cancel);
        return Decide(
            movement, commands, Unit, CommandId, actor, reader.Now, rules, reader.Pack.FindOffice(actor.Office), fix);
    }
}
