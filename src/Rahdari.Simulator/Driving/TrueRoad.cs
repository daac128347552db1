namespace Rahdari.Simulator.Driving;

/// <summary>
/// The road trucks really drive. It differs from the drawn line but stays within the drawn line's accuracy, and it
/// leads through the route's places (offices, stops) where the accuracy allows. It depends on the route alone.
/// </summary>
sealed class TrueRoad
{
    /// <summary>The road wanders no further than this part of the accuracy: rounding cannot carry it out.</summary>
    const double PartOfAccuracy = 0.9;

    /// <summary>A road does not wander without end, however poorly it is drawn.</summary>
    const double MostWanderMetres = 3_000;

    /// <summary>Between two knots the sideways offset changes smoothly; the scale of a valley or a bypass.</summary>
    const double KnotMetres = 25_000;

    /// <summary>From this far on, the road bends towards a place it leads through.</summary>
    const double ApproachMetres = 4_000;

    /// <summary>How quickly the allowed offset may change along the line, in metres a metre.</summary>
    const double AccuracySlope = 0.05;

    /// <summary>Finer than any geofence here; about 6,000 vertices from Karachi to Torkham.</summary>
    const double SampleMetres = 250;

    /// <summary>The scale of a bend, and how far one leads aside.</summary>
    const double BendKnotMetres = 1_500, BendMetres = 110;

    readonly SimulatedRoute route;
    readonly double bend;
    readonly Polyline[] legs;
    readonly double[] legStarts;
    readonly ulong eastSeed, northSeed;
    readonly List<Anchor> anchors = [];

    /// <param name="Reach">Half the way to the neighbouring place at most.</param>
    sealed record Anchor(double Along, double East, double North, double Reach);

    TrueRoad(SimulatedRoute route, bool bends)
    {
        this.route = route;
        bend = bends ? BendMetres : 0;
        Drawn = new Polyline(route.Line);
        legs = [.. route.Legs.Select(l => new Polyline(l.Line))];
        legStarts = new double[route.Legs.Count + 1];
        for (int i = 0, vertex = 0; i < route.Legs.Count; i++)
        {
            vertex += route.Legs[i].Line.Count - 1;
            legStarts[i + 1] = Drawn.MetresAt(vertex);
        }
        eastSeed = Dice.Hash("east of " + route.Id);
        northSeed = Dice.Hash("north of " + route.Id);
        Line = Drawn;
    }

    /// <summary>The line as the corridor has it.</summary>
    public Polyline Drawn { get; }

    /// <summary>The road.</summary>
    public Polyline Line { get; private set; }

    /// <summary>Where the legs end on the road, in metres along it; the first is 0.</summary>
    public IReadOnlyList<double> Towns { get; private set; } = [];

    /// <param name="places">Places the road leads through, as far as the accuracy allows.</param>
    /// <param name="bends">Whether it also bends within a kilometre, as a surveyed road does.</param>
    public static TrueRoad Of(SimulatedRoute route, IEnumerable<SimulatedPlace> places, bool bends = false)
    {
        var road = new TrueRoad(route, bends);
        road.Anchors(places);
        road.Line = new Polyline(road.Samples().Select(road.Displace));
        road.Towns = [.. road.legStarts.Select(s => road.Line.Nearest(road.Displace(s)).Along)];
        return road;
    }

    /// <summary>Half of the corridor's width where it passes a place.</summary>
    public double HalfWidthAt(SimulatedPlace place) =>
        route.Legs[LegAt(Drawn.Nearest(place).Along)].HalfWidthMetres;

    /// <summary>How far a place lies outside the corridor, in metres; below 0 where it is inside.</summary>
    public double BeyondCorridor(SimulatedPlace place)
    {
        var nearest = double.MaxValue;
        for (var i = 0; i < legs.Length; i++)
            nearest = Math.Min(nearest, legs[i].Nearest(place).Distance - route.Legs[i].HalfWidthMetres);
        return nearest;
    }

    void Anchors(IEnumerable<SimulatedPlace> places)
    {
        var found = new List<(double Along, double East, double North)>();
        foreach (var place in places)
        {
            var (along, distance) = Drawn.Nearest(place);
            // A second place this close to one the road leads through is the same place for a truck.
            if (distance > PartOfAccuracy * AccuracyAt(along) || found.Any(f => Math.Abs(f.Along - along) < 500))
                continue;
            var (east, north) = Geodesy.Between(Drawn.At(along), place);
            found.Add((along, east, north));
        }
        found.Sort((a, b) => a.Along.CompareTo(b.Along));
        for (var i = 0; i < found.Count; i++)
        {
            var reach = ApproachMetres;
            if (i > 0) reach = Math.Min(reach, (found[i].Along - found[i - 1].Along) / 2);
            if (i < found.Count - 1) reach = Math.Min(reach, (found[i + 1].Along - found[i].Along) / 2);
            anchors.Add(new(found[i].Along, found[i].East, found[i].North, reach));
        }
    }

    IEnumerable<double> Samples()
    {
        var steps = (int)Math.Ceiling(Drawn.Length / SampleMetres);
        var even = Enumerable.Range(0, steps + 1).Select(i => Math.Min(Drawn.Length, i * SampleMetres));
        var vertices = Enumerable.Range(0, Drawn.Points.Count).Select(Drawn.MetresAt);
        return even.Concat(vertices).Concat(anchors.Select(a => a.Along)).Distinct().Order();
    }

    SimulatedPlace Displace(double along)
    {
        var allowed = PartOfAccuracy * AccuracyAt(along);
        var wander = Math.Min(allowed, MostWanderMetres) / Math.Sqrt(2);
        var (east, north) = (
            wander * Noise(eastSeed, along, KnotMetres) + bend * Noise(~eastSeed, along, BendKnotMetres),
            wander * Noise(northSeed, along, KnotMetres) + bend * Noise(~northSeed, along, BendKnotMetres));
        foreach (var anchor in anchors)
        {
            var distance = Math.Abs(anchor.Along - along);
            if (distance >= anchor.Reach) continue;
            var pull = 1 - Smooth(distance / anchor.Reach);
            (east, north) = (east + pull * (anchor.East - east), north + pull * (anchor.North - north));
            break;
        }
        var size = Math.Sqrt(east * east + north * north);
        var shrink = size > allowed ? allowed / size : 1;
        return Geodesy.Move(Drawn.At(along), east * shrink, north * shrink);
    }

    /// <summary>The accuracy of the leg, approached gradually from a less accurate neighbour.</summary>
    double AccuracyAt(double along)
    {
        var least = double.MaxValue;
        for (var i = 0; i < route.Legs.Count; i++)
        {
            var away = Math.Max(0, Math.Max(legStarts[i] - along, along - legStarts[i + 1]));
            least = Math.Min(least, route.Legs[i].AccuracyMetres + AccuracySlope * away);
        }
        return least;
    }

    int LegAt(double along)
    {
        for (var i = 0; i < route.Legs.Count - 1; i++)
            if (along < legStarts[i + 1]) return i;
        return route.Legs.Count - 1;
    }

    /// <summary>Smooth noise from -1 to 1 along the line.</summary>
    static double Noise(ulong seed, double along, double knotMetres)
    {
        var knot = Math.Floor(along / knotMetres);
        var part = Smooth(along / knotMetres - knot);
        return (1 - part) * Knot(seed, (ulong)knot) + part * Knot(seed, (ulong)knot + 1);
    }

    static double Knot(ulong seed, ulong knot) => 2 * new Dice(seed + knot * 7919).NextDouble() - 1;

    static double Smooth(double part) => part * part * (3 - 2 * part);
}
