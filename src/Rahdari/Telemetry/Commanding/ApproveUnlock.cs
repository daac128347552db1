using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Commanding;

/// <summary>
/// Asks, as the second officer, for an unlocking to be sent. Two officers of one office, each signed in, say that the
/// unit stands there, and so do the tracker of its prime mover, which is not the device to be unlocked, and the device
/// itself.
/// </summary>
sealed record ApproveUnlock(UnitId Unit, string CommandId, DeviceFixes Fixes) : IOperation
{
    public string Subject => Unit.Mrn.Value;

    UnlockPlaces Places { get; init; } = UnlockPlaces.None;

    /// <param name="office">The acting one; null where the corridor has none of that name.</param>
    public static Decision Decide(
        MovementState movement, CommandState commands, UnitId unit, string commandId, Actor actor, DateTimeOffset now,
        CommandRules? rules, Office? office, UnlockEvidence evidence)
    {
        if (Requests.RefuseUnlessDeclared(movement, unit.Number) is { } refused) return refused;
        if (commands.Find(commandId, actor.Office.Administration) is not { } command || command.Unit != unit.Number)
            return Decision.Refuse(new Refusal("command-unknown").With("value", commandId));
        if (!command.WaitsForApproval(now))
            return Decision.Refuse(command.IsOpen(now) ? "command-not-waiting" : "command-lapsed");
        if (rules is not { RemoteUnlock: true }) return Decision.Refuse("remote-unlock-off");
        // One person may hold a key, or several, beside the own sign-in: two of these are not two persons.
        if (KeyRegister.IsKey(actor.Id) || KeyRegister.IsKey(command.AuthorisedBy))
            return Decision.Refuse("signed-in-officer-needed");
        if (command.AuthorisedBy == actor.Id) return Decision.Refuse("second-officer-needed");
        if (command.Office != actor.Office || office is null)
            return Decision.Refuse(new Refusal("second-officer-elsewhere").With("office", command.Office));
        return UnlockGround.Of(movement, command, rules, office, evidence, now) switch
        {
            { Refusal: { } why } => Decision.Refuse(why),
            { Tracker: var fix, Metres: var metres } => Decision.Accept(new NewEvent(
                unit.Mrn.Value,
                new UnlockApproved(
                    unit.Mrn, unit.Number, commandId, command.Device, fix!.Device, fix.FixedAt, metres))),
        };
    }

    public async Task<IOperation> PrepareAsync(IDesk desk, Actor actor, CancellationToken cancel) => this with
    {
        Places = await UnlockPlaces.ReadAsync(
            desk, Fixes, Unit, CommandId, actor.Office.Administration, cancel),
    };

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        var movement = await reader.FoldAsync<MovementState>(Subject, cancel);
        var commands = await reader.FoldAsync<CommandState>(Subject, cancel);
        var evidence = await UnlockEvidence.ReadAsync(
            reader, Places, Unit, commands.Find(CommandId, actor.Office.Administration), cancel);
        return Decide(
            movement, commands, Unit, CommandId, actor, reader.Now, reader.Pack.Commands.At(reader.Now)?.Value,
            reader.Pack.FindOffice(actor.Office), evidence);
    }
}
