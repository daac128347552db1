namespace Rahdari.Crossings;

/// <summary>
/// Customs' own time limits. The clock of a unit stands still while its crossing is shut by either side's notice: late
/// through no fault is not late (Revised Kyoto Convention, Specific Annex E, chapter 1).
/// </summary>
static class CustomsClock
{
    /// <summary>
    /// The end of the last day allowed, exclusive: day 0 is the day of departure in the office's zone.
    /// </summary>
    public static DateTimeOffset LimitAfterDays(DateTimeOffset departed, int days, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(departed, zone).Date.AddDays(days + 1);
        // A zone that skips midnight starts that day an hour later.
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(30);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    /// <summary>How long the crossing was shut between two times, overlapping notices once.</summary>
    public static TimeSpan Stopped(DateTimeOffset from, DateTimeOffset until, IEnumerable<Closure> closures)
    {
        var (stopped, counted) = (TimeSpan.Zero, from);
        foreach (var closure in closures.OrderBy(c => c.From))
        {
            var begin = closure.From > counted ? closure.From : counted;
            var end = closure.End is { } ended && ended < until ? ended : until;
            if (begin >= end) continue;
            stopped += end - begin;
            counted = end;
        }
        return stopped;
    }

    /// <summary>
    /// A limit with the time added during which the crossing was shut while the unit was under way. A closure that
    /// begins after the unit is already late adds nothing.
    /// </summary>
    /// <param name="departed">When the unit's time began.</param>
    /// <param name="limit">As fixed at departure.</param>
    /// <param name="until">The unit's exit, or now while it is under way.</param>
    public static DateTimeOffset Extend(
        DateTimeOffset departed, DateTimeOffset limit, DateTimeOffset until, IEnumerable<Closure> closures)
    {
        var counted = departed;
        foreach (var closure in closures.OrderBy(c => c.From))
        {
            var from = closure.From > counted ? closure.From : counted;
            var to = closure.End is { } end && end < until ? end : until;
            if (from >= to || from >= limit) continue;
            limit += to - from;
            counted = to;
        }
        return limit;
    }
}
