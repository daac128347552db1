using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Parties;

namespace Rahdari.Telemetry.Judging;

/// <summary>The drawn corridor as one unit's rules see it: its route, where it may stand, the offices.</summary>
/// <param name="geometry">Null where the route is not known here; then nothing of the road is judged.</param>
sealed class Surroundings(CorridorPack pack, CorridorGeometry? geometry)
{
    // A control room follows units from afar; nothing is opened there.
    readonly IReadOnlyList<Office> offices =
        [.. pack.Offices.Where(o => o.Roles.Any(r => r != OfficeRole.ControlRoom))];

    DatedValue<JudgingRules>? inForce;
    TimeZoneInfo? zone;

    /// <summary>Whether a device last heard there goes, or stands, where it is hardly ever heard.</summary>
    /// <param name="unseen">It may have gone on for so long.</param>
    public bool IsUncovered(
        GeoCoordinate place, DeviceRole role, JudgingRules rules, int behindKilometres, TimeSpan unseen = default)
    {
        if (Locate(place) is not { } at) return false;
        // Of a way beside the road the nearest place of the road says no more than its distance.
        var beside = at.Inside ? 0 : (int)Math.Ceiling(at.DistanceMetres / 1_000);
        var ahead = rules.UncoveredAheadKilometres + (int)(unseen.TotalHours * rules.UncoveredKilometresPerHour);
        for (var k = -behindKilometres - beside; k <= ahead + beside; k++)
            if (CoverageAt(at.ProgressMetres + 1000.0 * k, role) < rules.UncoveredPerCent / 100.0) return true;
        return false;
    }

    /// <summary>Of the route's line; zero where there is none.</summary>
    public double LengthMetres => geometry?.LengthMetres ?? 0;

    /// <summary>Whether it was learned where devices of a role are heard.</summary>
    public bool KnowsCoverage(DeviceRole role) => geometry?.Route.Learned is { Coverage: var known }
        && (role == DeviceRole.Container ? known.ContainerPerCent : known.PrimeMoverPerCent).Any(p => p is not null);

    public bool HasRoute => geometry is not null;

    /// <summary>The corridor is as its traffic showed it, not as it was drawn.</summary>
    public bool IsLearned => geometry?.Route.Learned is not null;

    /// <summary>
    /// Whether devices are heard at a place of the route; null where that was not learned.
    /// </summary>
    public double? CoverageAt(double progressMetres, DeviceRole role) =>
        geometry?.ExpectedCoverage(progressMetres, role);

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
            // A degree of latitude is 110.5 km at least.
            if (Math.Abs(office.Place.Latitude - place.Latitude) * 110_500 > office.ZoneRadiusMetres) continue;
            var metres = Earth.MetresBetween(office.Place, place);
            if (metres > office.ZoneRadiusMetres || metres >= least || !office.Validity.HoldsAt(time)) continue;
            (nearest, least) = (office, metres);
        }
        return nearest;
    }

    /// <summary>
    /// How far before the zone of an office, along the route, a place lies for certain; below zero where it does not.
    /// Null where the office or the route is not known.
    /// </summary>
    public double? MetresBefore(OfficeId id, RoutePlace place) =>
        pack.FindOffice(id) is { } office && Locate(office.Place) is { } at
            ? at.ProgressMetres - office.ZoneRadiusMetres - AccuracyMetres(at.Leg) - place.ProgressMetres
            : null;

    public bool IsInZone(OfficeId id, GeoCoordinate place) => pack.FindOffice(id) is { } office
        && Earth.MetresBetween(office.Place, place) <= office.ZoneRadiusMetres;

    /// <summary>At its edge, which receivers do not tell, in doubt outside; of a small one half is edge.</summary>
    public HotSpot? HotSpotAt(GeoCoordinate place, DateTimeOffset time, JudgingRules rules) => geometry?.Route.HotSpots
        .FirstOrDefault(s => s.Validity.HoldsAt(time)
            && Earth.MetresBetween(s.Place, place)
                <= s.RadiusMetres - Math.Min(rules.StopEdgeMetres, s.RadiusMetres / 2));

    /// <summary>How far the drawn line may lie from the road on a leg.</summary>
    public int AccuracyMetres(int leg) => IsLearned ? 0 : geometry?.Route.Legs[leg].AccuracyMetres ?? 0;

    /// <summary>How much of the last night lies between two times, by the exit office's clock.</summary>
    public TimeSpan NightWithin(DateTimeOffset from, DateTimeOffset until, JudgingRules rules)
    {
        var local = TimeZoneInfo.ConvertTime(until, Zone);
        var today = new DateTimeOffset(local.Date, local.Offset);
        var end = today.AddHours(rules.NightUntilHour);
        var begin = today.AddHours(rules.NightFromHour - (rules.NightFromHour > rules.NightUntilHour ? 24 : 0));
        if (rules.NightFromHour > rules.NightUntilHour && local >= today.AddHours(rules.NightFromHour))
            (begin, end) = (today.AddHours(rules.NightFromHour), end.AddDays(1));
        if (end > until) end = until;
        if (begin < from) begin = from;
        return end > begin ? end - begin : TimeSpan.Zero;
    }

    TimeZoneInfo Zone => zone ??= geometry is { Route.ExitOffice: var exit } && pack.FindOffice(exit) is { } office
        ? TimeZoneInfo.FindSystemTimeZoneById(office.Zone)
        : TimeZoneInfo.Utc;

    public AllowedStop? StopAt(GeoCoordinate place, DateTimeOffset time, JudgingRules rules) => geometry?.Route.Stops
        .FirstOrDefault(s => s.Validity.HoldsAt(time)
            && Earth.MetresBetween(s.Place, place) <= s.RadiusMetres + rules.StopEdgeMetres);
}
