namespace Rahdari.Storage;

/// <summary>
/// Lets so many writers of one store in at a time and so many wait, or one with nobody beside it; refuses a write
/// within a write, which would wait for itself.
/// </summary>
sealed class WriterTurns(int atOnce) : IDisposable
{
    // A commit takes 1 to 2 ms on the disks measured: a longer queue than this would answer nobody within 2 s.
    const int MaxWaiting = 1024;

    readonly SemaphoreSlim free = new(atOnce, atOnce);
    readonly SemaphoreSlim alone = new(1, 1);
    readonly AsyncLocal<Turn?> current = new();
    int waiting;

    public Task<T> RunAsync<T>(Func<Task<T>> write, CancellationToken cancel) =>
        RunAsync(write, turns: 1, cancel);

    /// <summary>Runs a write while no other of this store runs: for one whom others kept from committing.</summary>
    public async Task<T> RunAloneAsync<T>(Func<Task<T>> write, CancellationToken cancel)
    {
        // Two that each hold a part of the turns would wait for each other.
        await alone.WaitAsync(cancel);
        try
        {
            return await RunAsync(write, atOnce, cancel);
        }
        finally
        {
            alone.Release();
        }
    }

    async Task<T> RunAsync<T>(Func<Task<T>> write, int turns, CancellationToken cancel)
    {
        if (current.Value is { Active: true })
            throw new InvalidOperationException("a write within a write of the same store would wait for itself");
        await EnterAsync(turns, cancel);
        var mine = current.Value = new Turn();
        try
        {
            return await write();
        }
        finally
        {
            mine.Active = false;
            free.Release(turns);
        }
    }

    /// <summary>Waits until nobody writes, and lets nobody in again.</summary>
    public async Task CloseAsync()
    {
        for (var i = 0; i < atOnce; i++) await free.WaitAsync();
    }

    public void Dispose()
    {
        free.Dispose();
        alone.Dispose();
    }

    async Task EnterAsync(int turns, CancellationToken cancel)
    {
        if (Interlocked.Increment(ref waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref waiting);
            throw new StorageOutageException($"{MaxWaiting} writers wait already", outcomeUnknown: false);
        }
        try
        {
            await TakeAsync(turns, cancel);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    async Task TakeAsync(int turns, CancellationToken cancel)
    {
        // Asked for together: one after the other, each would wait behind everybody who came in between.
        var taken = Enumerable.Range(0, turns).Select(_ => free.WaitAsync(cancel)).ToArray();
        try
        {
            await Task.WhenAll(taken);
        }
        catch (OperationCanceledException)
        {
            if (taken.Count(t => t.IsCompletedSuccessfully) is > 0 and var some) free.Release(some);
            throw;
        }
    }

    /// <summary>Marks the flow of control that holds a turn, for as long as it does.</summary>
    sealed class Turn
    {
        public volatile bool Active = true;
    }
}
