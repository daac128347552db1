namespace Rahdari.Simulator.Driving;

/// <summary>A line through places, measured in metres along it. Straight (in degrees) between its vertices.</summary>
sealed class Polyline
{
    readonly SimulatedPlace[] points;
    readonly double[] metres;

    /// <param name="line">At least one place; a line of one place has no length.</param>
    public Polyline(IEnumerable<SimulatedPlace> line)
    {
        points = [.. line];
        if (points.Length == 0) throw new ArgumentException("a line needs a place", nameof(line));
        metres = new double[points.Length];
        for (var i = 1; i < points.Length; i++)
            metres[i] = metres[i - 1] + Geodesy.Distance(points[i - 1], points[i]);
    }

    public double Length => metres[^1];

    public IReadOnlyList<SimulatedPlace> Points => points;

    /// <summary>Where along the line the vertex lies.</summary>
    public double MetresAt(int vertex) => metres[vertex];

    public SimulatedPlace At(double along)
    {
        var i = SegmentAt(along);
        if (i == points.Length - 1) return points[i];
        var length = metres[i + 1] - metres[i];
        return length <= 0
            ? points[i]
            : Geodesy.Lerp(points[i], points[i + 1], Math.Clamp((along - metres[i]) / length, 0, 1));
    }

    /// <summary>The direction of travel there, degrees from north.</summary>
    public double CourseAt(double along)
    {
        if (points.Length == 1) return 0;
        var i = Math.Min(SegmentAt(along), points.Length - 2);
        while (i > 0 && metres[i + 1] - metres[i] <= 0) i--;
        return Geodesy.Course(points[i], points[i + 1]);
    }

    /// <summary>The nearest point of the line, as metres along it, and how far it is.</summary>
    public (double Along, double Distance) Nearest(SimulatedPlace place)
    {
        var (bestAlong, bestSquare) = (0.0, double.MaxValue);
        for (var i = 0; i < Math.Max(1, points.Length - 1); i++)
        {
            var next = points[Math.Min(i + 1, points.Length - 1)];
            var (sx, sy) = Geodesy.Between(points[i], next);
            var (px, py) = Geodesy.Between(points[i], place);
            var square = sx * sx + sy * sy;
            var part = square > 0 ? Math.Clamp((px * sx + py * sy) / square, 0, 1) : 0;
            var (dx, dy) = (px - part * sx, py - part * sy);
            var distance = dx * dx + dy * dy;
            if (distance >= bestSquare) continue;
            bestSquare = distance;
            bestAlong = metres[i] + part * (metres[Math.Min(i + 1, points.Length - 1)] - metres[i]);
        }
        return (bestAlong, Math.Sqrt(bestSquare));
    }

    /// <summary>The part of the line between two places on it, in driving order.</summary>
    public IEnumerable<SimulatedPlace> Between(double from, double to)
    {
        yield return At(from);
        for (var i = SegmentAt(from) + 1; i < points.Length && metres[i] < to; i++) yield return points[i];
        yield return At(to);
    }

    int SegmentAt(double along)
    {
        var found = Array.BinarySearch(metres, along);
        if (found >= 0) return found;
        return Math.Clamp(~found - 1, 0, points.Length - 1);
    }
}
