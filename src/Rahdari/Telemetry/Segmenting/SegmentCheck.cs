using Rahdari.Ledger;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Segmenting;

/// <summary>What a check of the recorded segments against the journal found.</summary>
/// <param name="Verified">Segments whose rows have the root that was recorded.</param>
/// <param name="Dropped">Segments of which the journal retains the rows no more.</param>
/// <param name="Findings">What is not as it was recorded; the first of them, as many as were asked for.</param>
sealed record SegmentReport(long Verified, long Dropped, IReadOnlyList<LogFinding> Findings);

/// <summary>Recomputes each segment's root from the journal.</summary>
static class SegmentCheck
{
    /// <summary>Events read at once.</summary>
    const int Page = 200;

    /// <summary>Rows of one finding that are named.</summary>
    const int MostNamed = 3;

    sealed record Row(string EventId, byte[] Body);

    /// <param name="open">Called once the segments to check are settled, so that it holds the rows of all of
    /// them.</param>
    /// <param name="most">Findings after which it ends.</param>
    public static async Task<SegmentReport> CheckAsync(
        IRecordStore record, Func<JournalReading> open, int most, CancellationToken cancel)
    {
        // The signed events themselves: the table that lists segments is made from them.
        var newest = await record.ReadAsync(r => r.QueryAsync<long>(
            """
            select coalesce(max(at_micros), 0) from event where type = 'track-segment-recorded' and leaf is not null
            """, null, cancel), cancel);
        var journal = open();
        var (verified, dropped, findings, after) = (0L, 0L, new List<LogFinding>(), "");
        var retained = new Dictionary<string, long>(StringComparer.Ordinal);
        while (findings.Count < most)
        {
            var rows = await record.ReadAsync(r => r.QueryAsync<Row>(
                """
                select event_id, body from event
                where type = 'track-segment-recorded' and leaf is not null and event_id > @after
                    and at_micros <= @newest
                order by event_id limit @page
                """, new { after, newest = newest[0], page = Page }, cancel), cancel);
            foreach (var row in rows)
            {
                if (EventCodec.Decode(row.Body, []).Body is not TrackSegmentRecorded segment) continue;
                if (!retained.TryGetValue(segment.Stream, out var first))
                    retained[segment.Stream] = first =
                        await SegmentRows.FirstKeptAsync(journal, segment.Stream, cancel);
                if (segment.FirstRow < first) dropped++;
                else if (await FaultOfAsync(journal, segment, cancel) is not { } fault) verified++;
                // Days may be dropped while this goes on.
                else if (!await SegmentRows.AreKeptAsync(journal, segment.Stream, segment.FirstRow, cancel)) dropped++;
                else findings.Add(new("segment-differs", row.EventId, fault));
            }
            if (rows.Count < Page) break;
            after = rows[^1].EventId;
        }
        return new(verified, dropped, [.. findings.Take(most)]);
    }

    static async Task<string?> FaultOfAsync(
        JournalReading journal, TrackSegmentRecorded segment, CancellationToken cancel)
    {
        var rows = await SegmentRows.ReadAsync(
            journal, new(segment.Mrn, segment.Unit), segment.Stream, segment.FirstRow, segment.LastRow,
            (segment.Unread ?? []).ToHashSet(), cancel);
        var place = $"rows {segment.FirstRow} to {segment.LastRow} of {segment.Stream}";
        if (rows.Count != segment.Records)
            return $"{place} have {rows.Count} records of {segment.Mrn}/{segment.Unit}, "
                + $"{segment.Records} were recorded{await UnreadAmongAsync(journal, segment, cancel)}";
        return SegmentRows.RootOf(rows.Select(r => r.Row)).ToBase64() == segment.Root
            ? null
            : $"{place} have another root than was recorded";
    }

    /// <summary>The first rows of the range that could be read when it was recorded and cannot now; empty for none.
    /// </summary>
    static async Task<string> UnreadAmongAsync(
        JournalReading journal, TrackSegmentRecorded segment, CancellationToken cancel)
    {
        var found = new List<string>();
        for (var after = segment.FirstRow - 1; after < segment.LastRow && found.Count < MostNamed;)
        {
            var rows = await journal(segment.Stream, after, Page, cancel);
            if (rows.Count == 0) break;
            foreach (var row in rows.Where(r => r.Number <= segment.LastRow))
                if (found.Count < MostNamed && segment.Unread?.Contains(row.Number) != true
                    && !JournaledFix.TryRead(row.Entry, out _, out var why))
                    found.Add($"; row {row.Number} cannot be read: {why}");
            after = rows[^1].Number;
        }
        return string.Concat(found);
    }
}
