namespace Rahdari.Storage;

/// <summary>One administration's storage, opened: record, journal and leases of one engine.</summary>
public sealed class Store : IAsyncDisposable
{
    readonly IAsyncDisposable[] closing;
    int closed;

    /// <param name="record">The record.</param>
    /// <param name="journal">The journal.</param>
    /// <param name="leases">The record's leases.</param>
    /// <param name="gate">The right to serve, where it is a row of the record.</param>
    /// <param name="hold">The same, where it is a file beside it.</param>
    /// <param name="beside">What the gate works on.</param>
    internal Store(
        IRecordStore record, IJournal journal, ILeases leases, StandbyGate? gate = null, FileStream? hold = null,
        IRecordStore? beside = null)
    {
        (Record, Journal, Leases) = (record, journal, leases);
        closing = [.. new IAsyncDisposable?[] { journal, gate, record, beside, hold }.OfType<IAsyncDisposable>()];
    }

    public IRecordStore Record { get; }

    public IJournal Journal { get; }

    public ILeases Leases { get; }

    /// <summary>Commits what the journal has queued, gives back the right to serve, and closes. A second call does
    /// nothing.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) != 0) return;
        foreach (var part in closing) await part.DisposeAsync();
    }
}

/// <summary>What a store needs from its host.</summary>
public sealed record StoreSettings
{
    /// <summary>Machine time: leases, waits, retries.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>
    /// Called once when the disk failed a write or a sync. Nothing may be acknowledged after that: the host says why
    /// and stops the process.
    /// </summary>
    public required Action<StorageFatalException> OnFatal { get; init; }

    /// <summary>Called once, before waiting, when another process has the store: this one is the standby.</summary>
    public Action? OnStandby { get; init; }

    /// <summary>
    /// Bytes the journal holds that are not committed yet. One second of a million devices reporting every 30 s
    /// (33 k records of about 250 bytes); beyond it, appends wait and sockets are not read.
    /// </summary>
    public int JournalQueueBytes { get; init; } = 8 << 20;

    /// <summary>Entries queued likewise: one second of 33 k records, doubled.</summary>
    public int JournalQueueEntries { get; init; } = 1 << 16;

    /// <summary>For tests: called on the writer right before and right after each commit; what it throws is a failed
    /// disk.</summary>
    internal Action<CommitPoint>? Commits { get; init; }
}

/// <summary>Where a failure can strike a commit: it did not happen, or it did and nobody was told.</summary>
enum CommitPoint { RecordBefore, RecordAfter, JournalBefore, JournalAfter, DropBefore, DropAfter }

/// <summary>
/// The disk failed a write or a sync; what it holds now is unknown until a restart reads it again. Every further call
/// on the store throws this.
/// </summary>
public sealed class StorageFatalException(string message, Exception inner) : Exception(message, inner);

/// <summary>A data directory or database that this build must not open.</summary>
/// <param name="code"><c>data-format-newer</c>, <c>data-format-unreadable</c>, <c>data-directory-foreign</c>,
/// <c>record-schema-newer</c>, <c>journal-format-newer</c>, <c>journal-unreadable</c>, <c>store-access-denied</c>,
/// <c>store-database-missing</c>, <c>store-permission-denied</c> or, of the node, <c>keys-missing</c>,
/// <c>keys-differ</c>, <c>master-key-missing</c> or <c>master-key-differs</c>.</param>
public sealed class StoreRefusedException(string code, string message) : Exception(message)
{
    public string Code => code;
}
