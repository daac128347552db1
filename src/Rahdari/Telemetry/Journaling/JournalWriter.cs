using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;
using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Telemetry.Connecting;
using Rahdari.Telemetry.Enriching;

namespace Rahdari.Telemetry.Journaling;

/// <summary>
/// The two lanes of a node's journal, so that a flushed backlog never delays a live record; and, never judged, what was
/// no record.
/// </summary>
static class JournalStreams
{
    public static string Live(string node) => $"{node}/live";

    public static string Late(string node) => $"{node}/late";

    public static string Faulty(string node) => $"{node}/faulty";
}

/// <summary>What became of a batch of records.</summary>
/// <param name="Records">How many there were.</param>
/// <param name="Late">How many of them went to the late lane.</param>
/// <param name="AlreadyThere">How many were journaled before, byte for byte.</param>
/// <param name="DuplicateFacts">How many say what another record said in other bytes.</param>
/// <param name="Apart">How many are kept apart because two devices speak under one id.</param>
readonly record struct Kept(int Records, int Late, int AlreadyThere, int DuplicateFacts, int Apart)
{
    /// <summary>What became of each record, in their order.</summary>
    public IReadOnlyList<Journaled> Rows { get; init; } = [];

    /// <summary>Nothing was kept: see <see cref="IntakeFaultCodes.LineOver"/>.</summary>
    public bool LineOver { get; init; }
}

/// <summary>The stage after which a record cannot be lost: one append for the whole batch.</summary>
sealed class JournalWriter(IJournal journal, NodeSettings node)
{
    readonly string live = JournalStreams.Live(node.Node), late = JournalStreams.Late(node.Node);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<Kept> AppendAsync(IReadOnlyList<EnrichedRecord> records, CancellationToken cancel)
    {
        var entries = new JournalEntry[records.Count];
        for (var i = 0; i < entries.Length; i++) entries[i] = EntryOf(records[i], i);
        var journaled = await journal.AppendAsync(entries, cancel);
        return new(
            entries.Length, records.Count(r => r.Fix.Late), journaled.Count(j => j.AlreadyThere),
            records.Count(r => r.Fix.DuplicateFact),
            records.Count(r => r.Fix.Quarantine is not null))
        {
            Rows = journaled,
        };
    }

    JournalEntry EntryOf(EnrichedRecord record, int ordinal)
    {
        var fix = record.Fix;
        var device = fix.Device.ToString();
        return new(
            fix.Late ? late : live, device, fix.ReceivedAt.ToMicros(), fix.Message.Time?.ToMicros(),
            DigestOf(device, record, ordinal), record.First ? record.Frame.Raw : [], JournalBody.Write(fix));
    }

    /// <summary>
    /// The same bytes are the same record; where several records of a frame have no bytes of their own, their place in
    /// it tells them apart. A message without a time of its own (a heartbeat, a login) is the same bytes each time it
    /// is sent; there the time of receipt makes it a record of its own, and where it has a number
    /// (<see cref="Facts"/>), that of the first time.
    /// </summary>
    static byte[] DigestOf(string device, EnrichedRecord record, int ordinal)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.ASCII.GetBytes(device));
        hash.AppendData([0]);
        hash.AppendData(record.Frame.Raw.AsSpan(record.Place));
        // What is covered there is the same in all records.
        if (record.Frame.MarkOf(record.Ordinal) is { } mark) hash.AppendData(mark);
        // The first one has the digest of a frame of one record.
        if (record is { First: false, Frame.Frame.Places.Count: 0 })
            hash.AppendData(Encoding.ASCII.GetBytes($"\nrecord\n{record.Ordinal}"));
        if (record.Fix.Message.Time is null)
        {
            Span<byte> receipt = stackalloc byte[12];
            // A vendor that passes a frame on again has received it once.
            BinaryPrimitives.WriteInt64BigEndian(
                receipt, (record.Fix.Relay?.ReceivedAt ?? record.FirstReceipt).ToMicros());
            // What is said again may come in other company.
            BinaryPrimitives.WriteInt32BigEndian(
                receipt[8..], Facts.UntimedMarkOf(record.Fix.Message) is null ? ordinal : 0);
            hash.AppendData(receipt);
        }
        // Kept apart, the same bytes from another address are another's word.
        if (record.Fix.Quarantine is not null)
            hash.AppendData(Encoding.ASCII.GetBytes($"\napart\n{record.Frame.Arrival?.Line.Address}"));
        // What the device said itself and what a vendor says that it said are two records.
        if (record.Fix.Relay is { } relay) hash.AppendData(Encoding.ASCII.GetBytes($"\nrelay\n{relay.Vendor}"));
        return hash.GetHashAndReset();
    }
}
