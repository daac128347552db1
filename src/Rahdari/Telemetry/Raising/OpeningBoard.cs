using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Judging;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>An opening that an office recorded and a device told of.</summary>
/// <param name="Kinds">The kinds of alert it would have been without the office's record.</param>
/// <param name="From">Event time of the first record that shows it.</param>
public sealed record OpeningRow(
    string Id, AdministrationId Administration, UnitId Unit, string Device, IReadOnlyList<string> Kinds,
    DateTimeOffset From, OfficeAct Act)
{
    public string State { get; init; } = "authorised";
}

/// <summary>Table <c>authorised_opening</c>: one row an opening, public fields only.</summary>
sealed class OpeningBoard : IProjection
{
    /// <summary>More openings of one movement than this nobody reads.</summary>
    const int Most = 200;

    const string Prefix = "opening:";

    const string Columns =
        """
        select opening_id, administration, mrn, unit, device, kinds, from_micros, act_event_id, act, office, officer,
            act_micros, status from authorised_opening
        """;

    public static string Subject(string openingId) => Prefix + openingId;

    public string Schema =>
        """
        create table if not exists authorised_opening (
            opening_id text primary key, administration text not null, mrn text not null, unit integer not null,
            device text not null, kinds text not null, from_micros bigint not null, act_event_id text not null,
            act text not null, office text not null, officer text not null, act_micros bigint not null,
            status text not null);
        create index if not exists authorised_opening_unit on authorised_opening (mrn, unit);
        """;

    public Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel)
    {
        var administration = recorded.Header.Stream.Administration.Value;
        return recorded.Body switch
        {
            OpeningAuthorised e when recorded.Header.Stream.Subject == Subject(e.OpeningId) =>
                PutAsync(transaction, e, administration, cancel),
            OpeningNotAuthorised e => transaction.ExecuteAsync(
                """
                update authorised_opening set status = 'not-authorised'
                where opening_id = @id and administration = @administration
                """, new { id = e.OpeningId, administration }, cancel),
            _ => Task.CompletedTask,
        };
    }

    static Task PutAsync(
        IRecordTransaction transaction, OpeningAuthorised e, string administration, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            insert into authorised_opening (opening_id, administration, mrn, unit, device, kinds, from_micros,
                act_event_id, act, office, officer, act_micros, status)
            values (@id, @administration, @mrn, @unit, @device, @kinds, @from, @actId, @act, @office, @officer, @actAt,
                'authorised')
            on conflict (opening_id) do update set kinds = excluded.kinds, from_micros = excluded.from_micros,
                status = excluded.status
            where authorised_opening.administration = excluded.administration
            """,
            new
            {
                id = e.OpeningId, administration, mrn = e.Unit.Mrn.Value, unit = e.Unit.Number,
                device = e.Device.ToString(), kinds = string.Join(' ', e.Kinds.Select(k => k.Slug())),
                from = e.From.ToMicros(), actId = e.Act.EventId, act = e.Act.Act, office = e.Act.Office.ToString(),
                officer = e.Act.Officer.Value, actAt = e.Act.At.ToMicros(),
            }, cancel);

    sealed record Row(
        string OpeningId, string Administration, string Mrn, int Unit, string Device, string Kinds, long FromMicros,
        string ActEventId, string Act, string Office, string Officer, long ActMicros, string Status);

    /// <summary>Of one movement's units, the newest first.</summary>
    public static async Task<IReadOnlyList<OpeningRow>> OfMovementAsync(
        IDesk desk, Mrn mrn, CancellationToken cancel) =>
        [.. (await desk.QueryAsync<Row>(
            $"{Columns} where mrn = @mrn order by from_micros desc, opening_id limit @most",
            new { mrn = mrn.Value, most = Most }, cancel)).Select(RowOf)];

    /// <summary>Of every movement, the newest first.</summary>
    public static async Task<IReadOnlyList<OpeningRow>> NewestAsync(IDesk desk, CancellationToken cancel) =>
        [.. (await desk.QueryAsync<Row>(
            $"{Columns} where status = 'authorised' order by from_micros desc, opening_id limit @most",
            new { most = Most }, cancel)).Select(RowOf)];

    /// <summary>Values of one query's list.</summary>
    const int MostValues = 500;

    /// <summary>What was told of openings of units, for judging them anew.</summary>
    public static async Task<ILookup<UnitId, ToldOpening>> ToldAsync(
        IRecordReader reader, IReadOnlyCollection<UnitId> units, AdministrationId own, CancellationToken cancel)
    {
        var rows = new List<Row>();
        foreach (var some in units.Select(u => u.Mrn.Value).Distinct().Chunk(MostValues))
            rows.AddRange(await reader.QueryAsync<Row>(
                $"{Columns} where mrn in @mrns and administration = @own and status = 'authorised' order by opening_id",
                new { mrns = some, own = own.Value }, cancel));
        return rows.ToLookup(
            r => new UnitId(new(r.Mrn), r.Unit),
            r => new ToldOpening(r.OpeningId, r.Kinds, CorridorTime.FromMicros(r.FromMicros)));
    }

    /// <summary>What the board says of openings by id: kinds and first time; null where it says not authorised.
    /// </summary>
    public static async Task<Dictionary<string, ToldOpening?>> KnownAsync(
        IRecordReader reader, IEnumerable<string> ids, CancellationToken cancel)
    {
        var known = new Dictionary<string, ToldOpening?>(StringComparer.Ordinal);
        foreach (var some in ids.Distinct().Chunk(MostValues))
            foreach (var r in await reader.QueryAsync<Row>(
                $"{Columns} where opening_id in @ids", new { ids = some }, cancel))
                known[r.OpeningId] = r.Status == "authorised"
                    ? new ToldOpening(r.OpeningId, r.Kinds, CorridorTime.FromMicros(r.FromMicros))
                    : null;
        return known;
    }

    static OpeningRow RowOf(Row r) => new(
        r.OpeningId, new(r.Administration), new(new(r.Mrn), r.Unit), r.Device, r.Kinds.Split(' '),
        CorridorTime.FromMicros(r.FromMicros),
        new(r.ActEventId, r.Act, OfficeId.Parse(r.Office), OfficerId.Parse(r.Officer, null),
            CorridorTime.FromMicros(r.ActMicros))) { State = r.Status };
}
