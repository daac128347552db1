namespace Rahdari.Storage;

/// <summary>One device record as received, before anything was concluded from it.</summary>
/// <param name="Stream">The journal stream, for example <c>pk/live</c> or <c>pk/late</c>.</param>
/// <param name="Device">The device's id as the protocol gives it, prefixed by the protocol:
/// <c>jt600:8000620011</c>.</param>
/// <param name="ReceivedMicros">Corridor time of receipt.</param>
/// <param name="FixMicros">The record's own time, read from the digested bytes: the same digest has the same time; null
/// where it has none.</param>
/// <param name="Digest">SHA-256 over device and the record's bytes: the same bytes are the same record.</param>
/// <param name="Raw">The frame the record came in; empty for the second and later records of one frame.</param>
/// <param name="Body">The decoded record, in a form the caller owns.</param>
public sealed record JournalEntry(
    string Stream, string Device, long ReceivedMicros, long? FixMicros, byte[] Digest, byte[] Raw, byte[] Body);

/// <summary>A journaled entry with its place: dense from 1 within its stream.</summary>
public sealed record JournalRow(long Number, JournalEntry Entry);

/// <summary>A day of the journal (UTC, of receipt).</summary>
/// <param name="LastReceivedMicros">Receipt of the newest row in it; the least number there is where it has none.
/// </param>
public sealed record JournalDay(DateOnly Day, long LastReceivedMicros);

/// <summary>
/// What became of one entry: its number, and whether it was already there (same device and digest, journaled within
/// the last 48 hours or more). The number of one that was there is its number in the stream it went to then.
/// </summary>
public readonly record struct Journaled(long Number, bool AlreadyThere);

/// <summary>
/// The durable record of what devices sent. An append completes only after a commit that has reached the disk; many
/// appends share one commit. Its own database: no transaction spans it and the record.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>
    /// Appends all entries or none and completes when they are durable. Waits when the queue is full: the caller
    /// stops reading its socket meanwhile. Cancelling ends the wait for a place in the queue; what has a place is
    /// committed and answered.
    /// </summary>
    /// <exception cref="StorageFatalException">The disk failed; none of the entries may be acknowledged.</exception>
    /// <exception cref="StorageOutageException">The engine cannot be reached; the device sends again.</exception>
    ValueTask<IReadOnlyList<Journaled>> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancel);

    /// <summary>Rows of one stream with a number above <paramref name="after"/>, in order.</summary>
    Task<IReadOnlyList<JournalRow>> ReadAsync(string stream, long after, int limit, CancellationToken cancel);

    /// <summary>Rows of one device received at or after <paramref name="fromMicros"/> and before
    /// <paramref name="toMicros"/>, all streams, in order of receipt.</summary>
    Task<IReadOnlyList<JournalRow>> ReadDeviceAsync(
        string device, long fromMicros, long toMicros, int limit, CancellationToken cancel);

    /// <summary>The stream's last number, 0 when empty.</summary>
    long Head(string stream);

    /// <summary>Completes when the stream's head is above <paramref name="after"/>, or the wait was long enough.
    /// </summary>
    Task WaitAsync(string stream, long after, TimeSpan atMost, CancellationToken cancel);

    /// <summary>The newest receive time journaled in any stream; null when the journal is empty.</summary>
    long? NewestReceivedMicros { get; }

    /// <summary>The days that lie there, oldest first; one that is dropped is named until its bytes are gone.</summary>
    Task<IReadOnlyList<JournalDay>> DaysAsync(CancellationToken cancel);

    /// <summary>
    /// Drops the oldest whole days (UTC, of receipt) in which nothing was received at or after
    /// <paramref name="beforeMicros"/>; never the newest day. Numbers go on. Answers the days whose bytes are gone:
    /// where somebody reads a file just then, it goes with a later call or after a start. Whatever came of a call that
    /// threw, the next one goes on from there.
    /// </summary>
    /// <param name="most">Days dropped by one call: the writer waits meanwhile.</param>
    /// <exception cref="StorageOutageException">Not dropped, or not known.</exception>
    Task<IReadOnlyList<DateOnly>> DropBeforeAsync(long beforeMicros, int most, CancellationToken cancel);
}

/// <summary>Rows of one stream with a number above the given one, in order: what whoever only reads a journal needs.
/// </summary>
public delegate Task<IReadOnlyList<JournalRow>> JournalReading(
    string stream, long after, int limit, CancellationToken cancel);
