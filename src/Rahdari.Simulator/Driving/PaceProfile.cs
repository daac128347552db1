namespace Rahdari.Simulator.Driving;

/// <summary>How fast a loaded truck gets on along a road: slow through towns and up to the crossing.</summary>
static class PaceProfile
{
    // Assumed for a loaded truck; together with the stops they give about 28 hours of driving from Karachi to
    // Torkham, the figure of the Afghan chamber of commerce of 2017.
    const double OpenKmh = 46, CityKmh = 28, MountainKmh = 32;

    /// <summary>A town is this far across, to each side of where the road meets it.</summary>
    const double TownMetres = 4_000;

    /// <summary>The climb to the pass before a crossing.</summary>
    const double MountainMetres = 60_000;

    /// <summary>The road from one place to another in parts of one speed, in driving order.</summary>
    public static IEnumerable<(double From, double To, double Kmh, Terrain Terrain)> Parts(
        TrueRoad road, double from, double to)
    {
        var cuts = road.Towns.SelectMany(t => (double[])[t - TownMetres, t + TownMetres])
            .Append(road.Line.Length - MountainMetres)
            .Where(c => c > from && c < to)
            .Append(to).Distinct().Order();
        var at = from;
        foreach (var cut in cuts)
        {
            if (cut <= at) continue;
            var terrain = TerrainAt(road, (at + cut) / 2);
            yield return (at, cut, KmhOn(terrain), terrain);
            at = cut;
        }
    }

    public static Terrain TerrainAt(TrueRoad road, double along)
    {
        if (road.Towns.Any(t => Math.Abs(t - along) <= TownMetres)) return Terrain.City;
        return along > road.Line.Length - MountainMetres ? Terrain.Mountain : Terrain.Open;
    }

    static double KmhOn(Terrain terrain) => terrain switch
    {
        Terrain.City => CityKmh,
        Terrain.Mountain => MountainKmh,
        _ => OpenKmh,
    };
}
