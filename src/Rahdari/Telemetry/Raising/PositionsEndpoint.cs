using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Telemetry.Raising;

/// <summary>
/// <c>GET /api/v1/positions?mrn=&amp;cursor=&amp;limit=</c>: GeoJSON (RFC 7946) of each followed unit's last believed
/// position, in the order of units; the collection's foreign member <c>next</c> says where the next page begins.
/// </summary>
static class PositionsEndpoint
{
    /// <summary>Some two megabytes: a map that shows ten thousand units asks a few times, not hundreds.</summary>
    public const int MaxLimit = 5_000;

    /// <summary>Whoever asks for no number and reads one page has every unit of a corridor with a thousand containers a
    /// day, each up to five days on the road.</summary>
    public const int DefaultLimit = MaxLimit;

    sealed record Row(
        string Mrn, int Unit, string Device, long AtMicros, int LatitudeE7, int LongitudeE7, int? SpeedMetresPerHour,
        int? CourseDegrees, long? AlongMetres, string Identity, string? Relay, string State,
        string? Coverage, string? Silent, long? SinceMicros, long OpenAlerts);

    public static void MapPositions(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/positions", ListAsync)
            .WithName("listPositions")
            .WithSummary("Where each followed unit was last heard, as GeoJSON, a page at a time")
            .Produces<Collection>(contentType: "application/geo+json").Pages(DefaultLimit, MaxLimit);

    static async Task<IResult> ListAsync(HttpContext context, IDesk desk, string? mrn, string? cursor, string? limit)
    {
        Mrn? only = null;
        if (!string.IsNullOrEmpty(mrn))
        {
            if (!Mrn.TryParse(mrn, null, out var one))
                return Problem.Malformed(new Refusal(
                    Mrn.HasMrnForm(mrn) ? "input-check-digit" : "input-malformed", "mrn").With("value", mrn));
            only = one;
        }
        if (Paging.ReadLimit(limit, DefaultLimit, MaxLimit, out var rows) is { } wrong) return Problem.Malformed(wrong);
        Span<long> unit = [0];
        var after = "";
        if (!string.IsNullOrEmpty(cursor) && !(Paging.TryReadCursor(cursor, unit, out after)
            && UnitId.TryParse($"{after}/{unit[0]}", null, out _)))
            return Problem.Malformed(Paging.BadCursor(cursor));
        var page = await ReadAsync(desk, only, (after, (int)unit[0]), rows, context.RequestAborted);
        return Results.Json(page, contentType: "application/geo+json");
    }

    static async Task<Collection> ReadAsync(
        IDesk desk, Mrn? only, (string Mrn, int Unit) after, int limit, CancellationToken cancel)
    {
        var rows = await desk.QueryAsync<Row>(
            $"""
            select p.mrn, p.unit, p.device, p.at_micros, p.latitude_e7, p.longitude_e7, p.speed_metres_per_hour,
                p.course_degrees, p.along_metres, p.identity, p.relay, u.state,
                c.state as coverage, c.silent, c.since_micros,
                (select count(*) from alert_board a
                    where (a.mrn = p.mrn and a.unit = p.unit
                        or a.other_mrn = p.mrn and a.other_unit = p.unit)
                        and a.status not in ('resolved', 'refuted')) as open_alerts
            from unit_board u join unit_position p on p.mrn = u.mrn and p.unit = u.unit
                left join unit_coverage c on c.mrn = p.mrn and c.unit = p.unit
            where u.state <> 'discharged' and u.mrn >= @mrn and (u.mrn > @mrn or u.unit > @unit)
                {(only is null ? "" : "and u.mrn = @only")}
            order by u.mrn, u.unit limit @rows
            """, new { mrn = after.Mrn, unit = after.Unit, only = only?.Value ?? "", rows = limit + 1 }, cancel);
        var shown = rows.Take(limit).ToList();
        return new(
            "FeatureCollection", [.. shown.Select(FeatureOf)],
            rows.Count > limit ? Paging.CursorOf(shown[^1].Mrn, shown[^1].Unit) : null);
    }

    static Feature FeatureOf(Row r) => new(
        "Feature", new("Point", [r.LongitudeE7 / 1e7, r.LatitudeE7 / 1e7]),
        new($"{r.Mrn}/{r.Unit}", CorridorTime.FromMicros(r.AtMicros), r.SpeedMetresPerHour / 1000.0, r.CourseDegrees,
            r.AlongMetres, r.Device, r.Identity, r.Relay, r.State, r.Coverage,
            (r.Silent ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            r.SinceMicros is { } since ? CorridorTime.FromMicros(since) : null, r.OpenAlerts));

    /// <param name="Next">Where the next page begins; null on the last.</param>
    sealed record Collection(string Type, IReadOnlyList<Feature> Features, string? Next);

    sealed record Feature(string Type, Point Geometry, Properties Properties);

    /// <param name="Coordinates">Longitude, then latitude.</param>
    sealed record Point(string Type, IReadOnlyList<double> Coordinates);

    /// <param name="Identity">How sure it is that the position is the device's: none, network, key or vendor.</param>
    /// <param name="Relay">The vendor whose platform passed it on; null where the device itself sent it.</param>
    /// <param name="Coverage">Full, reduced or none; null where nobody listens: after the exit.</param>
    /// <param name="CoverageSince">When the first silent device was last heard.</param>
    sealed record Properties(
        string Unit, DateTimeOffset Time, double? SpeedKmh, int? CourseDegrees, long? AlongMetres, string Device,
        string Identity, string? Relay, string State, string? Coverage, IReadOnlyList<string> SilentDevices,
        DateTimeOffset? CoverageSince, long OpenAlerts);
}
