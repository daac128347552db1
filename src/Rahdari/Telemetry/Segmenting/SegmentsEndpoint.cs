using System.Globalization;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Views;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Telemetry.Segmenting;

/// <summary>
/// <c>GET /api/v1/movements/{mrn}/units/{n}/segments</c>: the unit's segments, newest first, in
/// pages.
/// <c>.../segments/{id}</c>: one of them with its records. <c>.../segments/{id}/records/{row}</c>: one record, all of
/// it, with the proof that it is in the segment.
/// </summary>
static class SegmentsEndpoint
{
    /// <summary>A day of a unit with two lanes at six segments an hour, and three of them.</summary>
    const int DefaultLimit = 300, MaxLimit = 1_000;

    public static void MapSegments(this IEndpointRouteBuilder routes)
    {
        const string Path = "/api/v1/movements/{mrn}/units/{n}/segments";
        routes.MapGet(Path, ListAsync)
            .WithName("listSegments").WithSummary("What the log holds of a unit's track, newest first")
            .Produces<SegmentList>();
        routes.MapGet(Path + "/{id}", ShowAsync)
            .WithName("showSegment").WithSummary("A segment of a unit's track and the records in it")
            .Produces<SegmentContent>();
        routes.MapGet(Path + "/{id}/records/{row}", ProveAsync)
            .WithName("proveRecord").WithSummary("One record of a unit's track and the proof that it is in a segment")
            .Produces<RecordProof>();
    }

    static async Task<IResult> ListAsync(
        string mrn, string n, string? cursor, string? limit, HttpContext context, IDesk desk, NodeSettings node)
    {
        if (Paging.ReadLimit(limit, DefaultLimit, MaxLimit, out var rows) is { } wrong) return Problem.Malformed(wrong);
        var (place, after) = (new[] { long.MaxValue }, "");
        if (!string.IsNullOrEmpty(cursor) && !(Paging.TryReadCursor(cursor, place, out after)
            && after.StartsWith(OpenSegment.IdPrefix, StringComparison.Ordinal)))
            return Problem.Malformed(Paging.BadCursor(cursor));
        if (UnitOf(mrn, n) is not { } unit) return Problem.NotFound("unit", $"{mrn}/{n}");
        var found = await SegmentTables.OfUnitAsync(desk, unit, place[0], after, rows + 1, context.RequestAborted);
        var shown = found.Take(rows).ToList();
        var places = await EventPlaces.OwnAsync(desk, [.. shown.Select(r => r.EventId)], context.RequestAborted);
        return Results.Ok(new SegmentList(
            [.. shown.Select(r => Item(r, node, places))],
            found.Count > rows ? Paging.CursorOf(shown[^1].EventId, shown[^1].RecordedMicros) : null));
    }

    static async Task<IResult> ShowAsync(
        string mrn, string n, string id, HttpContext context, IDesk desk, NodeSettings node, IJournal journal,
        SegmentReading reading)
    {
        var cancel = context.RequestAborted;
        if (UnitOf(mrn, n) is not { } unit || await SegmentTables.FindAsync(desk, unit, id, cancel) is not { } segment)
            return Problem.NotFound("id", id);
        var rows = await reading.ReadAsync(segment, cancel);
        var places = await EventPlaces.OwnAsync(desk, [id], cancel);
        return Results.Ok(new SegmentContent(
            Item(segment, node, places), await AreKeptAsync(journal, segment, cancel), HasItsRoot(segment, rows),
            [
                .. rows.Select(r => new RecordLine(
                    r.Row.Number, DeviceId.Parse(r.Row.Entry.Device), Time(r.Row.Entry.ReceivedMicros),
                    r.Fix?.Message.Time, r.Fix is not null)),
            ]));
    }

