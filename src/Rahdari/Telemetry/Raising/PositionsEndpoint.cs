using Rahdari.Hosting;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary><c>GET /api/v1/positions</c>: GeoJSON (RFC 7946) of each followed unit's last believed position.</summary>
static class PositionsEndpoint
{
    sealed record Row(
        string Mrn, int Unit, string Device, long AtMicros, int LatitudeE7, int LongitudeE7, int? SpeedMetresPerHour,
        int? CourseDegrees, long? AlongMetres, string Identity, string? Relay, string? State,
        string? Coverage, string? Silent, long? SinceMicros, long OpenAlerts);

    public static void MapPositions(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/positions", async (HttpContext context, IDesk desk) =>
                Results.Json(await ReadAsync(desk, context.RequestAborted), contentType: "application/geo+json"))
            .WithName("listPositions").WithSummary("Where each followed unit was last heard, as GeoJSON")
            .Produces<Collection>(contentType: "application/geo+json");

    static async Task<Collection> ReadAsync(IDesk desk, CancellationToken cancel)
    {
        var rows = await desk.QueryAsync<Row>(
            """
            select p.mrn, p.unit, p.device, p.at_micros, p.latitude_e7, p.longitude_e7, p.speed_metres_per_hour,
                p.course_degrees, p.along_metres, p.identity, p.relay, u.state,
                c.state as coverage, c.silent, c.since_micros,
                (select count(*) from alert_board a
                    where (a.mrn = p.mrn and a.unit = p.unit
                        or a.other_mrn = p.mrn and a.other_unit = p.unit)
                        and a.status not in ('resolved', 'refuted')) as open_alerts
            from unit_position p left join unit_board u on u.mrn = p.mrn and u.unit = p.unit
                left join unit_coverage c on c.mrn = p.mrn and c.unit = p.unit
            where u.state is null or u.state <> 'discharged' order by p.mrn, p.unit
            """, null, cancel);
        return new("FeatureCollection", [.. rows.Select(FeatureOf)]);
    }

    static Feature FeatureOf(Row r) => new(
        "Feature", new("Point", [r.LongitudeE7 / 1e7, r.LatitudeE7 / 1e7]),
        new($"{r.Mrn}/{r.Unit}", CorridorTime.FromMicros(r.AtMicros), r.SpeedMetresPerHour / 1000.0, r.CourseDegrees,
            r.AlongMetres, r.Device, r.Identity, r.Relay, r.State, r.Coverage,
            (r.Silent ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries),
            r.SinceMicros is { } since ? CorridorTime.FromMicros(since) : null, r.OpenAlerts));

    sealed record Collection(string Type, IReadOnlyList<Feature> Features);

    sealed record Feature(string Type, Point Geometry, Properties Properties);

    /// <param name="Coordinates">Longitude, then latitude.</param>
    sealed record Point(string Type, IReadOnlyList<double> Coordinates);

    /// <param name="Identity">How sure it is that the position is the device's: none, network, key or vendor.</param>
    /// <param name="Relay">The vendor whose platform passed it on; null where the device itself sent it.</param>
    /// <param name="Coverage">Full, reduced or none; null where nobody listens: after the exit.</param>
    /// <param name="CoverageSince">When the first silent device was last heard.</param>
    sealed record Properties(
        string Unit, DateTimeOffset Time, double? SpeedKmh, int? CourseDegrees, long? AlongMetres, string Device,
        string Identity, string? Relay, string? State, string? Coverage, IReadOnlyList<string> SilentDevices,
        DateTimeOffset? CoverageSince, long OpenAlerts);
}
