using Rahdari.Corridors;

namespace Rahdari.Telemetry.Judging;

/// <summary>The drawn corridor as one unit's rules see it: its route, where it may stand, the offices.</summary>
/// <param name="geometry">Null where the route is not known here; then nothing of the road is judged.</param>
sealed class Surroundings(CorridorPack pack, CorridorGeometry? geometry)
{
    // A control room follows units from afar; nothing is opened there.
    readonly IReadOnlyList<Office> offices =
        [.. pack.Offices.Where(o => o.Roles.Any(r => r != OfficeRole.ControlRoom))];

    DatedValue<JudgingRules>? inForce;

    public bool HasRoute => geometry is not null;

    /// <summary>The rules of a time; null where there are none.</summary>
    public JudgingRules? RulesAt(DateTimeOffset time)
    {
        if (inForce is { } row && row.HoldsAt(time)) return row.Value;
        return (inForce = pack.Judging.At(time))?.Value;
    }

    public RoutePlace? Locate(GeoCoordinate place) => geometry?.Locate(place);

    /// <summary>The nearest office whose zone holds the place.</summary>
    public Office? OfficeAt(GeoCoordinate place, DateTimeOffset time)
    {
        var (nearest, least) = ((Office?)null, double.PositiveInfinity);
        foreach (var office in offices)
        {
            var metres = Earth.MetresBetween(office.Place, place);
            if (metres > office.ZoneRadiusMetres || metres >= least || !office.Validity.HoldsAt(time)) continue;
            (nearest, least) = (office, metres);
        }
        return nearest;
    }

    public AllowedStop? StopAt(GeoCoordinate place, DateTimeOffset time) => geometry?.Route.Stops
        .FirstOrDefault(s => s.Validity.HoldsAt(time) && Earth.MetresBetween(s.Place, place) <= s.RadiusMetres);
}
