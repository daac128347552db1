namespace Rahdari.Corridors.Learning;

/// <summary>
/// Finds the line most trips drove. It begins with one whole trip that keeps to where the others were, and is moved
/// aside, again and again, to the middle of what all trips say, one vote a trip and place. A way that only some took
/// (a parallel road, a turn to a village) is outvoted; a place all were led around for as long as the tracks last is
/// taken for the road.
/// </summary>
sealed class RoadLine(IReadOnlyList<RecordedUnit> units)
{
    /// <summary>A place where this share of the trips was that passed at all belongs to the road.</summary>
    const double Shared = 0.4;

    const double CellDegrees = 0.004, StepMetres = 150, FirstSpacingMetres = 250;

    /// <summary>What lies farther from the line than this has no vote; narrower from turn to turn.</summary>
    static readonly double[] Gates = [1_400, 800, 450, 300, 250, 220, 220];

    /// <summary>Fewer trips at a place have no vote there.</summary>
    const int FewestVotes = 4;

    const int LongestGapSeconds = 300;

    readonly Dictionary<(int, int), int> support = [];

    /// <param name="first">The trip to begin with, cut to the part that is asked for.</param>
    public static RoadSketch Fit(IReadOnlyList<GeoCoordinate> first, IReadOnlyList<RecordedUnit> voters)
    {
        var sketch = new RoadSketch(first);
        foreach (var gate in Gates)
        {
            var votes = Votes(sketch, voters, gate);
            sketch = sketch.Shifted(StepMetres, along => Smooth(votes, along));
        }
        return sketch;
    }

    /// <summary>How well each unit keeps to where the others were: the share of its way, best first.</summary>
    public IReadOnlyList<RecordedUnit> ByAgreement()
    {
        foreach (var unit in units)
            foreach (var cell in CellsOf(unit)) support[cell] = support.GetValueOrDefault(cell) + 1;
        return [.. units.OrderByDescending(Agreement).ThenBy(u => u.Unit, StringComparer.Ordinal)];
    }

    /// <summary>The unit's way as a line: thinned, without loops where it turned back or went aside and returned.
    /// </summary>
    public static List<GeoCoordinate> WayOf(RecordedUnit unit)
    {
        const double LoopMetres = 220;
        const int LookBack = 400;
        var line = new List<GeoCoordinate>();
        foreach (var fix in unit.Best.Placed.Where(f => f.Moves))
        {
            if (line.Count > 0 && Earth.MetresBetween(line[^1], fix.Place) < FirstSpacingMetres) continue;
            for (var i = Math.Max(0, line.Count - LookBack); i < line.Count - 2; i++)
                if (Earth.MetresBetween(line[i], fix.Place) < LoopMetres)
                {
                    line.RemoveRange(i + 1, line.Count - i - 1);
                    break;
                }
            line.Add(fix.Place);
        }
        return line;
    }

    double Agreement(RecordedUnit unit)
    {
        var cells = CellsOf(unit).ToList();
        if (cells.Count == 0) return 0;
        var usual = cells.Select(c => support[c]).Order().ElementAt(cells.Count / 2);
        return cells.Count(c => support[c] >= usual * Shared) / (double)cells.Count;
    }

    static HashSet<(int, int)> CellsOf(RecordedUnit unit)
    {
        var cells = new HashSet<(int, int)>();
        var fixes = unit.Best.Placed;
        for (var i = 1; i < fixes.Count; i++)
        {
            if (fixes[i].Seconds - fixes[i - 1].Seconds > LongestGapSeconds) continue;
            var (a, b) = (fixes[i - 1].Place, fixes[i].Place);
            var steps = 1 + (int)(Earth.MetresBetween(a, b) / 200);
            for (var n = 0; n <= steps; n++)
                cells.Add((
                    (int)Math.Floor((a.Latitude + (b.Latitude - a.Latitude) * n / steps) / CellDegrees),
                    (int)Math.Floor((a.Longitude + (b.Longitude - a.Longitude) * n / steps) / CellDegrees)));
        }
        return cells;
    }

    /// <summary>By step of the line, the middle of where the trips passed beside it.</summary>
    static double[] Votes(RoadSketch sketch, IReadOnlyList<RecordedUnit> voters, double gate)
    {
        var steps = (int)(sketch.LengthMetres / StepMetres) + 1;
        var votes = new List<double>[steps];
        foreach (var track in voters.SelectMany(u => u.Tracks))
        {
            // Of a device that crawls or stands about in one place only the mean is heard.
            var (step, sum, count) = (-1, 0.0, 0);
            foreach (var fix in track.Placed)
            {
                if (!fix.Moves || sketch.Find(fix.Place) is not { } at || Math.Abs(at.AsideMetres) > gate) continue;
                var here = Math.Min(steps - 1, (int)(at.AlongMetres / StepMetres));
                if (here != step)
                {
                    if (count > 0) (votes[step] ??= []).Add(sum / count);
                    (step, sum, count) = (here, 0, 0);
                }
                (sum, count) = (sum + at.AsideMetres, count + 1);
            }
            if (count > 0) (votes[step] ??= []).Add(sum / count);
        }
        return [.. votes.Select(v => v is null || v.Count < FewestVotes ? double.NaN : Median(v))];
    }

    /// <summary>Between the steps' middles, over three of them; 0 where nobody voted.</summary>
    static double Smooth(double[] votes, double along)
    {
        var (sum, weight) = (0.0, 0.0);
        var centre = along / StepMetres - 0.5;
        for (var i = (int)Math.Floor(centre) - 1; i <= (int)Math.Floor(centre) + 2; i++)
        {
            if (i < 0 || i >= votes.Length || double.IsNaN(votes[i])) continue;
            var w = Math.Max(0, 1.6 - Math.Abs(i - centre));
            (sum, weight) = (sum + w * votes[i], weight + w);
        }
        return weight > 0 ? sum / weight : 0;
    }

    static double Median(List<double> values)
    {
        values.Sort();
        return values.Count % 2 == 1
            ? values[values.Count / 2]
            : (values[values.Count / 2 - 1] + values[values.Count / 2]) / 2;
    }
}
