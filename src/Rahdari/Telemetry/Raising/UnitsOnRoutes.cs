using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Telemetry.Judging;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>A followed unit on its drawn route.</summary>
/// <param name="ProgressKilometres">Along the drawn line, to the point nearest to the unit.</param>
/// <param name="Off">Under way, beyond the corridor's edge and in no office's zone.</param>
public sealed record UnitOnRoute(
    UnitId Unit, string RouteId, DateTimeOffset At, double ProgressKilometres, bool Off, long OpenAlerts)
{
    /// <summary>Null where nobody listens for it.</summary>
    public CoverageRow? Coverage { get; init; }
}

/// <param name="Cut">There are more followed units than were looked at.</param>
public sealed record UnitsPlaced(IReadOnlyList<UnitOnRoute> Units, bool Cut);

/// <summary>Where followed units are on their routes, for the pages that draw them.</summary>
sealed class UnitsOnRoutes(IDesk desk, CorridorPack pack, RouteGeometries geometries)
{
    /// <summary>More than this nobody tells apart on one drawing.</summary>
    public const int Most = 500;

    const string UnderWay = "under-way";

    sealed record Row(
        string Mrn, int Unit, long AtMicros, int LatitudeE7, int LongitudeE7, string RouteId, string State,
        long OpenAlerts);

    /// <param name="mrn">Of one movement; null for all.</param>
    public async Task<UnitsPlaced> FindAsync(Mrn? mrn, CancellationToken cancel)
    {
        var rows = await desk.QueryAsync<Row>(
            """
            select p.mrn, p.unit, p.at_micros, p.latitude_e7, p.longitude_e7, m.route_id, u.state,
                (select count(*) from alert_board a
                    where (a.mrn = p.mrn and a.unit = p.unit
                        or a.other_mrn = p.mrn and a.other_unit = p.unit)
                        and a.status not in ('resolved', 'refuted')) as open_alerts
            from unit_position p join movement_board m on m.mrn = p.mrn
                join unit_board u on u.mrn = p.mrn and u.unit = p.unit
            where u.state <> 'discharged' and (@all = 1 or p.mrn = @mrn)
            order by p.along_metres, p.mrn, p.unit limit @rows
            """, new { all = mrn is null, mrn = mrn?.Value ?? "", rows = Most + 1 }, cancel);
        var shown = rows.Take(Most).ToList();
        var coverage = await CoverageTable.ReadAsync(desk, shown.Select(r => new Mrn(r.Mrn)), cancel);
        return new(
            [
                .. shown.Select(PlaceOf).OfType<UnitOnRoute>()
                    .Select(u => u with { Coverage = coverage.GetValueOrDefault(u.Unit) }),
            ],
            rows.Count > Most);
    }

    /// <summary>Null where the corridor has no such route any more.</summary>
    UnitOnRoute? PlaceOf(Row row)
    {
        var around = new Surroundings(pack, geometries.Find(row.RouteId));
        var (place, at) = (
            new GeoCoordinate(row.LatitudeE7 / 1e7, row.LongitudeE7 / 1e7), CorridorTime.FromMicros(row.AtMicros));
        return around.Locate(place) is { } found
            ? new(
                new(new(row.Mrn), row.Unit), row.RouteId, at, found.ProgressKilometres,
                row.State == UnderWay && !found.Inside && around.OfficeAt(place, at) is null, row.OpenAlerts)
            : null;
    }
}
