using Rahdari.Hosting;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>Goes on from a time as the machine does, and over what is stepped over.</summary>
sealed class SteppedClock(DateTimeOffset start) : CorridorClock
{
    readonly long started = TimeProvider.System.GetTimestamp();
    readonly DateTimeOffset start = CorridorTime.FromMicros(start.ToMicros());
    long steppedMicros;

    public override DateTimeOffset Now => start.AddMicroseconds(
        (long)TimeProvider.System.GetElapsedTime(started).TotalMicroseconds + Interlocked.Read(ref steppedMicros));

    public void Step(TimeSpan by) => Interlocked.Add(ref steppedMicros, by.Ticks / TimeSpan.TicksPerMicrosecond);

    public override void ContinueFrom(DateTimeOffset newest)
    {
    }
}
