using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Commanding;

/// <summary>Asks for a command to a device of a unit; the officer who asks answers for it.</summary>
/// <param name="CommandId">Drawn once for the request.</param>
sealed record AuthoriseCommand(
    UnitId Unit, string CommandId, DeviceId Device, CommandKind Kind, int? IntervalSeconds, string Reason) : IOperation
{
    /// <summary>What devices here can be set to, from a fix each ten seconds to one a day.</summary>
    const int LeastInterval = 10, MostInterval = 86_400;

    /// <summary>A queue of more commands to one unit is a mistake.</summary>
    const int MostOpen = 8;

    /// <summary>In the form every protocol with one-time passwords takes; it is never sent.</summary>
    const string SomePassword = "000000";

    public string Subject => Unit.Mrn.Value;

    /// <param name="pack">Its rules of the date may say nothing of commands.</param>
    public static Decision Decide(
        MovementState movement, CommandState commands, AuthoriseCommand command, Actor actor, DateTimeOffset now,
        CorridorPack pack)
    {
        if (Requests.RefuseUnlessDeclared(movement, command.Unit.Number) is { } refused) return refused;
        var rules = pack.Commands.At(now)?.Value;
        var own = actor.Office.Administration;
        if (movement.Find(command.Unit.Number)!.LiveDevices.All(d => d.Device != command.Device || d.Side != own))
        {
            return Decision.Refuse(new Refusal("device-not-fitted", "device")
                .With("device", command.Device).With("unit", command.Unit));
        }
        // An unlocking asks for more: the unit stands in the zone of the two officers' office, wherever it is bound.
        if (command.Kind != CommandKind.Unlock && !RouteOffices.MayCommand(pack, movement.Declaration!, actor))
            return Decision.Refuse(new Refusal("office-not-of-route").With("office", actor.Office));
        if (rules is null) return Decision.Refuse("rules-unknown");
        if (command.Kind == CommandKind.Unlock && !rules.RemoteUnlock) return Decision.Refuse("remote-unlock-off");
        if (command.Kind is CommandKind.Lock or CommandKind.Unlock && actor.Role != Role.Officer)
            return Decision.Refuse("officer-only", "command");
        if (command.Kind == CommandKind.Unlock && KeyRegister.IsKey(actor.Id))
            return Decision.Refuse("signed-in-officer-needed", "command");
        if (Check(command) is { } wrong) return Decision.Refuse(wrong);
        if (commands.Commands.Values.Count(c => c.Unit == command.Unit.Number && c.IsOpen(now)) >= MostOpen)
            return Decision.Refuse(new Refusal("commands-waiting", "device").With("most", MostOpen));
        return Decision.Accept(new NewEvent(command.Subject, new CommandAuthorised(
            command.Unit.Mrn, command.Unit.Number, command.CommandId, command.Device, command.Kind,
            command.IntervalSeconds, command.Reason, now.AddMinutes(rules.CommandMinutes))));
    }

    /// <summary>
    /// What the officer may ask a device of the unit for. Nothing else is granted, and one of these is, to one of its
    /// devices, unless too many wait.
    /// </summary>
    public static IReadOnlyList<CommandKind> Offered(
        MovementState movement, int unit, Actor actor, DateTimeOffset now, CorridorPack pack)
    {
        if (Requests.RefuseUnlessDeclared(movement, unit) is not null) return [];
        if (pack.Commands.At(now)?.Value is not { } rules) return [];
        var devices = movement.Find(unit)!.LiveDevices.Where(d => d.Side == actor.Office.Administration).ToList();
        var isOfRoute = RouteOffices.MayCommand(pack, movement.Declaration!, actor);
        return
        [
            .. Enum.GetValues<CommandKind>().Where(kind =>
                (kind == CommandKind.Unlock ? rules.RemoteUnlock : isOfRoute)
                && (kind is not (CommandKind.Lock or CommandKind.Unlock) || actor.Role == Role.Officer)
                && !(kind == CommandKind.Unlock && KeyRegister.IsKey(actor.Id))
                && devices.Any(d => Takes(d.Device, kind, LeastInterval))),
        ];
    }

    static bool Takes(DeviceId device, CommandKind kind, int? intervalSeconds) =>
        Wire.Encode(device, kind, intervalSeconds, SomePassword, 0) is not null;

    static Refusal? Check(AuthoriseCommand command)
    {
        var (protocol, interval) = (command.Device.Protocol, command.IntervalSeconds);
        if (command.Kind != CommandKind.ReportInterval && interval is not null)
            return new Refusal("input-unknown-field", "intervalSeconds");
        if (command.Kind == CommandKind.ReportInterval && Registry.Find(protocol)?.ReportIntervals is { } takes)
        {
            var (least, most) = (
                Math.Max(LeastInterval, takes.LeastSeconds), Math.Min(MostInterval, takes.MostSeconds));
            if (interval is null || interval < least || interval > most)
                return new Refusal("input-out-of-range", "intervalSeconds").With("min", least).With("max", most);
        }
        return Takes(command.Device, command.Kind, interval)
            ? null
            : new Refusal("command-not-supported", "command").With("protocol", protocol);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) => Decide(
        await reader.FoldAsync<MovementState>(Subject, cancel), await reader.FoldAsync<CommandState>(Subject, cancel),
        this, actor, reader.Now, reader.Pack);
}

/// <summary>A command in its device's protocol.</summary>
static class Wire
{
    /// <summary>Null where the protocol has no such command.</summary>
    /// <param name="password">The one-time password the device drew; only an unlocking carries it.</param>
    public static byte[]? Encode(DeviceId device, CommandKind kind, int? intervalSeconds, string password, int serial)
    {
        DeviceCommand command = kind switch
        {
            CommandKind.PositionNow => new DeviceCommand.PositionNow(),
            CommandKind.ReportInterval => new DeviceCommand.ReportEvery(TimeSpan.FromSeconds(intervalSeconds ?? 0)),
            CommandKind.Lock => new DeviceCommand.Lock(),
            _ => new DeviceCommand.UnlockOnce(password),
        };
        return Registry.Find(device.Protocol)?.Encode(command, device.Serial, serial);
    }
}
