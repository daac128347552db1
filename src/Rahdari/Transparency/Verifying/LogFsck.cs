using System.Security.Cryptography;
using System.Text.Json;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Storage;
using Rahdari.Telemetry.Segmenting;
using Rahdari.Transparency.Sequencing;

namespace Rahdari.Transparency.Verifying;

/// <summary>The leaf salt of a stored event; null where it was erased or cannot be opened here.</summary>
delegate ValueTask<byte[]?> LeafSalts(IRecordReader reader, EventRow row, CancellationToken cancel);

/// <summary>What a node's own check of its log found.</summary>
/// <param name="Log">The folder's report, with what the record adds among its findings.</param>
/// <param name="Recomputed">Leaves computed again from salt and event.</param>
/// <param name="Unopened">Leaves whose salt was erased or could not be opened; they were compared with the record only.
/// </param>
sealed record FsckReport(string Node, string Origin, LogReport Log, long Recomputed, long Unopened)
{
    /// <summary>What the journal says about the recorded track segments; null where no journal was at hand.</summary>
    public SegmentReport? Segments { get; init; }

    public bool IsConsistent => Log.IsConsistent;
}

/// <summary>
/// A node's check of its own log: everything <c>verify</c> checks, and each leaf against the record and, where the salt
/// can be opened, against the event it stands for.
/// </summary>
static class LogFsck
{
    /// <summary>As many findings as a person reads; the log is inconsistent after the first.</summary>
    const int MaxFindings = 100;

    const string RecordFile = "record.db";

    sealed record Row(
        long LogIndex, string Stream, long Version, string EventId, string Type, int TypeVersion, long AtMicros,
        byte[] Body, byte[]? Sealed, string? KeyId, byte[]? Leaf);

    /// <summary>Salts as a running node opens them.</summary>
    public static LeafSalts SaltsOf(Recorder recorder) =>
        async (reader, row, cancel) => (await recorder.OpenAsync(reader, row, cancel))?.LeafSalt;

    /// <summary>Salts as a command beside the node opens them, with the master key.</summary>
    public static LeafSalts SaltsOf(SubjectKeys keys) => async (reader, row, cancel) =>
        row is { Sealed: { } bytes, KeyId: { } id } && await reader.WrappedKeyAsync(id, cancel) is { } wrapped
            ? SubjectKeys.Unseal(keys.Unwrap(wrapped, id), row.EventId, bytes).LeafSalt
            : null;

    /// <summary>No salt can be opened: leaves are compared with the record only.</summary>
    public static readonly LeafSalts NoSalts = (_, _, _) => ValueTask.FromResult<byte[]?>(null);

    public static async Task<FsckReport> CheckAsync(
        string node, string origin, ILogStore folder, IRecordStore record, LeafSalts salts,
        Func<JournalReading>? journal, TimeProvider machine, CancellationToken cancel)
    {
        var options = new LogCheckOptions { AllowAhead = true, EntryFault = RahdariEntries.Fault };
        var log = await LiveFolder.CheckAsync(folder, new(), options, machine, cancel);
        var findings = log.Findings.ToList();
        if (log.Head is not { } head) return new(node, origin, log, 0, 0);
        if (head.Origin != origin)
            findings.Add(new("origin-differs", "checkpoint",
                $"the folder is {origin}, the checkpoint says {head.Origin}"));
        var (recomputed, unopened) = await record.ReadAsync(async r =>
        {
            await CheckHeadAsync(r, head, findings, cancel);
            // Entries ahead of the head are rows already; a node that was stopped there signs them at its next start.
            var written = head with { Size = head.Size + log.Ahead };
            return await CheckLeavesAsync(r, folder, written, salts, findings, cancel);
        }, cancel);
        var segments = journal is null || findings.Count >= MaxFindings
            ? null
            : await SegmentCheck.CheckAsync(record, journal, MaxFindings - findings.Count, cancel);
        findings.AddRange(segments?.Findings ?? []);
        return new(node, origin, log with { Findings = [.. findings.Take(MaxFindings)] }, recomputed, unopened)
        {
            Segments = segments,
        };
    }

    /// <summary>The record may be one head ahead of the folder, never behind or beside it.</summary>
    static async Task CheckHeadAsync(
        IRecordReader reader, Checkpoint head, List<LogFinding> findings, CancellationToken cancel)
    {
        var kept = await reader.LogHeadAsync(head.Origin, cancel);
        if (kept is null || kept.Size < head.Size)
            findings.Add(new("record-behind", RecordFile,
                $"it knows a head of {kept?.Size ?? 0}, {head.Size} was published"));
        else if (kept.Size == head.Size && kept.Root != head.Root)
            findings.Add(new("head-differs", RecordFile, "its head and the published one have one size and two roots"));
    }

