namespace Rahdari.Storage;

/// <summary>One device record as received, before anything was concluded from it.</summary>
/// <param name="Stream">The journal stream, for example <c>pk/live</c> or <c>pk/late</c>.</param>
/// <param name="Device">The device's id as the protocol gives it, prefixed by the protocol: <c>jt600:8000620011</c>.</param>
/// <param name="ReceivedMicros">Corridor time of receipt.</param>
/// <param name="FixMicros">The record's own time; null where it has none.</param>
/// <param name="Digest">SHA-256 over device and the record's bytes: the same bytes are the same record.</param>
/// <param name="Raw">The frame the record came in; empty for the second and later records of one frame.</param>
/// <param name="Body">The decoded record, in a form the caller owns.</param>
public sealed record JournalEntry(
    string Stream, string Device, long ReceivedMicros, long? FixMicros, byte[] Digest, byte[] Raw, byte[] Body);

/// <summary>A journaled entry with its place: dense from 1 within its stream.</summary>
public sealed record JournalRow(long Number, JournalEntry Entry);

/// <summary>What became of one entry: its number, and whether it was already there (same device and digest).</summary>
public readonly record struct Journaled(long Number, bool AlreadyThere);

/// <summary>
/// The durable record of what devices sent. An append completes only after a commit that has reached the disk; many
/// appends share one commit. Its own database: no transaction spans it and the record.
/// </summary>
public interface IJournal : IAsyncDisposable
{
    /// <summary>
    /// Appends all entries or none and completes when they are durable. Waits when the queue is full: the caller
    /// stops reading its socket meanwhile.
    /// </summary>
    ValueTask<IReadOnlyList<Journaled>> AppendAsync(IReadOnlyList<JournalEntry> entries, CancellationToken cancel);

    /// <summary>Rows of one stream with a number above <paramref name="after"/>, in order.</summary>
    Task<IReadOnlyList<JournalRow>> ReadAsync(string stream, long after, int limit, CancellationToken cancel);

    /// <summary>Rows of one device received in a time range, all streams, in order of receipt.</summary>
    Task<IReadOnlyList<JournalRow>> ReadDeviceAsync(
        string device, long fromMicros, long toMicros, int limit, CancellationToken cancel);

    /// <summary>The stream's last number, 0 when empty.</summary>
    long Head(string stream);

    /// <summary>Completes when the stream's head is above <paramref name="after"/>, or the wait was long enough.</summary>
    Task WaitAsync(string stream, long after, TimeSpan atMost, CancellationToken cancel);

    /// <summary>The newest receive time journaled in any stream; null when the journal is empty.</summary>
    long? NewestReceivedMicros { get; }
}
