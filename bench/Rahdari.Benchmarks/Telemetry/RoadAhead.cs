using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Hosting.Demonstrating;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>Places along a route of the pack, for trucks that drive at one speed.</summary>
sealed class RoadAhead
{
    readonly IReadOnlyList<GeoCoordinate> line =
        DemoRun.LoadPack("default").Routes.First(r => r.Id == RoadNode.Route).Line;

    /// <summary>Where a truck is after so many metres; at the end from then on.</summary>
    public GeoPosition At(double metres)
    {
        for (var i = 1; i < line.Count; i++)
        {
            var piece = Earth.MetresBetween(line[i - 1], line[i]);
            if (metres <= piece) return Position(line[i - 1], line[i], metres / piece);
            metres -= piece;
        }
        return Position(line[^1], line[^1], 0);
    }

    static GeoPosition Position(GeoCoordinate from, GeoCoordinate to, double part) => new(
        E7(from.Latitude + (part * (to.Latitude - from.Latitude))),
        E7(from.Longitude + (part * (to.Longitude - from.Longitude))));

    static int E7(double degrees) => (int)Math.Round(degrees * 1e7);
}
