using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Commanding;

/// <summary>The node records that a command goes out, or why it does not; it is decided again that it may.</summary>
/// <param name="HasBytes">False where the device's protocol has no frame for what was asked.</param>
sealed record SendCommand(UnitId Unit, string CommandId, DeviceId Device, DeviceFixes Fixes, bool HasBytes = true)
    : IOperation
{
    public string Subject => Unit.Mrn.Value;

    UnlockPlaces Places { get; init; } = UnlockPlaces.None;

    /// <param name="office">Of the command's officers; null where the corridor has none of that name.</param>
    /// <param name="evidence">Only an unlocking is asked for it.</param>
    public static Decision Decide(
        CommandState commands, MovementState movement, SendCommand command, AdministrationId own, DateTimeOffset now,
        CommandRules? rules, Office? office, UnlockEvidence evidence)
    {
        if (commands.Find(command.CommandId, own) is not { } found || found.Device != command.Device)
            return Decision.Refuse(new Refusal("command-unknown").With("value", command.CommandId));
        if (!found.IsReady(now)) return Decision.Refuse("command-lapsed");
        // Taken off since: it would open, or question, another unit.
        var devices = movement.Find(command.Unit.Number)?.LiveDevices ?? [];
        if (!devices.Any(d => d.Device == command.Device && d.Side == own))
        {
            var gone = new Refusal("device-not-fitted", "device")
                .With("device", command.Device).With("unit", command.Unit);
            return found.Kind == CommandKind.Unlock ? Withhold(command, gone, final: true) : Decision.Refuse(gone);
        }
        if (found.Kind == CommandKind.Unlock
            && UnlockGround.Of(movement, found, rules, office, evidence, now) is { Refusal: { } why } ground)
        {
            // Said once: the lock may report many times while the tracker is not heard, or something else is in the way
            // in turns.
            return ground.MayCome && found.Reasons.Any(r => r.Code == why.Code)
                ? Decision.Refuse(why)
                : Withhold(command, why, final: !ground.MayCome);
        }
        return command.HasBytes
            ? Decision.Accept(new NewEvent(
                command.Subject,
                new CommandSent(command.Unit.Mrn, command.Unit.Number, command.CommandId, command.Device)))
            : Withhold(
                command, new Refusal("command-not-encodable").With("device", command.Device), final: true);
    }

    static Decision Withhold(SendCommand command, Refusal why, bool final) => Decision.Accept(new NewEvent(
        command.Subject, new CommandWithheld(
            command.Unit.Mrn, command.Unit.Number, command.CommandId, command.Device, why.Code,
            [.. why.Args.OrderBy(a => a.Key, StringComparer.Ordinal).SelectMany(a => new[] { a.Key, a.Value })],
            final)));

    public async Task<IOperation> PrepareAsync(IDesk desk, Actor actor, CancellationToken cancel) => this with
    {
        Places = await UnlockPlaces.ReadAsync(
            desk, Fixes, Unit, CommandId, actor.Office.Administration, cancel),
    };

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        var commands = await reader.FoldAsync<CommandState>(Subject, cancel);
        var movement = await reader.FoldAsync<MovementState>(Subject, cancel);
        var found = commands.Find(CommandId, reader.Own);
        var evidence = await UnlockEvidence.ReadAsync(reader, Places, Unit, found, cancel);
        return Decide(
            commands, movement, this, reader.Own, reader.Now, reader.Pack.Commands.At(reader.Now)?.Value,
            found is null ? null : reader.Pack.FindOffice(found.Office), evidence);
    }
}
