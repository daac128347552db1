namespace Rahdari.Hosting;

/// <summary>
/// The clock of the corridor: events, receive times, rules, timers and cosignatures read it. Never registered as the
/// container's <see cref="TimeProvider"/>, which sockets, cookies and rate limits read (machine time).
/// </summary>
public abstract class CorridorClock
{
    /// <summary>Corridor time now, UTC, whole microseconds; it never goes back.</summary>
    public abstract DateTimeOffset Now { get; }

    /// <summary>Corridor time goes on from here at the earliest: called with the newest time a node has
    /// recorded.</summary>
    public abstract void ContinueFrom(DateTimeOffset newest);
}

/// <summary>Corridor time in an operating installation: machine time, whole microseconds, never going back.</summary>
public sealed class OperatingClock(TimeProvider machine) : CorridorClock
{
    long newest;

    public override DateTimeOffset Now
    {
        get
        {
            var now = machine.GetUtcNow().ToMicros();
            long seen;
            do
            {
                seen = Interlocked.Read(ref newest);
                if (now <= seen) return CorridorTime.FromMicros(seen);
            }
            while (Interlocked.CompareExchange(ref newest, now, seen) != seen);
            return CorridorTime.FromMicros(now);
        }
    }

    public override void ContinueFrom(DateTimeOffset newest)
    {
        var micros = newest.ToMicros();
        long seen;
        do
        {
            seen = Interlocked.Read(ref this.newest);
            if (micros <= seen) return;
        }
        while (Interlocked.CompareExchange(ref this.newest, micros, seen) != seen);
    }
}
