using Rahdari.Movements;

namespace Rahdari.Corridors;

/// <summary>Where a point lies relative to a route.</summary>
/// <param name="DistanceMetres">To the nearest point of the line; within 100 km half a per cent off at most.
/// </param>
/// <param name="MetresBeyond">Beyond the corridor's edge; zero or less inside it. Where legs of different width meet,
/// the leg that forgives most counts.</param>
/// <param name="ProgressMetres">Along the line, from its start to the nearest point.</param>
/// <param name="Leg">The nearest leg's index.</param>
/// <param name="LineBearingDegrees">The line's direction there, clockwise from north.</param>
public readonly record struct RoutePlace(
    double DistanceMetres, double MetresBeyond, double ProgressMetres, int Leg, double LineBearingDegrees)
{
    public bool Inside => MetresBeyond <= 0;
    public double ProgressKilometres => ProgressMetres / 1000;
}

/// <summary>
/// Distance and progress of points against one route: its learned line where it has one, else the drawn one. The line
/// is cut into short pieces, each with its own flat projection; a grid tells which pieces can be nearest within a cell,
/// so that a look-up does not scan the line. Immutable after construction; any number of threads may ask, and nothing
/// is allocated by asking.
/// </summary>
public sealed class CorridorGeometry
{
    // Near the line cells are divided once more, so that larger ones would cost speed and smaller ones memory.
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
        pieces = route.Learned is { } learned ? LearnedPieces.Of(route, learned) : Cut(route);
        if (pieces.Length is 0 or > ushort.MaxValue)
            throw new ArgumentException($"route {route.Id} has {pieces.Length} pieces, not 1 to {ushort.MaxValue}");
        LengthMetres = pieces.Max(p => p.StartMetres + p.LengthMetres);
        grid = new(() => new PieceGrid(pieces, CellMetres, ReachMetres));
    }

    public CorridorRoute Route { get; }

    /// <summary>Of the line; a drawn one is shorter than the road.</summary>
    public double LengthMetres { get; }

    internal int CellCount => grid.Value.CellCount;

    internal int PieceCount => pieces.Length;

    /// <summary>
    /// Which share of a device's reports is heard as it is made at that place of the road, 0 to 1; null where that was
    /// not learned.
    /// </summary>
    public double? ExpectedCoverage(double progressMetres, DeviceRole role) =>
        Route.Learned?.Coverage.At(progressMetres, role);

    public RoutePlace Locate(GeoCoordinate point)
    {
        if (!grid.Value.TryFind(point, out var candidates)) return ScanAll(point);
        var best = new Best();
        foreach (var i in candidates) best.Consider(in pieces[i], i, point);
        return Answer(best);
    }

    /// <summary>The same answer without the grid; tests compare the two.</summary>
    internal RoutePlace LocateByScan(GeoCoordinate point) => ScanAll(point);

    RoutePlace ScanAll(GeoCoordinate point)
    {
        var best = new Best();
        for (var i = 0; i < pieces.Length; i++) best.Consider(in pieces[i], i, point);
        return Answer(best);
    }

    RoutePlace Answer(Best best)
    {
        ref readonly var piece = ref pieces[best.Index];
        // A way that joins the road begins before the road's own start where it is the longer one.
        return new(Math.Sqrt(best.Square), best.Beyond,
            Math.Max(0, piece.StartMetres + best.Fraction * piece.LengthMetres), piece.Leg, piece.BearingDegrees);
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
        return [.. pieces];
    }

    static GeoCoordinate Between(GeoCoordinate a, GeoCoordinate b, double fraction) => new(
        a.Latitude + (b.Latitude - a.Latitude) * fraction, a.Longitude + (b.Longitude - a.Longitude) * fraction);

    /// <summary>The nearest piece so far. Of two equally near the earlier one wins, by either way of asking.</summary>
    struct Best()
    {
        public int Index = -1;
        public double Square = double.PositiveInfinity, Fraction, Beyond = double.PositiveInfinity;

        public void Consider(in Piece piece, int index, GeoCoordinate point)
        {
            var (square, fraction) = piece.Measure(point);
            if (square < Square) (Index, Square, Fraction) = (index, square, fraction);
            // Nearer than what would be as far beyond as the best so far: roots are drawn only where they matter.
            var limit = Beyond + piece.HalfWidthMetres;
            if (limit > 0 && square < limit * limit) Beyond = Math.Sqrt(square) - piece.HalfWidthMetres;
        }
    }
}

/// <summary>A short straight piece of a route's line, flat around its middle.</summary>
readonly struct Piece
{
    readonly double latitude, longitude, northMetres, eastMetres, toEast, toNorth, perSquare;

    /// <summary>The same piece of another leg.</summary>
    public Piece InLeg(int leg) => this with { Leg = leg };

    public Piece(GeoCoordinate from, GeoCoordinate to, int leg, int halfWidthMetres, double startMetres)
    {
        (latitude, longitude) = (from.Latitude, from.Longitude);
        (northMetres, eastMetres) = Earth.MetresPerDegree((from.Latitude + to.Latitude) / 2);
        toEast = (to.Longitude - from.Longitude) * eastMetres;
        toNorth = (to.Latitude - from.Latitude) * northMetres;
        var square = toEast * toEast + toNorth * toNorth;
        perSquare = square == 0 ? 0 : 1 / square;
        LengthMetres = Math.Sqrt(square);
        BearingDegrees = Earth.BearingDegrees(from, to);
        (Leg, HalfWidthMetres, StartMetres) = (leg, halfWidthMetres, startMetres);
        Middle = new((from.Latitude + to.Latitude) / 2, (from.Longitude + to.Longitude) / 2);
    }

    public double HalfWidthMetres { get; }
    public double LengthMetres { get; }
    public double StartMetres { get; }
    public double BearingDegrees { get; }
    public GeoCoordinate Middle { get; }
    public int Leg { get; private init; }

    /// <summary>Square of the metres to the piece, and where on it (0 to 1) the nearest point lies.</summary>
    public (double Square, double Fraction) Measure(GeoCoordinate point)
    {
        var east = (point.Longitude - longitude) * eastMetres;
        var north = (point.Latitude - latitude) * northMetres;
        var fraction = Math.Min(1, Math.Max(0, (east * toEast + north * toNorth) * perSquare));
        var (offEast, offNorth) = (east - fraction * toEast, north - fraction * toNorth);
        return (offEast * offEast + offNorth * offNorth, fraction);
    }
}
