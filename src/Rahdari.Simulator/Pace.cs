namespace Rahdari.Simulator;

/// <summary>
/// One actor's hold on the clock. While it works the clock waits for it; while it waits the clock is free. An actor
/// that is behind its time holds the clock back until it has caught up. Used by one actor at a time.
/// </summary>
sealed class Pace(ISimulationClock clock) : IDisposable
{
    IDisposable busy = clock.Busy(clock.Now);

    public DateTimeOffset Now => clock.Now;

    /// <summary>Lets the clock run to <paramref name="time"/>, then holds it from there.</summary>
    public async Task UntilAsync(DateTimeOffset time, CancellationToken cancel)
    {
        // The wait is known to the clock before the hold ends, so that the clock cannot slip past it.
        var wait = clock.WaitUntilAsync(time, cancel);
        busy.Dispose();
        await wait.ConfigureAwait(false);
        busy = clock.Busy(time);
    }

    public Task PauseAsync(TimeSpan length, CancellationToken cancel) => UntilAsync(Now + length, cancel);

    /// <summary>Lets the clock run while another actor does something this one depends on.</summary>
    public async Task<T> IdleAsync<T>(Task<T> other, CancellationToken cancel)
    {
        if (!other.IsCompleted)
        {
            busy.Dispose();
            await other.WaitAsync(cancel).ConfigureAwait(false);
            busy = clock.Busy(clock.Now);
        }
        return await other.ConfigureAwait(false);
    }

    public void Dispose() => busy.Dispose();
}
