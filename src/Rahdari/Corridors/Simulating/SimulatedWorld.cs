using Rahdari.Simulator;

namespace Rahdari.Corridors.Simulating;

/// <summary>Fills the simulator from a pack: the road from the drawn routes, the truth from the corridor in force.
/// </summary>
static class SimulatedWorld
{
    /// <exception cref="ArgumentException">The pack has no rules of judging for that time.</exception>
    public static TrackOptions Of(CorridorPack pack, int trucks, int hours, ulong seed, DateTimeOffset start)
    {
        var rules = pack.Judging.At(start)?.Value
            ?? throw new ArgumentException($"the pack has no row of judging.yaml for {start:yyyy-MM-dd}");
        var geometries = pack.Routes.ToDictionary(r => r.Id, r => new CorridorGeometry(r), StringComparer.Ordinal);
        return new(
            CorridorOf(pack), trucks, hours, seed, start, RulesOf(pack, rules),
            (route, place) => geometries[route].Locate(new(place.Latitude, place.Longitude)).MetresBeyond);
    }

    static RoadRules RulesOf(CorridorPack pack, JudgingRules rules) => new(
        rules.StopSeconds / 60.0, rules.NightStopSeconds / 60.0, rules.NightFromHour, rules.NightUntilHour,
        rules.SilenceSeconds / 60.0, rules.OffCorridorSeconds)
    {
        HotSpots = pack.Routes.ToDictionary(
            r => r.Id,
            r => (IReadOnlyList<SimulatedHotSpot>)
                [.. r.HotSpots.Select(h => new SimulatedHotSpot(
                    pack.NameOf(h.NameKey), Place(h.Place), h.RadiusMetres, h.LimitMinutes))],
            StringComparer.Ordinal),
    };

    /// <summary>The corridor as drawn: what is learned of it moves nobody.</summary>
    static SimulatedCorridor CorridorOf(CorridorPack pack) => new(
        pack.Id,
        [.. pack.Offices.Select(o => new SimulatedOffice(
            o.Id.ToString(), pack.NameOf(o.NameKey), Place(o.Place), o.Zone, [.. o.Roles.Select(r => r.Slug())],
            o.ZoneRadiusMetres))],
        [.. pack.Crossings.Select(c => new SimulatedCrossing(
            c.Code, pack.NameOf(c.NameKey), c.ExitOffice.ToString(), c.EntryOffice.ToString(), Place(c.Place)))],
        [.. pack.Routes.Select(r => new SimulatedRoute(
            r.Id, pack.NameOf(r.NameKey), [.. r.DepartureOffices.Select(o => o.ToString())], r.CrossingCode,
            r.ExitOffice.ToString(),
            [.. r.Legs.Select(l => new SimulatedLeg(
                pack.NameOf(l.From), pack.NameOf(l.To), l.AccuracyMetres, l.HalfWidthMetres,
                [.. l.Line.Select(Place)]))],
            [.. r.Stops.Select(s => new SimulatedStop(
                pack.NameOf(s.NameKey), Place(s.Place), s.RadiusMetres, s.LimitMinutes))]))]);

    static SimulatedPlace Place(GeoCoordinate place) => new(place.Latitude, place.Longitude);
}
