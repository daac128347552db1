using System.Globalization;
using System.Text.Json.Nodes;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Federation;

/// <summary>
/// <c>GET /api/v1/entries/{origin}?from=N&amp;limit=256</c>: the content of log entries, to whom it belongs. With
/// <c>&amp;subject=MRN</c> only the entries of that subject, for a reader who was not shown some of them before.
/// </summary>
static class EntriesEndpoint
{
    /// <summary>An entry bundle holds 256; more at once saves nothing.</summary>
    const int MaxEntries = 256;

    /// <summary>Stream names are no longer (<see cref="EventRow"/>).</summary>
    const int MaxSubject = 200;

    sealed record Row(
        long LogIndex, string Stream, long Version, string EventId, string Type, int TypeVersion, long AtMicros,
        byte[] Body, byte[]? Sealed, string? KeyId, long Entitled);

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/entries/{origin}", async (
            string origin, string? from, string? limit, string? subject, HttpContext context, NodeSettings settings,
            IRecordStore store, Recorder recorder) =>
        {
            if (origin != settings.Origin) return Problem.NotFound("origin", origin);
            if (!TryRead(from, out var first)) return Problem.Malformed(Paging.Malformed("from", from!));
            if (Paging.ReadLimit(limit, MaxEntries, MaxEntries, out var rows) is { } wrong)
                return Problem.Malformed(wrong);
            if (subject is not null && (subject.Length is 0 or > MaxSubject || subject.Any(char.IsControl)))
                return Problem.Malformed(Paging.Malformed("subject", subject));
            var entries = await ReadAsync(
                store, recorder, settings, context.GetActor().Office.Administration, first, rows, subject,
                context.RequestAborted);
            return Results.Text(
                new JsonArray([.. entries.Select(e => (JsonNode)e.ToJson())]).ToJsonString(), "application/json");
        })
        .WithName("readEntries").WithSummary("Events of this log the caller is entitled to, with their openings")
        .Produces<IReadOnlyList<EntryAnswer>>();

    /// <summary>The form of <see cref="PeerEntry.ToJson"/>, for the description of the API.</summary>
    /// <param name="Open">Openings of the sealed fields: salt, name, value.</param>
    sealed record EntryAnswer(long Index, string? LeafSalt, string? Event, IReadOnlyList<JsonArray>? Open);

    static bool TryRead(string? from, out long number)
    {
        number = 0;
        return string.IsNullOrEmpty(from)
            || (long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out number)
                && number <= long.MaxValue - MaxEntries);
    }

    public static Task<IReadOnlyList<PeerEntry>> ReadAsync(
        IRecordStore store, Recorder recorder, NodeSettings settings, AdministrationId reader, long from, int limit,
        string? subject, CancellationToken cancel) =>
        store.ReadAsync<IReadOnlyList<PeerEntry>>(async r =>
        {
            var rows = await r.QueryAsync<Row>(
                """
                select l.log_index, e.stream, e.version, e.event_id, e.type, e.type_version, e.at_micros, e.body,
                       e.sealed, e.key_id,
                       (select count(*) from entitlement t where t.administration = @reader
                        and t.subject = substr(e.stream, @prefix)) as entitled
                from log_entry l join event e on e.event_id = l.event_id
                where l.origin = @origin and l.log_index >= @from and
                """ + (subject is null ? " l.log_index < @until" : " e.stream = @stream")
                + " order by l.log_index limit @limit",
                new
                {
                    reader = reader.Value, from, until = from + limit, origin = settings.Origin, limit,
                    prefix = settings.Administration.Value.Length + 2,
                    stream = new StreamName(settings.Administration, subject ?? "").ToString(),
                },
                cancel);
            var entries = new List<PeerEntry>(rows.Count);
            foreach (var row in rows) entries.Add(await EntryAsync(r, recorder, row, cancel));
            return entries;
        }, cancel);

    static async Task<PeerEntry> EntryAsync(IRecordReader reader, Recorder recorder, Row row, CancellationToken cancel)
    {
        if (row.Entitled == 0 && !Entitlements.IsForAll(StreamName.Parse(row.Stream).Subject))
            return new(row.LogIndex, null, null, PeerEntry.None);
        var stored = new EventRow(row.Stream, row.Version, row.EventId, row.Type, row.TypeVersion, row.AtMicros,
            row.Body,
            row.Sealed, row.KeyId, null);
        var opened = await recorder.OpenAsync(reader, stored, cancel);
        if (opened is not { } o) return new(row.LogIndex, null, null, PeerEntry.None);
        var body = EventCodec.Decode(row.Body, o.Openings).Body;
        return new(row.LogIndex, o.LeafSalt, row.Body,
            [.. o.Openings.Where(opening => AgreedFields.IsOpened(body, opening.Name))]);
    }
}
