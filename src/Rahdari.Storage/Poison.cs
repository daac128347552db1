namespace Rahdari.Storage;

/// <summary>
/// Remembers that the disk failed. A failed sync may have dropped pages the kernel will not report again, so nothing
/// after it can be believed: every further call throws, and the host is told once.
/// </summary>
sealed class Poison(Action<StorageFatalException> onFatal)
{
    StorageFatalException? why;

    public void ThrowIfFailed()
    {
        if (Volatile.Read(ref why) is { } failed) throw Again(failed);
    }

    /// <summary>Marks the failure (the first one stays) and answers what to throw.</summary>
    public StorageFatalException Fail(string what, Exception cause)
    {
        var mine = cause as StorageFatalException ?? new StorageFatalException($"{what}: {cause.Message}", cause);
        var earlier = Interlocked.CompareExchange(ref why, mine, null);
        if (earlier is null) onFatal(mine);
        return Again(earlier ?? mine);
    }

    // A fresh exception for every caller: one object thrown from many threads would mix their stack traces.
    static StorageFatalException Again(StorageFatalException failed) => new(failed.Message, failed);
}
