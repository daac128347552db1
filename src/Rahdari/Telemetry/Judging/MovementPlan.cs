using Rahdari.Crossings;
using Rahdari.Parties;

namespace Rahdari.Telemetry.Judging;

/// <summary>What is declared of a unit's way, and what holds it up there.</summary>
/// <param name="TimeLimit">As fixed at gate-out; null where the rules of the date said none.</param>
/// <param name="TurnedBackAt">When an office turned it back; null mostly.</param>
/// <param name="Closures">Of its crossing, since it left: customs' own clocks stand still meanwhile.</param>
sealed record MovementPlan(
    OfficeId Departure, OfficeId Exit, OfficeId Entry, DateTimeOffset? TimeLimit, DateTimeOffset? TurnedBackAt,
    IReadOnlyList<Closure> Closures)
{
    /// <summary>The limit as it stood at a time.</summary>
    public DateTimeOffset? LimitAt(DateTimeOffset departed, DateTimeOffset at) =>
        TimeLimit is { } limit ? CustomsClock.Extend(departed, limit, at, Closures) : null;

    /// <summary>Time under way without that in which the crossing was shut.</summary>
    public TimeSpan Counted(DateTimeOffset departed, DateTimeOffset at) =>
        at - departed - CustomsClock.Stopped(departed, at, Closures);

    /// <summary>The time from which on another plan judges otherwise; null where it never does.</summary>
    public static DateTimeOffset? ChangedFrom(MovementPlan? before, MovementPlan? now)
    {
        if (before is null || now is null)
            return before == now ? null : DateTimeOffset.MinValue;
        if ((before.Departure, before.Exit, before.Entry) != (now.Departure, now.Exit, now.Entry))
            return DateTimeOffset.MinValue;
        DateTimeOffset?[] changes =
        [
            before.TimeLimit == now.TimeLimit ? null : Min(before.TimeLimit, now.TimeLimit),
            before.TurnedBackAt == now.TurnedBackAt ? null : Min(before.TurnedBackAt, now.TurnedBackAt),
            .. before.Closures.Except(now.Closures).Select(c => Differs(c, now.Closures)),
            .. now.Closures.Except(before.Closures).Select(c => Differs(c, before.Closures)),
        ];
        return changes.Min();
    }

    /// <summary>A crossing that reopens was shut until then all the same: only what comes after is counted otherwise.
    /// </summary>
    static DateTimeOffset? Differs(Closure closure, IReadOnlyList<Closure> others) =>
        others.FirstOrDefault(o => o.NoticeId == closure.NoticeId && o.From == closure.From) is { } same
        && same.End != closure.End
            ? Min(same.End, closure.End)
            : closure.From;

    static DateTimeOffset? Min(DateTimeOffset? a, DateTimeOffset? b) => a is null || b < a ? b : a;
}
