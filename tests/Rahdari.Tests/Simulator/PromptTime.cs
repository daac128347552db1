namespace Rahdari.Tests.Simulator;

/// <summary>Machine time on which short waits (between attempts) pass at once; long ones (patience) are real.</summary>
sealed class PromptTime : TimeProvider
{
    static readonly TimeSpan Short = TimeSpan.FromSeconds(3);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        if (dueTime < TimeSpan.Zero || dueTime > Short) return base.CreateTimer(callback, state, dueTime, period);
        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return new Spent();
    }

    sealed class Spent : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose()
        {
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
