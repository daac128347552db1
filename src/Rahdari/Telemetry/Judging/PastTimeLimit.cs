using System.Globalization;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// Still under way after the movement's time limit, which stands still while the crossing is shut. Over once the exit
/// or a turning back is recorded. Judged by the time that passes and by what is recorded, so that a unit that tells
/// nothing, or bears no device at all, is told of like any other.
/// </summary>
static class PastTimeLimit
{
    /// <param name="From">The limit as it stood.</param>
    /// <param name="Until">When it was over; the time looked at while it is not.</param>
    public sealed record Overdue(DateTimeOffset From, DateTimeOffset Until, bool IsOver);

    /// <summary>Null where the unit is in time, has no limit, or was in time when its way was over.</summary>
    public static Overdue? Look(FollowedUnit unit, DateTimeOffset now)
    {
        if (unit is not { Plan: { } plan, GatedOutAt: { } gate }) return null;
        // A turning back before it left again was of the way before.
        var back = plan.TurnedBackAt > gate ? plan.TurnedBackAt : null;
        var end = new[] { unit.ExitedAt, unit.DoneAt, back }.Min();
        var (until, isOver) = end <= now ? (end.Value, true) : (now, false);
        return plan.LimitAt(gate, until) is { } limit && until >= limit ? new(limit, until, isOver) : null;
    }

    /// <param name="alongMetres">Where it was last heard, along its route; null where that is not known.</param>
    /// <param name="lengthMetres">Of the route.</param>
    public static Sentence Explain(FollowedUnit unit, DateTimeOffset now, double? alongMetres, double lengthMetres)
    {
        var days = ((int)(now - (unit.GatedOutAt ?? now)).TotalDays).ToString(CultureInfo.InvariantCulture);
        return alongMetres is { } along
            ? new($"alert.{AlertKind.PastTimeLimit.Slug()}",
                [
                    "along", Sentence.Kilometres(along), "days", days,
                    "ahead", Sentence.Kilometres(Math.Max(0, lengthMetres - along)),
                ])
            : new($"alert.{AlertKind.PastTimeLimit.Slug()}.unplaced", ["days", days]);
    }
}
