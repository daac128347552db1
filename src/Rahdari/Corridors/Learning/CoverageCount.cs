using Rahdari.Movements;

namespace Rahdari.Corridors.Learning;

/// <summary>
/// Counts, kilometre by kilometre, how many reports were heard as they were made, out of as many as the device makes at
/// its own usual pace in the time it took to pass.
/// </summary>
sealed class CoverageCount(CorridorGeometry road)
{
    /// <summary>Nearer to the road than this it is on it.</summary>
    const double OnRoadMetres = 1_000;

    /// <summary>A longer time between two records is a device that was off, whatever the coverage.</summary>
    const int LongestGapSeconds = 2_400;

    /// <summary>Fewer reports expected say nothing of a kilometre.</summary>
    const double FewestExpected = 3;

    public LearnedCoverage Of(IReadOnlyList<RecordedUnit> units) =>
        new(Shares(units, DeviceRole.Container), Shares(units, DeviceRole.PrimeMover));

    int?[] Shares(IReadOnlyList<RecordedUnit> units, DeviceRole role)
    {
        var kilometres = (int)(road.LengthMetres / 1000) + 1;
        var (heard, expected) = (new double[kilometres], new double[kilometres]);
        foreach (var track in units.SelectMany(u => u.Tracks).Where(t => t.Role == role))
            Count(track.Placed, heard, expected);
        return
        [
            .. expected.Select((e, k) => e < FewestExpected
                ? (int?)null
                : (int)Math.Round(100 * Math.Min(1, heard[k] / e))),
        ];
    }

    void Count(IReadOnlyList<RecordedFix> fixes, double[] heard, double[] expected)
    {
        var pace = UsualPace(fixes);
        RoutePlace? before = null;
        for (var i = 0; i < fixes.Count; i++)
        {
            var here = road.Locate(fixes[i].Place);
            if (here.DistanceMetres > OnRoadMetres || !fixes[i].Moves)
            {
                before = null;
                continue;
            }
            var kilometre = (int)(here.ProgressMetres / 1000);
            if (fixes[i].Live) heard[kilometre]++;
            var seconds = i > 0 ? fixes[i].Seconds - fixes[i - 1].Seconds : pace;
            if (before is not { } last || seconds > LongestGapSeconds) expected[kilometre]++;
            else Spread(last.ProgressMetres, here.ProgressMetres, seconds / pace, expected);
            before = here;
        }
    }

    /// <summary>The reports of one interval over the kilometres it passes, the last one at its end.</summary>
    static void Spread(double from, double to, double reports, double[] expected)
    {
        var (first, last) = ((int)(from / 1000), (int)(to / 1000));
        var count = Math.Max(1, Math.Round(reports));
        // The report that ends the interval was made; those that are missing lie between.
        expected[last]++;
        for (var n = 1; n < count; n++)
            expected[Math.Clamp((int)((from + (to - from) * n / count) / 1000), Math.Min(first, last),
                Math.Max(first, last))]++;
    }

    /// <summary>The middle of the times between two records while the vehicle moves.</summary>
    static double UsualPace(IReadOnlyList<RecordedFix> fixes)
    {
        var times = new List<long>();
        for (var i = 1; i < fixes.Count; i++)
            if (fixes[i].Moves && fixes[i - 1].Moves) times.Add(fixes[i].Seconds - fixes[i - 1].Seconds);
        if (times.Count == 0) return 60;
        times.Sort();
        return Math.Max(1, times[times.Count / 2]);
    }
}
