using Rahdari.Hosting;

namespace Rahdari.Browser.Tests;

/// <summary>Corridor time that moves when a test moves it, and is read by the nodes meanwhile.</summary>
sealed class SteppedClock(DateTimeOffset start) : CorridorClock
{
    readonly Lock gate = new();
    DateTimeOffset now = start;

    public override DateTimeOffset Now
    {
        get
        {
            lock (gate) return now;
        }
    }

    public override void ContinueFrom(DateTimeOffset newest)
    {
        lock (gate) now = newest > now ? newest : now;
    }

    public void Advance(TimeSpan by)
    {
        lock (gate) now += by;
    }
}
