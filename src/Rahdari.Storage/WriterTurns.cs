namespace Rahdari.Storage;

/// <summary>
/// Lets so many writers of one store in at a time and so many wait; refuses a write within a write, which would wait
/// for itself.
/// </summary>
sealed class WriterTurns(int atOnce) : IDisposable
{
    // A commit takes 1 to 2 ms on the disks measured: a longer queue than this would answer nobody within 2 s.
    const int MaxWaiting = 1024;

    readonly SemaphoreSlim free = new(atOnce, atOnce);
    readonly AsyncLocal<Turn?> current = new();
    int waiting;

    public async Task<T> RunAsync<T>(Func<Task<T>> write, CancellationToken cancel)
    {
        if (current.Value is { Active: true })
            throw new InvalidOperationException("a write within a write of the same store would wait for itself");
        await EnterAsync(cancel);
        var mine = current.Value = new Turn();
        try
        {
            return await write();
        }
        finally
        {
            mine.Active = false;
            free.Release();
        }
    }

    /// <summary>Waits until nobody writes, and lets nobody in again.</summary>
    public async Task CloseAsync()
    {
        for (var i = 0; i < atOnce; i++) await free.WaitAsync();
    }

    public void Dispose() => free.Dispose();

    async Task EnterAsync(CancellationToken cancel)
    {
        if (Interlocked.Increment(ref waiting) > MaxWaiting)
        {
            Interlocked.Decrement(ref waiting);
            throw new StorageOutageException($"{MaxWaiting} writers wait already", outcomeUnknown: false);
        }
        try
        {
            await free.WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    /// <summary>Marks the flow of control that holds a turn, for as long as it does.</summary>
    sealed class Turn
    {
        public volatile bool Active = true;
    }
}