    static async Task<IResult> ProveAsync(
        string mrn, string n, string id, string row, HttpContext context, IDesk desk, NodeSettings node,
        IJournal journal, SegmentReading reading)
    {
        var cancel = context.RequestAborted;
        if (UnitOf(mrn, n) is not { } unit || await SegmentTables.FindAsync(desk, unit, id, cancel) is not { } segment)
            return Problem.NotFound("id", id);
        if (!long.TryParse(row, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || number < segment.FirstRow || number > segment.LastRow) return Problem.NotFound("row", row);
        var rows = await reading.ReadAsync(segment, cancel);
        // Without the first of its rows a segment's root cannot be made, nor any proof.
        if (!await AreKeptAsync(journal, segment, cancel))
            return Problem.Of(StatusCodes.Status410Gone, new Refusal("record-not-kept", "row").With("row", number));
        var index = rows.FindIndex(r => r.Row.Number == number);
        if (index < 0) return Problem.NotFound("row", row);
        var places = await EventPlaces.OwnAsync(desk, [id], cancel);
        var (found, fix) = rows[index];
        return Results.Ok(new RecordProof(
            Item(segment, node, places), HasItsRoot(segment, rows), ContentOf(found, fix),
            SegmentRecord.Entry(found), index, rows.Count,
            [.. SegmentRows.ProofOf(rows.ConvertAll(r => r.Row), index).Select(h => h.ToBase64())]));
    }

    static Task<bool> AreKeptAsync(IJournal journal, SegmentRow segment, CancellationToken cancel) =>
        SegmentRows.AreKeptAsync(journal.ReadAsync, segment.Stream, segment.FirstRow, cancel);

    /// <summary>False where rows are not kept any more, or are not what they were.</summary>
    static bool HasItsRoot(SegmentRow segment, List<(JournalRow Row, JournaledFix? Fix)> rows) =>
        rows.Count == segment.Records && SegmentRows.RootOf(rows.Select(r => r.Row)).ToBase64() == segment.Root;

    static UnitId? UnitOf(string mrn, string n) => UnitId.TryParse($"{mrn}/{n}", null, out var unit) ? unit : null;

    static SegmentItem Item(SegmentRow r, NodeSettings node, IReadOnlyDictionary<string, EventPlace> places)
    {
        var place = places.GetValueOrDefault(r.EventId);
        return new(
            r.EventId, r.Stream, r.FirstRow, r.LastRow, r.Records, r.Root, Time(r.FirstReceivedMicros),
            Time(r.LastReceivedMicros), r.FirstEventMicros is { } first ? Time(first) : null,
            r.LastEventMicros is { } last ? Time(last) : null, r.Cause, Time(r.RecordedMicros), node.Origin,
            place?.LogIndex, place?.IsPublished == true);
    }

    static RecordContent ContentOf(JournalRow row, JournaledFix? fix) => new(
        row.Entry.Stream, row.Number, DeviceId.Parse(row.Entry.Device), Time(row.Entry.ReceivedMicros),
        Convert.ToHexStringLower(row.Entry.Raw), row.Entry.Body, fix?.Message.Time, fix?.Message.Valid,
        fix?.Message.Position?.LatitudeE7, fix?.Message.Position?.LongitudeE7, fix?.Message.Speed?.MetresPerHour,
        fix is null ? null : Slug.Of(fix.Checksum), fix is null ? null : Slug.Of(fix.Identity), fix?.DecoderVersion);

    static DateTimeOffset Time(long micros) => CorridorTime.FromMicros(micros);

    /// <param name="Next">The cursor of the next page; null on the last.</param>
    sealed record SegmentList(IReadOnlyList<SegmentItem> Items, string? Next);

    /// <param name="Root">RFC 6962 root over the entries of its records, base64.</param>
    /// <param name="LogIndex">Where its event is in the log; null before it has a place.</param>
    /// <param name="Published">A signed checkpoint covers it.</param>
    internal sealed record SegmentItem(
        string Id, string Stream, long FirstRow, long LastRow, int Records, string Root, DateTimeOffset FirstReceived,
        DateTimeOffset LastReceived, DateTimeOffset? FirstEvent, DateTimeOffset? LastEvent, string Cause,
        DateTimeOffset RecordedAt, string Origin, long? LogIndex, bool Published);

    /// <param name="Kept">The journal holds every record of it; false once their days are dropped.</param>
    /// <param name="Verified">The journal's rows have the root that was recorded.</param>
    sealed record SegmentContent(
        SegmentItem Segment, bool Kept, bool Verified, IReadOnlyList<RecordLine> Records);

    /// <param name="Read">False where this node cannot read the record; its bytes are in the segment.</param>
    sealed record RecordLine(
        long Row, DeviceId Device, DateTimeOffset ReceivedAt, DateTimeOffset? Time, bool Read);

    /// <param name="Raw">The frame it came in, hex; empty where another record of the frame holds it.</param>
    /// <param name="Body">The decoded record as the journal holds it, base64. What it says is null where this node
    /// cannot read it.</param>
    sealed record RecordContent(
        string Stream, long Row, DeviceId Device, DateTimeOffset ReceivedAt, string Raw, byte[] Body,
        DateTimeOffset? Time, bool? Valid, int? LatitudeE7, int? LongitudeE7, int? SpeedMetresPerHour,
        string? Checksum, string? Identity, int? DecoderVersion);

    /// <param name="Entry">The record as an entry of the segment's tree, base64.</param>
    /// <param name="Index">Its place among the segment's records, from 0.</param>
    /// <param name="Proof">Hashes from the leaf upwards (RFC 6962, section 2.1.1), base64.</param>
    sealed record RecordProof(
        SegmentItem Segment, bool Verified, RecordContent Record, byte[] Entry, int Index, int Size,
        IReadOnlyList<string> Proof);
}
