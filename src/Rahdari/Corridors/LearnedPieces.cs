namespace Rahdari.Corridors;

/// <summary>The pieces of a learned route: one between any two points, with the leg of the drawn route it belongs to.
/// </summary>
static class LearnedPieces
{
    public static Piece[] Of(CorridorRoute route, LearnedRoute learned)
    {
        var road = Along(learned.Lines[0].Points, 0);
        var ends = route.Legs.Select(l => ProgressOf(road, l.Line[^1])).ToArray();
        var pieces = new List<Piece>();
        foreach (var line in learned.Lines)
        {
            // A way's progress is what it has to go on the road, less what is left of the way.
            var start = line.From is null ? 0
                : ProgressOf(road, line.Points[^1].Place) - Along(line.Points, 0).Sum(p => p.LengthMetres);
            foreach (var piece in Along(line.Points, start))
                pieces.Add(piece.InLeg(LegOf(ends, piece.StartMetres + piece.LengthMetres / 2)));
        }
        return [.. pieces];
    }

    static List<Piece> Along(IReadOnlyList<LearnedPoint> points, double start)
    {
        var pieces = new List<Piece>(points.Count);
        for (var i = 0; i + 1 < points.Count; i++)
        {
            pieces.Add(new(points[i].Place, points[i + 1].Place, 0, points[i].HalfWidthMetres, start));
            start += pieces[^1].LengthMetres;
        }
        return pieces;
    }

    static double ProgressOf(List<Piece> road, GeoCoordinate place)
    {
        var (progress, least) = (0.0, double.PositiveInfinity);
        foreach (var piece in road)
        {
            var (square, fraction) = piece.Measure(place);
            if (square >= least) continue;
            (progress, least) = (piece.StartMetres + fraction * piece.LengthMetres, square);
        }
        return progress;
    }

    static int LegOf(double[] ends, double progress)
    {
        for (var leg = 0; leg < ends.Length - 1; leg++)
            if (progress < ends[leg]) return leg;
        return ends.Length - 1;
    }
}
