using Rahdari.Simulator.Driving;

namespace Rahdari.Simulator.Officiating;

/// <summary>A route with its road, its offices and the keys to act at each of them.</summary>
sealed record Way(
    SimulatedRoute Route, TrueRoad Road, IReadOnlyList<RoadStop> Stops,
    IReadOnlyList<SimulatedOffice> Departures, SimulatedOffice Exit, SimulatedOffice Entry, SimulatedCrossing Crossing)
{
    /// <summary>The routes of a corridor on which every office can act, the longest first.</summary>
    public static IReadOnlyList<Way> Usable(SimulatedCorridor corridor, IReadOnlyList<SimulatedNode> nodes) =>
    [
        .. corridor.Routes.Select(r => Find(corridor, nodes, r)).OfType<Way>()
            .OrderByDescending(w => w.Road.Line.Length).ThenBy(w => w.Route.Id, StringComparer.Ordinal),
    ];

    static Way? Find(SimulatedCorridor corridor, IReadOnlyList<SimulatedNode> nodes, SimulatedRoute route)
    {
        if (corridor.FindCrossing(route.Crossing) is not { } crossing) return null;
        if (corridor.FindOffice(route.ExitOffice) is not { } exit || !CanAct(nodes, exit)) return null;
        if (corridor.FindOffice(crossing.EntryOffice) is not { } entry || !CanAct(nodes, entry)) return null;
        var offices = route.DepartureOffices.Select(corridor.FindOffice).OfType<SimulatedOffice>().ToArray();
        var road = TrueRoad.Of(
            route,
            [.. offices.Select(o => o.Place), exit.Place, crossing.Place, .. route.Stops.Select(s => s.Place)]);
        var departures = offices.Where(o => CanAct(nodes, o) && LiesBefore(road, o, exit)).ToArray();
        return departures.Length == 0
            ? null
            : new(route, road, RoadStop.On(road, route.Stops), departures, exit, entry, crossing);
    }

    /// <summary>A yard inside the corridor, with some road between it and the exit.</summary>
    static bool LiesBefore(TrueRoad road, SimulatedOffice office, SimulatedOffice exit) =>
        road.BeyondCorridor(office.Place) <= 0
        && road.Line.Nearest(office.Place).Along < road.Line.Nearest(exit.Place).Along;

    static bool CanAct(IReadOnlyList<SimulatedNode> nodes, SimulatedOffice office) =>
        nodes.Any(n => n.Node == office.Administration && n.FindKey(OfficerRoles.Officer, office.Id) is not null);
}

/// <summary>Roles as keys name them.</summary>
static class OfficerRoles
{
    public const string Officer = "officer", Declarant = "declarant", ControlRoom = "control-room";
}
