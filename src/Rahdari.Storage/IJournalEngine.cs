namespace Rahdari.Storage;

/// <summary>Where the rows of a journal lie: day files or tables. <see cref="GroupJournal"/> does the rest.</summary>
interface IJournalEngine : IAsyncDisposable
{
    /// <summary>The last number of every stream, and the newest receive time, as they were on opening.</summary>
    IReadOnlyDictionary<string, long> Heads { get; }

    long? NewestReceivedMicros { get; }

    /// <summary>
    /// Writes all entries in one commit that has reached the disk when it returns. Only the writer's thread calls it.
    /// </summary>
    /// <exception cref="StorageOutageException">Not written, or not known; the next call may work.</exception>
    IReadOnlyList<Journaled> Append(IReadOnlyList<JournalEntry> entries);

    /// <summary>Drops whole days; only the writer's thread calls it.</summary>
    int DropBefore(long beforeMicros);

    Task<IReadOnlyList<JournalRow>> ReadAsync(string stream, long after, int limit, CancellationToken cancel);

    Task<IReadOnlyList<JournalRow>> ReadDeviceAsync(
        string device, long fromMicros, long toMicros, int limit, CancellationToken cancel);
}
