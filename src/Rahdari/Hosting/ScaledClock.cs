namespace Rahdari.Hosting;

/// <summary>
/// Corridor time of a demo: machine time scaled by a speed <i>at most</i>. It never runs more than five corridor
/// minutes past the oldest work that is not done yet (frames, officers, judging), so that a slow machine stretches
/// the demo instead of changing its story. It stands still while the process is down.
/// </summary>
public sealed class ScaledClock : CorridorClock
{
    /// <summary>How far corridor time may run ahead of unfinished work (design 3).</summary>
    static readonly TimeSpan Lead = TimeSpan.FromMinutes(5);

    /// <summary>The finest wait worth a timer; the kernel's own is about one millisecond.</summary>
    static readonly TimeSpan ShortestWait = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest wait before looking again whether the clock was held back meanwhile.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(200);

    readonly Lock gate = new();
    readonly TimeProvider machine;
    readonly double speed;
    readonly Dictionary<object, DateTimeOffset> busy = [];
    readonly List<Func<DateTimeOffset?>> frontiers = [];
    DateTimeOffset now;
    long lastReading;

    public ScaledClock(TimeProvider machine, DateTimeOffset start, double speed)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(speed);
        this.machine = machine;
        this.speed = speed;
        now = start.ToCorridorTime();
        lastReading = machine.GetTimestamp();
    }

    public double Speed => speed;

    public override DateTimeOffset Now
    {
        get
        {
            lock (gate) return Advance();
        }
    }

    public override void ContinueFrom(DateTimeOffset newest)
    {
        lock (gate)
            if (newest > Advance()) now = newest.ToCorridorTime();
    }

    /// <summary>Registers unfinished work that began at a corridor time; disposing says that it is done.</summary>
    public IDisposable Busy(DateTimeOffset since)
    {
        var work = new Work(this);
        lock (gate)
        {
            Advance();
            busy[work] = since;
        }
        return work;
    }

    /// <summary>Adds a source of unfinished work that is asked on every reading: the time of its oldest, or null.
    /// It must answer at once.</summary>
    public void AddFrontier(Func<DateTimeOffset?> oldestUndone)
    {
        lock (gate) frontiers.Add(oldestUndone);
    }

    /// <summary>Completes once corridor time has reached <paramref name="time"/>.</summary>
    public async Task WaitUntilAsync(DateTimeOffset time, CancellationToken cancel)
    {
        for (var left = time - Now; left > TimeSpan.Zero; left = time - Now)
        {
            var wait = left / speed;
            if (wait < ShortestWait) wait = ShortestWait;
            if (wait > LongestWait) wait = LongestWait;
            await Task.Delay(wait, machine, cancel);
        }
    }

    DateTimeOffset Advance()
    {
        var reading = machine.GetTimestamp();
        var passed = machine.GetElapsedTime(lastReading, reading);
        lastReading = reading;
        var next = now + passed * speed;
        foreach (var since in busy.Values) next = Earlier(next, since + Lead);
        foreach (var frontier in frontiers)
            if (frontier() is { } since) next = Earlier(next, since + Lead);
        if (next > now) now = next.ToCorridorTime();
        return now;
    }

    static DateTimeOffset Earlier(DateTimeOffset a, DateTimeOffset b) => a < b ? a : b;

    sealed class Work(ScaledClock clock) : IDisposable
    {
        public void Dispose()
        {
            lock (clock.gate)
            {
                clock.Advance();
                clock.busy.Remove(this);
            }
        }
    }
}
