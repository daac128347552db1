namespace Rahdari.Corridors;

/// <summary>Which way a unit moves on its route.</summary>
public enum RouteDirection { Standing, Forward, Backward }

/// <summary>Where a point lies relative to a route.</summary>
/// <param name="DistanceMetres">To the nearest point of the drawn line; within 100 km half a per cent off at most.
/// </param>
/// <param name="MetresBeyond">Beyond the corridor's edge; zero or less inside it. Where legs of different width meet,
/// the leg that forgives most counts.</param>
/// <param name="ProgressMetres">Along the drawn line, from its start to the nearest point.</param>
/// <param name="Leg">The nearest leg's index.</param>
/// <param name="LineBearingDegrees">The line's direction there, clockwise from north.</param>
public readonly record struct RoutePlace(
    double DistanceMetres, double MetresBeyond, double ProgressMetres, int Leg, double LineBearingDegrees)
{
    public bool Inside => MetresBeyond <= 0;
    public double ProgressKilometres => ProgressMetres / 1000;
}

/// <summary>
/// Distance and progress of points against one route. The line is cut into short pieces, each with its own flat
/// projection; a grid tells which pieces can be nearest within a cell, so that a look-up does not scan the line.
/// Immutable after construction; any number of threads may ask.
/// </summary>
public sealed class CorridorGeometry
{
    // 2 to 4 km measured alike in speed; smaller cells only cost memory.
    const double CellMetres = 3_000;

    // So short that curvature inside a piece's projection stays under a metre.
    const double PieceMetres = 5_000;

    // Points farther than this beyond the widest leg are rare and scan the whole line.
    const double ReachMetres = 30_000;

    readonly Piece[] pieces;
    readonly Lazy<PieceGrid> grid;

    public CorridorGeometry(CorridorRoute route)
    {
        Route = route;
        pieces = Cut(route);
        LengthMetres = pieces.Length == 0 ? 0 : pieces[^1].StartMetres + pieces[^1].LengthMetres;
        grid = new(() => new PieceGrid(pieces, CellMetres, ReachMetres));
    }

    public CorridorRoute Route { get; }

    /// <summary>Of the drawn line, which is shorter than the road.</summary>
    public double LengthMetres { get; }

    internal int CellCount => grid.Value.CellCount;

    public RoutePlace Locate(GeoCoordinate point)
    {
        var candidates = grid.Value.Candidates(point);
        return candidates is null ? ScanAll(point) : Scan(point, candidates);
    }

    /// <summary>The same answer without the grid; tests compare the two.</summary>
    internal RoutePlace LocateByScan(GeoCoordinate point) => ScanAll(point);

    /// <summary>Which way two places of one unit, in order of time, go; under the tolerance it stands.</summary>
    public static RouteDirection DirectionOf(RoutePlace earlier, RoutePlace later, double toleranceMetres)
    {
        var gained = later.ProgressMetres - earlier.ProgressMetres;
        return gained > toleranceMetres ? RouteDirection.Forward
            : gained < -toleranceMetres ? RouteDirection.Backward : RouteDirection.Standing;
    }

    RoutePlace ScanAll(GeoCoordinate point)
    {
        var best = Best.None;
        for (var i = 0; i < pieces.Length; i++) best = best.Consider(in pieces[i], i, point);
        return Answer(best);
    }

    RoutePlace Scan(GeoCoordinate point, ReadOnlySpan<ushort> candidates)
    {
        var best = Best.None;
        foreach (var i in candidates) best = best.Consider(in pieces[i], i, point);
        return Answer(best);
    }

    RoutePlace Answer(Best best)
    {
        ref readonly var piece = ref pieces[best.Index];
        return new(best.Distance, best.Beyond, piece.StartMetres + best.Fraction * piece.LengthMetres, piece.Leg,
            piece.BearingDegrees);
    }

    static Piece[] Cut(CorridorRoute route)
    {
        var pieces = new List<Piece>();
        var start = 0.0;
        for (var leg = 0; leg < route.Legs.Count; leg++)
        {
            var line = route.Legs[leg].Line;
            for (var i = 0; i + 1 < line.Count; i++)
            {
                var count = Math.Max(1, (int)Math.Ceiling(Earth.MetresBetween(line[i], line[i + 1]) / PieceMetres));
                for (var n = 0; n < count; n++)
                {
                    var piece = new Piece(
                        Between(line[i], line[i + 1], (double)n / count),
                        Between(line[i], line[i + 1], (double)(n + 1) / count),
                        leg, route.Legs[leg].HalfWidthMetres, start);
                    pieces.Add(piece);
                    start += piece.LengthMetres;
                }
            }
        }
        if (pieces.Count is 0 or > ushort.MaxValue)
            throw new ArgumentException($"route {route.Id} has {pieces.Count} pieces, not 1 to {ushort.MaxValue}");
        return [.. pieces];
    }

    static GeoCoordinate Between(GeoCoordinate a, GeoCoordinate b, double fraction) => new(
        a.Latitude + (b.Latitude - a.Latitude) * fraction, a.Longitude + (b.Longitude - a.Longitude) * fraction);

    /// <summary>The nearest piece so far. Of two equally near the earlier one wins, by either way of asking.</summary>
    readonly record struct Best(int Index, double Distance, double Fraction, double Beyond)
    {
        public static readonly Best None = new(-1, double.PositiveInfinity, 0, double.PositiveInfinity);

        public Best Consider(in Piece piece, int index, GeoCoordinate point)
        {
            var (distance, fraction) = piece.Measure(point);
            var beyond = Math.Min(Beyond, distance - piece.HalfWidthMetres);
            return distance < Distance ? new(index, distance, fraction, beyond) : this with { Beyond = beyond };
        }
    }
}

/// <summary>A short straight piece of a route's line, flat around its middle.</summary>
readonly struct Piece
{
    readonly GeoCoordinate from;
    readonly double northMetres, eastMetres, toEast, toNorth;

    public Piece(GeoCoordinate from, GeoCoordinate to, int leg, int halfWidthMetres, double startMetres)
    {
        this.from = from;
        (northMetres, eastMetres) = Earth.MetresPerDegree((from.Latitude + to.Latitude) / 2);
        toEast = (to.Longitude - from.Longitude) * eastMetres;
        toNorth = (to.Latitude - from.Latitude) * northMetres;
        LengthMetres = Math.Sqrt(toEast * toEast + toNorth * toNorth);
        BearingDegrees = Earth.BearingDegrees(from, to);
        (Leg, HalfWidthMetres, StartMetres) = (leg, halfWidthMetres, startMetres);
        Middle = new((from.Latitude + to.Latitude) / 2, (from.Longitude + to.Longitude) / 2);
    }

    public GeoCoordinate Middle { get; }
    public double LengthMetres { get; }
    public double StartMetres { get; }
    public double BearingDegrees { get; }
    public int Leg { get; }
    public int HalfWidthMetres { get; }

    /// <summary>Metres to the piece, and where on it (0 to 1) the nearest point lies.</summary>
    public (double Distance, double Fraction) Measure(GeoCoordinate point)
    {
        var east = (point.Longitude - from.Longitude) * eastMetres;
        var north = (point.Latitude - from.Latitude) * northMetres;
        var squared = LengthMetres * LengthMetres;
        var fraction = squared == 0 ? 0 : Math.Clamp((east * toEast + north * toNorth) / squared, 0, 1);
        var (offEast, offNorth) = (east - fraction * toEast, north - fraction * toNorth);
        return (Math.Sqrt(offEast * offEast + offNorth * offNorth), fraction);
    }
}
