using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// Rules that ask about one and the same cause: it is followed once, by what the first says of a record, and the first
/// of them to which it is enough names it.
/// </summary>
sealed record RuleGroup(string Name, params IReadOnlyList<IRule> Rules);

/// <summary>The alarm rules in the order they are asked. A new rule is one file and one line here.</summary>
static class Rules
{
    /// <summary>Over each record.</summary>
    public static readonly IReadOnlyList<RuleGroup> OverRecords =
    [
        new("implausible-jump", new ImplausibleJump()),
        new("rope-cut", new RopeCut()),
        new("seal-opened", new SealOpened()),
        new("cover-opened", new CoverOpened()),
        new("unlocked", new UnlockedWithoutPermission()),
        new("opening-attempted", new OpeningAttempted()),
        new("distress", new Distress()),
        new("other-sim-card", new OtherSimCard()),
        new("off-corridor", new OffCorridor()),
        new("wrong-direction", new WrongDirection()),
        new("stop", new HotSpotStop(), new NightStop(), new UnplannedStop()),
        new("frozen-position", new FrozenPosition()),
        new("apart", new DevicesApart(), new Drift()),
        new("jamming", new Jamming()),
        new("battery", new Battery()),
        new("behind-plan", new BehindPlan()),
        new("office-zone", new OfficeZones()),
        new("returned-after-exit", new ReturnedAfterExit()),
    ];

    /// <summary>Over the time that passes: see <see cref="Judging.Silence"/>.</summary>
    public static readonly Silence Silence = new();

    /// <summary>Whether one record shows a cause of the kind.</summary>
    public static bool IsUrgent(AlertKind kind) =>
        OverRecords.Any(g => g.Rules.Any(r => r.Kind == kind && r.IsShownByOneRecord));

    /// <summary>An alert of the board as it was told; null where no rule over records raises its kind.</summary>
    public static ToldAlert? ToldOf(
        string id, string kind, string? device, DateTimeOffset from, DateTimeOffset until)
    {
        foreach (var group in OverRecords)
        {
            foreach (var rule in group.Rules)
            {
                if (rule.Kind.Slug() != kind) continue;
                return new(
                    id, group.Name, rule.Kind, rule.IsPerDevice ? device : null, from, from, until, null, null, false,
                    Waits: false);
            }
        }
        return null;
    }
}
