using Rahdari.Simulator;

namespace Rahdari.Tests.Simulator;

/// <summary>
/// A clock without machine time: it jumps to the next moment anybody waits for, as soon as nobody is busy with
/// something due more than the tolerance before it. Whoever is released runs on the clock's own thread up to its next
/// real wait, so that it can take hold of the clock before the clock moves on.
/// </summary>
sealed class TestClock : ISimulationClock, IDisposable
{
    readonly object gate = new();
    readonly PriorityQueue<TaskCompletionSource, DateTimeOffset> waiting = new();
    readonly Dictionary<object, DateTimeOffset> busy = [];
    readonly Thread thread;
    DateTimeOffset now;
    bool stopped;

    public TestClock(DateTimeOffset start)
    {
        now = start;
        thread = new Thread(Run) { IsBackground = true, Name = "test clock" };
        thread.Start();
    }

    public DateTimeOffset Now
    {
        get { lock (gate) return now; }
    }

    public Task WaitUntilAsync(DateTimeOffset time, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        lock (gate)
        {
            if (time <= now) return Task.CompletedTask;
            var source = new TaskCompletionSource();
            waiting.Enqueue(source, time);
            Monitor.PulseAll(gate);
            if (cancel.CanBeCanceled) cancel.Register(() => source.TrySetCanceled(cancel));
            return source.Task;
        }
    }

    public IDisposable Busy(DateTimeOffset since)
    {
        var hold = new Hold(this);
        lock (gate) busy.Add(hold, since);
        return hold;
    }

    public void Dispose()
    {
        lock (gate)
        {
            stopped = true;
            Monitor.PulseAll(gate);
        }
    }

    void Run()
    {
        while (NextDue() is { } due) due.TrySetResult();
    }

    TaskCompletionSource? NextDue()
    {
        lock (gate)
        {
            while (!stopped)
            {
                if (waiting.TryPeek(out var first, out var time))
                {
                    if (first.Task.IsCompleted) waiting.Dequeue();
                    else if (busy.Values.All(since => time <= since + ISimulationClock.BusyTolerance))
                    {
                        waiting.Dequeue();
                        if (time > now) now = time;
                        return first;
                    }
                    else Monitor.Wait(gate);
                }
                else Monitor.Wait(gate);
            }
            return null;
        }
    }

    sealed class Hold(TestClock clock) : IDisposable
    {
        public void Dispose()
        {
            lock (clock.gate)
            {
                clock.busy.Remove(this);
                Monitor.PulseAll(clock.gate);
            }
        }
    }
}
