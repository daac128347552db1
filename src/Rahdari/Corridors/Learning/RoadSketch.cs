namespace Rahdari.Corridors.Learning;

/// <summary>A place relative to a sketch of a road.</summary>
/// <param name="AsideMetres">To the right where above 0.</param>
readonly record struct SketchPlace(double AlongMetres, double AsideMetres);

/// <summary>A line believed to be near a road, and a way to ask where places lie beside it.</summary>
sealed class RoadSketch
{
    /// <summary>Farther away nothing is asked.</summary>
    const double ReachMetres = 1_500, CellMetres = 700;

    readonly GeoCoordinate[] points;
    readonly Piece[] pieces;
    readonly PieceGrid grid;

    /// <param name="line">Two places at least.</param>
    public RoadSketch(IEnumerable<GeoCoordinate> line)
    {
        points = [.. line];
        pieces = new Piece[points.Length - 1];
        var start = 0.0;
        for (var i = 0; i < pieces.Length; i++)
        {
            pieces[i] = new(points[i], points[i + 1], 0, 0, start);
            start += pieces[i].LengthMetres;
        }
        LengthMetres = start;
        // Asked a few times a cell at most, it is not worth dividing.
        grid = new(pieces, CellMetres, ReachMetres, double.NegativeInfinity);
    }

    public IReadOnlyList<GeoCoordinate> Points => points;

    public double LengthMetres { get; }

    /// <summary>Null where it lies out of reach.</summary>
    public SketchPlace? Find(GeoCoordinate place)
    {
        if (!grid.TryFind(place, out var candidates)) return null;
        var (best, least, at) = (-1, double.PositiveInfinity, 0.0);
        foreach (var i in candidates)
        {
            var (square, fraction) = pieces[i].Measure(place);
            if (square < least) (best, least, at) = (i, square, fraction);
        }
        if (best < 0) return null;
        var (north, east) = Earth.MetresPerDegree(place.Latitude);
        var (from, to) = (points[best], points[best + 1]);
        var (alongEast, alongNorth) = ((to.Longitude - from.Longitude) * east, (to.Latitude - from.Latitude) * north);
        var (offEast, offNorth) = ((place.Longitude - from.Longitude) * east, (place.Latitude - from.Latitude) * north);
        var right = alongNorth * offEast - alongEast * offNorth >= 0;
        var metres = Math.Sqrt(least);
        return new(pieces[best].StartMetres + at * pieces[best].LengthMetres, right ? metres : -metres);
    }

    public GeoCoordinate At(double along)
    {
        var i = PieceAt(along);
        var part = pieces[i].LengthMetres <= 0 ? 0
            : Math.Clamp((along - pieces[i].StartMetres) / pieces[i].LengthMetres, 0, 1);
        return new(
            points[i].Latitude + (points[i + 1].Latitude - points[i].Latitude) * part,
            points[i].Longitude + (points[i + 1].Longitude - points[i].Longitude) * part);
    }

    /// <summary>A line with a vertex every so many metres, each moved aside by what is told for it.</summary>
    public RoadSketch Shifted(double stepMetres, Func<double, double> asideMetres)
    {
        var count = Math.Max(1, (int)Math.Round(LengthMetres / stepMetres));
        return new(Enumerable.Range(0, count + 1).Select(n => Beside(LengthMetres * n / count, asideMetres)));
    }

    GeoCoordinate Beside(double along, Func<double, double> asideMetres)
    {
        const double Ahead = 150;
        var here = At(along);
        var metres = asideMetres(along);
        var (before, after) = (At(Math.Max(0, along - Ahead)), At(Math.Min(LengthMetres, along + Ahead)));
        var (north, east) = Earth.MetresPerDegree(here.Latitude);
        var (toEast, toNorth) = (
            (after.Longitude - before.Longitude) * east, (after.Latitude - before.Latitude) * north);
        var length = Math.Sqrt(toEast * toEast + toNorth * toNorth);
        return length <= 0 ? here : new(
            here.Latitude - metres * toEast / length / north, here.Longitude + metres * toNorth / length / east);
    }

    int PieceAt(double along)
    {
        var (low, high) = (0, pieces.Length - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (pieces[middle].StartMetres <= along) low = middle;
            else high = middle - 1;
        }
        return low;
    }
}
