using Rahdari.Hosting;

namespace Rahdari.Tests.Hosting;

/// <summary>Corridor time that stands still until a test moves it.</summary>
sealed class SettableClock(DateTimeOffset start) : CorridorClock
{
    DateTimeOffset now = start;

    public override DateTimeOffset Now => now;

    public override void ContinueFrom(DateTimeOffset newest) => now = newest > now ? newest : now;

    public void Advance(TimeSpan by) => now += by;
}
