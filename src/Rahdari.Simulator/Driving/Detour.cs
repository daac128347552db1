namespace Rahdari.Simulator.Driving;

/// <summary>A way round that leaves the corridor: off the road at one place of it, back at a later one.</summary>
sealed record Detour(double LeavesAt, double ReturnsAt, Polyline Path, double OutsideMetres)
{
    /// <summary>Speed on lesser roads.</summary>
    public const double SpeedKmh = 50;

    /// <summary>How long a deviation is outside the corridor, about.</summary>
    const double WantedOutsideMetres = SpeedKmh * 1000 * 40 / 60;

    /// <summary>How far it goes beyond the corridor's edge: more than any tolerance there.</summary>
    const double BeyondMetres = 4_500;

    /// <summary>Between leaving the road and coming back to it, along the road.</summary>
    const double SpanMetres = 24_000;

    const double StepMetres = 500;

    /// <summary>
    /// The detour between two parts of the road whose time outside comes nearest to what is wanted; null where the
    /// road is too short for one.
    /// </summary>
    /// <param name="keptFree">Places of the road, in metres along it, that a detour may not pass by.</param>
    public static Detour? Find(TrueRoad road, double from, double to, IReadOnlyList<double> keptFree)
    {
        Detour? best = null;
        for (var at = from; at + SpanMetres <= to; at += 10_000)
        {
            if (keptFree.Any(s => s > at - 1_000 && s < at + SpanMetres + 1_000)) continue;
            foreach (var side in (ReadOnlySpan<int>)[1, -1])
            {
                var detour = Build(road, at, side);
                if (best is null || Miss(detour) < Miss(best)) best = detour;
            }
        }
        return best;
    }

    /// <summary>Where along the path it first and last lies outside the corridor.</summary>
    public static (double First, double Last) Outside(TrueRoad road, Polyline path)
    {
        double? first = null;
        var last = 0.0;
        for (var along = 0.0; along < path.Length; along += StepMetres / 5)
        {
            if (road.BeyondCorridor(path.At(along)) <= 0) continue;
            first ??= along;
            last = along;
        }
        return (first ?? 0, last);
    }

    static double Miss(Detour detour) => Math.Abs(detour.OutsideMetres - WantedOutsideMetres);

    static Detour Build(TrueRoad road, double at, int side)
    {
        var (start, end) = (road.Line.At(at), road.Line.At(at + SpanMetres));
        var (east, north) = Geodesy.Between(start, end);
        var length = Math.Max(1, Math.Sqrt(east * east + north * north));
        var away = BeyondMetres + Math.Max(road.HalfWidthAt(start), road.HalfWidthAt(end));
        var (sideEast, sideNorth) = (side * -north / length * away, side * east / length * away);
        var path = new Polyline(
        [
            start,
            Geodesy.Move(start, sideEast + east * 0.1, sideNorth + north * 0.1),
            Geodesy.Move(start, sideEast + east * 0.9, sideNorth + north * 0.9),
            end,
        ]);
        var outside = 0.0;
        for (var along = 0.0; along < path.Length; along += StepMetres)
            if (road.BeyondCorridor(path.At(along)) > 0) outside += StepMetres;
        return new(at, at + SpanMetres, path, outside);
    }
}