    static async Task<(long Recomputed, long Unopened)> CheckLeavesAsync(
        IRecordReader reader, ILogSource files, Checkpoint head, LeafSalts salts, List<LogFinding> findings,
        CancellationToken cancel)
    {
        var (recomputed, unopened) = (0L, 0L);
        foreach (var bundle in TileId.GrownBundles(0, head.Size))
        {
            if (findings.Count >= MaxFindings) break;
            var first = bundle.Index << TileId.LogHeight;
            var entries = await EntriesAsync(files, bundle, cancel);
            var rows = await RowsAsync(reader, head.Origin, first, bundle.Width, cancel);
            if (rows.Count < bundle.Width)
                findings.Add(new("record-lacks-entries", RecordFile,
                    $"entry {FirstMissing(rows, first)} is not in it, nor {bundle.Width - rows.Count - 1} more"));
            foreach (var row in rows)
            {
                var at = (int)(row.LogIndex - first);
                if (at >= entries.Count) continue;
                var (opened, fault) = await CheckLeafAsync(reader, row, entries[at], salts, cancel);
                if (opened) recomputed++;
                else unopened++;
                if (fault is not null)
                    findings.Add(new("leaf-differs", TilePath.Format(bundle), $"entry {row.LogIndex}: {fault}"));
            }
        }
        return (recomputed, unopened);
    }

    static async Task<(bool Opened, string? Fault)> CheckLeafAsync(
        IRecordReader reader, Row row, byte[] entry, LeafSalts salts, CancellationToken cancel)
    {
        if (!entry.AsSpan().SequenceEqual(row.Leaf))
            return (false, $"the record has another leaf for event {row.EventId}");
        var stored = new EventRow(
            row.Stream, row.Version, row.EventId, row.Type, row.TypeVersion, row.AtMicros, row.Body, row.Sealed,
            row.KeyId, row.Leaf);
        try
        {
            if (MisfitOf(row) is { } column)
                return (false, $"column {column} of event {row.EventId} is not what its signed body says");
            if (await salts(reader, stored, cancel) is not { } salt) return (false, null);
            return EventCodec.LeafOf(salt, row.Body).AsSpan().SequenceEqual(entry)
                ? (true, null)
                : (true, $"event {row.EventId} and its salt make another leaf");
        }
        catch (Exception e) when (e is CryptographicException or JsonException or FormatException)
        {
            return (false, $"event {row.EventId} or its sealed part cannot be read: {e.Message}");
        }
    }

    static long FirstMissing(IReadOnlyList<Row> rows, long first)
    {
        var there = 0;
        while (there < rows.Count && rows[there].LogIndex == first + there) there++;
        return first + there;
    }

    /// <summary>
    /// The column that differs from the signed body; null where none does. Boards, clocks and streams are made from
    /// columns, so a changed one lies as much as a changed body.
    /// </summary>
    static string? MisfitOf(Row row)
    {
        var (header, body) = EventCodec.Decode(row.Body, []);
        var type = body is UnknownEvent unknown
            ? (Name: unknown.Type, Version: unknown.TypeVersion)
            : (EventTypes.Of(body).Name, EventTypes.Of(body).Version);
        return header.Stream.ToString() != row.Stream ? "stream"
            : header.Version != row.Version ? "version"
            : header.EventId != row.EventId ? "event_id"
            : type.Name != row.Type ? "type"
            : type.Version != row.TypeVersion ? "type_version"
            : header.At.ToMicros() != row.AtMicros ? "at_micros"
            : null;
    }

    /// <summary>A bundle that cannot be read is among the folder's findings already.</summary>
    static async Task<IReadOnlyList<byte[]>> EntriesAsync(ILogSource files, TileId bundle, CancellationToken cancel)
    {
        try
        {
            return await files.ReadBundleAsync(bundle, cancel);
        }
        catch (LedgerFormatException)
        {
            return [];
        }
    }

    static Task<IReadOnlyList<Row>> RowsAsync(
        IRecordReader reader, string origin, long from, int limit, CancellationToken cancel) =>
        reader.QueryAsync<Row>(
            """
            select l.log_index, e.stream, e.version, e.event_id, e.type, e.type_version, e.at_micros, e.body, e.sealed,
                   e.key_id, e.leaf
            from log_entry l join event e on e.event_id = l.event_id
            where l.origin = @Origin and l.log_index >= @From and l.log_index < @Until order by l.log_index
            """, new { Origin = origin, From = from, Until = from + limit }, cancel);
}
