using System.Globalization;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Telemetry.Segmenting;

/// <summary>One recorded segment, as lists show it.</summary>
sealed record SegmentRow(
    string EventId, string Mrn, int Unit, string Stream, long FirstRow, long LastRow, int Records, string Root,
    long FirstReceivedMicros, long LastReceivedMicros, long? FirstEventMicros, long? LastEventMicros, string Cause,
    long RecordedMicros, string? Unread)
{
    /// <summary>See <see cref="TrackSegmentRecorded.Unread"/>.</summary>
    public IReadOnlySet<long> UnreadRows => (Unread ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Select(n => long.Parse(n, CultureInfo.InvariantCulture)).ToHashSet();
}

/// <summary>What the log holds of one unit's track.</summary>
sealed record SegmentSum(int Unit, long Segments, long Records, long LastReceivedMicros);

/// <summary>
/// Table <c>track_segment</c>: the segments of this node's journal. It also says how far each unit is covered, so that
/// no row is in two segments.
/// </summary>
sealed class SegmentTables(NodeSettings node) : IProjection
{
    const string Columns =
        """
        select event_id, mrn, unit, stream, first_row, last_row, records, root, first_received_micros,
            last_received_micros, first_event_micros, last_event_micros, cause, recorded_micros, unread
        from track_segment
        """;

    public string Schema =>
        """
        create table if not exists track_segment (
            event_id text primary key, mrn text not null, unit integer not null, stream text not null,
            first_row bigint not null, last_row bigint not null, records integer not null, root text not null,
            first_received_micros bigint not null, last_received_micros bigint not null, first_event_micros bigint,
            last_event_micros bigint, cause text not null, recorded_micros bigint not null,
            unread text);
        create index if not exists track_segment_unit on track_segment (mrn, unit, stream, last_row);
        create index if not exists track_segment_stream on track_segment (stream, last_row);
        """;

    public Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel)
    {
        if (recorded.Body is not TrackSegmentRecorded e) return Task.CompletedTask;
        if (recorded.Header.Stream.Administration != node.Administration) return Task.CompletedTask;
        return transaction.ExecuteAsync(
            """
            insert into track_segment (event_id, mrn, unit, stream, first_row, last_row, records, root,
                first_received_micros, last_received_micros, first_event_micros, last_event_micros, cause,
                recorded_micros, unread)
            values (@id, @mrn, @unit, @stream, @first, @last, @records, @root, @firstReceived, @lastReceived,
                @firstEvent, @lastEvent, @cause, @at, @unread)
            """,
            new
            {
                id = recorded.Header.EventId, mrn = e.Mrn.Value, unit = e.Unit, stream = e.Stream, first = e.FirstRow,
                last = e.LastRow, records = e.Records, root = e.Root, firstReceived = e.FirstReceived.ToMicros(),
                lastReceived = e.LastReceived.ToMicros(), firstEvent = e.FirstEvent?.ToMicros(),
                lastEvent = e.LastEvent?.ToMicros(), cause = Slug.Of(e.Cause),
                at = recorded.Header.At.ToMicros(),
                unread = e.Unread is null ? null : string.Join(' ', e.Unread),
            }, cancel);
    }

    sealed record Covered(string Mrn, int Unit, long LastRow);

    /// <summary>How far the units heard in a stream after a place in it are covered already.</summary>
    public static async Task<Dictionary<UnitId, long>> CoveredAsync(
        IRecordReader reader, string stream, long after, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<Covered>(
            """
            select mrn, unit, max(last_row) as last_row from track_segment where stream = @stream and last_row > @after
            group by mrn, unit
            """, new { stream, after }, cancel);
        return rows.ToDictionary(r => new UnitId(new(r.Mrn), r.Unit), r => r.LastRow);
    }

    /// <summary>A unit's segments, newest first.</summary>
    /// <param name="beforeMicros">With <paramref name="afterId"/> the last one of the page before; the greatest number
    /// and nothing for the first page.</param>
    public static Task<IReadOnlyList<SegmentRow>> OfUnitAsync(
        IDesk desk, UnitId unit, long beforeMicros, string afterId, int limit, CancellationToken cancel) =>
        desk.QueryAsync<SegmentRow>(
            $"""
            {Columns} where mrn = @mrn and unit = @unit and (recorded_micros < @beforeMicros
                or (recorded_micros = @beforeMicros and event_id > @afterId))
            order by recorded_micros desc, event_id limit @limit
            """, new { mrn = unit.Mrn.Value, unit = unit.Number, beforeMicros, afterId, limit }, cancel);

    /// <summary>By unit of a movement; units without a segment are not in it.</summary>
    public static async Task<IReadOnlyDictionary<int, SegmentSum>> SumsAsync(
        IDesk desk, Mrn mrn, CancellationToken cancel) =>
        (await desk.QueryAsync<SegmentSum>(
            """
            select unit, count(*) as segments, cast(sum(records) as bigint) as records,
                max(last_received_micros) as last_received_micros
            from track_segment where mrn = @mrn group by unit
            """, new { mrn = mrn.Value }, cancel)).ToDictionary(s => s.Unit);

    /// <summary>Null where the unit has no such segment.</summary>
    public static async Task<SegmentRow?> FindAsync(IDesk desk, UnitId unit, string id, CancellationToken cancel) =>
        (await desk.QueryAsync<SegmentRow>(
            $"{Columns} where event_id = @id and mrn = @mrn and unit = @unit",
            new { id, mrn = unit.Mrn.Value, unit = unit.Number }, cancel)).FirstOrDefault();

    /// <summary>Segments after one, in order of id.</summary>
    public static Task<IReadOnlyList<SegmentRow>> PageAsync(
        IRecordReader reader, string afterId, int limit, CancellationToken cancel) =>
        reader.QueryAsync<SegmentRow>(
            $"{Columns} where event_id > @afterId order by event_id limit @limit", new { afterId, limit }, cancel);
}
