using System.Globalization;
using System.Security.Cryptography;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Quarantining;

/// <summary>
/// Puts the records that an officer released into the late lane, where judging finds them. The first rows stay as they
/// are. A second time, after a kill, the journal finds every copy there already.
/// </summary>
/// <remarks>
/// A record that was enriched before the decision carries the mark and may be journaled after it. In this process the
/// device's memory is held until such a record is journaled, so nothing is read before it was free once. What another
/// process of the node has in hand is read once more after <see cref="InHand"/>; only then is the release done.
/// </remarks>
sealed class Releasing(
    IRecordStore store, IJournal journal, CorridorClock clock, NodeSettings node, DeviceMemories memories,
    TimeProvider machine)
{
    /// <summary>Machine time after which no process holds a record that it enriched before a decision it could have
    /// read: four times what an append to the database may take before it is given up (30 s).</summary>
    public static readonly TimeSpan InHand = TimeSpan.FromMinutes(2);

    /// <summary>Rows copied by one append.</summary>
    const int PageRows = 500;

    /// <summary>Decisions looked at in one round; officers make a few a day.</summary>
    const int MostDecisions = 50;

    /// <summary>Of <c>ended_quarantine q</c>: what was released and is not copied yet.</summary>
    public const string NotCopied =
        """
        q.released = 1 and not exists (
            select 1 from watermark w where w.name = 'released/' || q.device || '/' || cast(q.since_micros as text))
        """;

    readonly string late = JournalStreams.Late(node.Node);

    /// <summary>By the name of a release when it was copied first; not more than are not done.</summary>
    readonly Dictionary<string, long> begun = [];

    sealed record Row(string Device, long SinceMicros, long EndedMicros, string? Source);

    /// <summary>Copies what was released and is not copied yet.</summary>
    /// <returns>How many records; those that were there already are not counted.</returns>
    public async Task<int> RunOnceAsync(CancellationToken cancel)
    {
        var rows = await store.ReadAsync(r => r.QueryAsync<Row>(
            $"""
            select q.device, q.since_micros, q.ended_micros, q.source from ended_quarantine q
            where {NotCopied} order by q.ended_micros limit @most
            """, new { most = MostDecisions }, cancel), cancel);
        var copied = 0;
        foreach (var row in rows)
        {
            var again = begun.TryGetValue(NameOf(row), out var first);
            if (again && machine.GetElapsedTime(first) < InHand) continue;
            // Whoever enriches from now on reads that it is ended.
            (await memories.TakeAsync(DeviceId.Parse(row.Device), cancel)).Dispose();
            var free = machine.GetTimestamp();
            copied += await CopyAsync(row, cancel);
            if (!again)
            {
                begun[NameOf(row)] = free;
                continue;
            }
            await store.WriteAsync(async t =>
            {
                await t.SetWatermarkAsync(NameOf(row), 1, cancel);
                return 0;
            }, cancel);
            begun.Remove(NameOf(row));
        }
        return copied;
    }

    async Task<int> CopyAsync(Row row, CancellationToken cancel)
    {
        var (copied, from, facts) = (0, row.SinceMicros, new Facts());
        while (true)
        {
            var page = await journal.ReadDeviceAsync(row.Device, from, long.MaxValue, PageRows, cancel);
            var entries = page.Select(p => CopyOf(p, row, facts)).OfType<JournalEntry>().ToList();
            if (entries.Count > 0)
                copied += (await journal.AppendAsync(entries, cancel)).Count(j => !j.AlreadyThere);
            if (page.Count < PageRows) return copied;
            // Rows of the last receive time may go on behind the page: read again they are there already.
            var last = page[^1].Entry.ReceivedMicros;
            from = last > from ? last : from + 1;
        }
    }

    /// <summary>Null for a row that was not kept apart, or not released, or that cannot be read: what it says is not
    /// known and is judged nowhere. Judging has said so of the row itself.</summary>
    JournalEntry? CopyOf(JournalRow row, Row ruled, Facts facts)
    {
        if (!JournaledFix.TryRead(row.Entry, out var fix, out _)
            || fix.Quarantine is not { } kept || kept.Since.ToMicros() != ruled.SinceMicros) return null;
        if (ruled.Source is { } source && !KeptSources.IsFrom(kept.Remote, source)) return null;
        var released = fix with
        {
            Quarantine = null, Late = true, ReleasedFrom = fix.ReceivedAt,
            DuplicateFact = Facts.MarkOf(fix.Message) is { } mark && !facts.Add(mark),
        };
        return row.Entry with
        {
            Stream = late, ReceivedMicros = clock.Now.ToMicros(), Digest = DigestOf(row.Entry.Digest),
            Body = JournalBody.Write(released),
        };
    }

    /// <summary>Another record than the one kept apart, and the same each time.</summary>
    static byte[] DigestOf(byte[] digest) => SHA256.HashData([.. "released\n"u8, .. digest]);

    static string NameOf(Row row) => string.Create(
        CultureInfo.InvariantCulture, $"released/{row.Device}/{row.SinceMicros}");
}

/// <summary>Runs <see cref="Releasing"/> while the node runs.</summary>
sealed partial class ReleasingService(Releasing releasing, TimeProvider machine, ILogger<ReleasingService> log)
    : BackgroundService
{
    /// <summary>An officer who decided sees it soon; a look costs one query.</summary>
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.RunAsync(releasing.RunOnceAsync, Look, machine, stoppingToken, why => Outage(log, why));

    [LoggerMessage(3400, LogLevel.Warning, "records an officer released cannot be judged now: {Why}")]
    static partial void Outage(ILogger log, string why);
}
