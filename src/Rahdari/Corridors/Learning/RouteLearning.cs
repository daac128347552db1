namespace Rahdari.Corridors.Learning;

/// <summary>What came of one route.</summary>
/// <param name="Learned">Null where it stays drawn; then <paramref name="Why"/> says why.</param>
sealed record LearningResult(string RouteId, LearnedRoute? Learned, int Trips, string? Why);

/// <summary>Learns the routes of a pack from recorded units. A pure function of both.</summary>
sealed class RouteLearning(CorridorPack pack, IReadOnlyList<RecordedUnit> units, TrackFile source)
{
    /// <summary>With fewer trips what one driver does is no longer outvoted.</summary>
    public const int FewestTrips = 12;

    /// <summary>A unit that moved for less has shown no road.</summary>
    const int FewestMoving = 40;

    /// <summary>A way to the road that is shorter lies within the corridor anyway.</summary>
    const double ShortestWayMetres = 600, JoinMetres = 150;

    public IReadOnlyList<LearningResult> Learn()
    {
        var routes = pack.Routes.Where(r => r.Legs.Count > 0)
            .Select(r => (Route: r, Drawn: new CorridorGeometry(r with { Learned = null }))).ToList();
        var byRoute = units.Where(u => u.Best.Placed.Count(f => f.Moves) >= FewestMoving)
            .Select(u => (Unit: u, Route: RouteOf(u, routes))).Where(u => u.Route is not null)
            .ToLookup(u => u.Route!, u => u.Unit);
        return [.. routes.Select(r => Learn(r.Route, [.. byRoute[r.Route.Id]]))];
    }

    /// <summary>The route whose corridor holds most of the unit's way; null where two hold it alike.</summary>
    static string? RouteOf(RecordedUnit unit, List<(CorridorRoute Route, CorridorGeometry Drawn)> routes)
    {
        const double ClearlyMore = 0.05;
        var shares = routes.Select(r => (
                r.Route.Id,
                Inside: unit.Best.Placed.Where((_, i) => i % 5 == 0)
                    .Average(f => r.Drawn.Locate(f.Place).Inside ? 1 : 0.0)))
            .OrderByDescending(s => s.Inside).ToList();
        if (shares.Count == 0 || shares[0].Inside < 0.5) return null;
        return shares.Count > 1 && shares[0].Inside - shares[1].Inside < ClearlyMore ? null : shares[0].Id;
    }

    LearningResult Learn(CorridorRoute route, IReadOnlyList<RecordedUnit> trips)
    {
        LearningResult Drawn(string why) => new(route.Id, null, trips.Count, why);
        if (trips.Count < FewestTrips) return Drawn($"{trips.Count} trips, fewer than {FewestTrips}");
        var agreed = new RoadLine(trips).ByAgreement();
        var exit = pack.FindCrossing(route.CrossingCode)!;
        var offices = route.DepartureOffices.Select(pack.FindOffice).OfType<Office>().ToList();
        var whole = agreed.Where(u => EndsAt(u, exit))
            .Select(u => (Unit: u, Office: offices.FirstOrDefault(o => BeginsAt(u, o))))
            .Where(u => u.Office is not null).ToList();
        if (whole.Count == 0) return Drawn("no trip leads all the way from a departure office to the crossing");
        // From the first office named that somebody came from; the others' ways join that road.
        var main = offices.First(o => whole.Any(w => w.Office == o));
        var road = RoadLine.Fit(CutAt(RoadLine.WayOf(whole.First(w => w.Office == main).Unit), exit.Place), trips);
        var lines = new List<LearnedLine> { new(null, RoadWidth.Of(road, trips)) };
        foreach (var office in offices.Where(o => o != main))
            if (WayFrom(office, agreed, road) is { } way) lines.Add(new(office.Id, way));
        var learned = new LearnedRoute(
            lines, new([], []),
            new(source.LastReceived, trips.Count, trips.Sum(t => t.Tracks.Sum(k => (long)k.Placed.Count)),
                source.Sources));
        var geometry = new CorridorGeometry(route with { Learned = learned });
        return new(
            route.Id, learned with { Coverage = new CoverageCount(geometry).Of(trips) }, trips.Count, null);
    }

    /// <summary>The way from an office beside the road to the road; null where nobody showed it.</summary>
    static IReadOnlyList<LearnedPoint>? WayFrom(Office office, IReadOnlyList<RecordedUnit> agreed, RoadSketch road)
    {
        var from = agreed.Where(u => BeginsAt(u, office)).ToList();
        if (from.Count < FewestTrips / 2) return null;
        var way = RoadLine.WayOf(from[0]);
        var joins = way.FindIndex(p => road.Find(p) is { } at && Math.Abs(at.AsideMetres) < JoinMetres);
        if (joins < 1) return null;
        var along = road.Find(way[joins])!.Value.AlongMetres;
        List<GeoCoordinate> first = [.. way[..joins], road.At(along)];
        if (new RoadSketch(first).LengthMetres < ShortestWayMetres) return null;
        var points = RoadWidth.Of(RoadLine.Fit(first, from), from).ToList();
        // What the votes moved aside ends on the road again.
        if (road.Find(points[^1].Place) is { } end) points[^1] = points[^1] with { Place = road.At(end.AlongMetres) };
        return points;
    }

    static bool BeginsAt(RecordedUnit unit, Office office) => unit.Best.Placed is [var first, ..]
        && Earth.MetresBetween(first.Place, office.Place) <= office.ZoneRadiusMetres;

    static bool EndsAt(RecordedUnit unit, Crossing crossing) =>
        unit.Best.Placed.Any(f => Earth.MetresBetween(f.Place, crossing.Place) <= 1_000 + crossing.AccuracyMetres / 4);

    /// <summary>The line up to where it comes nearest to the crossing.</summary>
    static List<GeoCoordinate> CutAt(List<GeoCoordinate> line, GeoCoordinate place)
    {
        var nearest = 0;
        for (var i = 0; i < line.Count; i++)
            if (Earth.MetresBetween(line[i], place) < Earth.MetresBetween(line[nearest], place)) nearest = i;
        return line[..(nearest + 1)];
    }
}
