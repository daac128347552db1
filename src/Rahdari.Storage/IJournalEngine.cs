namespace Rahdari.Storage;

/// <summary>Where the rows of a journal lie: day files or tables. <see cref="GroupJournal"/> does the rest.</summary>
interface IJournalEngine : IAsyncDisposable
{
    /// <summary>The last committed number of every stream. Only the writer's thread reads it after opening.</summary>
    IReadOnlyDictionary<string, long> Heads { get; }

    /// <summary>The newest receive time, as it was on opening.</summary>
    long? NewestReceivedMicros { get; }

    /// <summary>
    /// Writes all entries in one commit that has reached the disk when it returns. Only the writer's thread calls it.
    /// </summary>
    /// <exception cref="StorageOutageException">Not written, or not known; the next call may work.</exception>
    Journaled[] Append(IReadOnlyList<JournalEntry> entries);

    /// <inheritdoc cref="IJournal.DaysAsync"/>
    Task<IReadOnlyList<JournalDay>> DaysAsync(CancellationToken cancel);

    /// <summary>Drops whole days, so that nobody reads them any more; only the writer's thread calls it.</summary>
    /// <returns>Days whose bytes are gone with it.</returns>
    IReadOnlyList<DateOnly> DropBefore(long beforeMicros, int most);

    /// <summary>Deletes what dropped days left behind, on any thread: it may take a while.</summary>
    /// <returns>Days whose bytes are gone with it.</returns>
    IReadOnlyList<DateOnly> Sweep();

    Task<IReadOnlyList<JournalRow>> ReadAsync(string stream, long after, int limit, CancellationToken cancel);

    Task<IReadOnlyList<JournalRow>> ReadDeviceAsync(
        string device, long fromMicros, long toMicros, int limit, CancellationToken cancel);
}
