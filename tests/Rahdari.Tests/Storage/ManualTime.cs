namespace Rahdari.Tests.Storage;

/// <summary>Machine time that a test moves, timers included: a due timer fires on the thread that moves it.</summary>
sealed class ManualTime : TimeProvider
{
    readonly object gate = new();
    readonly List<Timer> timers = [];
    DateTimeOffset now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    readonly List<(int Loops, TaskCompletionSource Reached)> watchers = [];

    /// <summary>How many loops wait for time to pass. The limit of a call that is under way is no loop.</summary>
    public int Waiting
    {
        get { lock (gate) return CountWaiting(); }
    }

    /// <summary>Completes once so many loops wait.</summary>
    public Task WaitingAsync(int loops)
    {
        lock (gate)
        {
            if (CountWaiting() >= loops) return Task.CompletedTask;
            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            watchers.Add((loops, reached));
            return reached.Task;
        }
    }

    public override DateTimeOffset GetUtcNow()
    {
        lock (gate) return now;
    }

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, () => callback(state), isLimit: state is CancellationTokenSource);
        lock (gate) timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    public void Advance(TimeSpan by)
    {
        Timer[] due;
        lock (gate)
        {
            now += by;
            due = [.. timers.Where(t => t.Due <= now)];
            foreach (var timer in due) timer.Due = timer.Period > TimeSpan.Zero ? now + timer.Period : null;
        }
        foreach (var timer in due) timer.Fire();
    }

    int CountWaiting() => timers.Count(t => t is { Due: not null, IsLimit: false });

    sealed class Timer(ManualTime owner, Action fire, bool isLimit) : ITimer
    {
        public DateTimeOffset? Due { get; set; }

        public TimeSpan Period { get; private set; }

        public bool IsLimit => isLimit;

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (owner.gate)
            {
                Due = dueTime < TimeSpan.Zero ? null : owner.now + dueTime;
                Period = period;
                var count = owner.CountWaiting();
                foreach (var (loops, reached) in owner.watchers) if (count >= loops) reached.TrySetResult();
                owner.watchers.RemoveAll(w => w.Reached.Task.IsCompleted);
            }
            return true;
        }

        public void Dispose()
        {
            lock (owner.gate) owner.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
