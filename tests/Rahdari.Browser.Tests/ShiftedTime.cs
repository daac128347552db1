namespace Rahdari.Browser.Tests;

/// <summary>Machine time that a test can put forward, as a night at home does to a session.</summary>
sealed class ShiftedTime : TimeProvider
{
    long shiftTicks;

    public override DateTimeOffset GetUtcNow() =>
        System.GetUtcNow() + TimeSpan.FromTicks(Interlocked.Read(ref shiftTicks));

    public void Shift(TimeSpan by) => Interlocked.Add(ref shiftTicks, by.Ticks);
}
