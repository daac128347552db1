using System.Collections.Immutable;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Commanding;

/// <summary>One command as far as it has come.</summary>
sealed record UnitCommand(
    string Id, AdministrationId Side, int Unit, DeviceId Device, CommandKind Kind, int? IntervalSeconds, string Reason,
    OfficeId Office, OfficerId AuthorisedBy, DateTimeOffset At, DateTimeOffset Expires)
{
    public OfficerId? ApprovedBy { get; init; }

    public DateTimeOffset? SentAt { get; init; }

    /// <summary>Why it was not sent when its device was there: each reason once, the newest said last.</summary>
    public ImmutableList<CommandWithheld> Reasons { get; init; } = [];

    /// <summary>The newest said; null where it was never withheld.</summary>
    public CommandWithheld? Withheld => Reasons.IsEmpty ? null : Reasons[^1];

    /// <summary>An unlocking that a second officer has still to answer for.</summary>
    public bool WaitsForApproval(DateTimeOffset now) =>
        Kind == CommandKind.Unlock && ApprovedBy is null && IsOpen(now);

    public bool IsReady(DateTimeOffset now) =>
        IsOpen(now) && (Kind != CommandKind.Unlock || ApprovedBy is not null);

    /// <summary>Neither sent nor lapsed, nor withheld for good.</summary>
    public bool IsOpen(DateTimeOffset now) => SentAt is null && now < Expires && Withheld is not { Final: true };
}

/// <summary>The commands to a movement's devices as the fold of its events; each side commands its own.</summary>
sealed record CommandState(ImmutableDictionary<string, UnitCommand> Commands) : IFold<CommandState>
{
    public static CommandState Empty { get; } = new(ImmutableDictionary<string, UnitCommand>.Empty);

    /// <summary>Null where that side has no such command.</summary>
    public UnitCommand? Find(string id, AdministrationId side) =>
        Commands.GetValueOrDefault(id) is { } command && command.Side == side ? command : null;

    public CommandState Apply(Recorded recorded)
    {
        var header = recorded.Header;
        var side = header.Stream.Administration;
        return recorded.Body switch
        {
            CommandAuthorised e when !Commands.ContainsKey(e.CommandId) => new(Commands.Add(
                e.CommandId,
                new(e.CommandId, side, e.Unit, e.Device, e.Kind, e.IntervalSeconds, e.Reason, header.Office, header.By,
                    header.At, e.Expires))),
            UnlockApproved e when Find(e.CommandId, side) is { } command =>
                new(Commands.SetItem(e.CommandId, command with { ApprovedBy = header.By })),
            CommandSent e when Find(e.CommandId, side) is { } command =>
                new(Commands.SetItem(e.CommandId, command with { SentAt = header.At })),
            CommandWithheld e when Find(e.CommandId, side) is { } command =>
                new(Commands.SetItem(e.CommandId, command with
                {
                    Reasons = command.Reasons.RemoveAll(r => r.Code == e.Code).Add(e),
                })),
            _ => this,
        };
    }
}
