using System.Globalization;
using NetTopologySuite.Geometries;
using NetTopologySuite.Index.Strtree;
using Rahdari.Corridors;
using Rahdari.Parties;

namespace Rahdari.Benchmarks.Corridors;

/// <summary>
/// Distance and progress of a position against a line of 3,000 segments with widths of their own: this project's
/// geometry beside NetTopologySuite's tree of segments (nearest neighbour, then the segment's own projection).
/// </summary>
static class CorridorDistance
{
    const int Segments = 3_000, Points = 40_000;

    public static async Task RunAsync()
    {
        var line = Line();
        var geometry = new CorridorGeometry(Route(line));
        var tree = new SegmentTree(line);
        (string, double)[] reaches = [("within 300 m", 0.0027), ("within 5 km", 0.045), ("within 25 km", 0.22)];
        foreach (var (name, reach) in reaches)
        {
            var points = Around(line, reach);
            Compare(name, points, geometry, tree);
            var sink = 0.0;
            await SideBySide.RunAsync(
                $"corridor, {name}",
                () =>
                {
                    foreach (var point in points) sink += tree.Find(point).Progress;
                    return Task.FromResult(Points);
                },
                () =>
                {
                    foreach (var point in points) sink += geometry.Locate(point).ProgressMetres;
                    return Task.FromResult(Points);
                });
            if (double.IsNaN(sink)) throw new InvalidOperationException("a place is no number");
            var before = GC.GetAllocatedBytesForCurrentThread();
            foreach (var point in points) sink += geometry.Locate(point).DistanceMetres;
            var bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{"",-40} {bytes} bytes allocated by {Points} look-ups"));
        }
    }

    /// <summary>No place may differ from a scan of the whole line; the other tree measures on one flat map.</summary>
    static void Compare(string name, GeoCoordinate[] points, CorridorGeometry geometry, SegmentTree tree)
    {
        var (mismatches, apart) = (0, 0.0);
        for (var i = 0; i < points.Length; i += 4)
        {
            var place = geometry.Locate(points[i]);
            if (place != geometry.LocateByScan(points[i])) mismatches++;
            apart = Math.Max(apart, Math.Abs(place.DistanceMetres - tree.Find(points[i]).Distance)
                / Math.Max(100, place.DistanceMetres));
        }
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"corridor, {name}: {mismatches} of {points.Length / 4} differ from a scan; "
            + $"the other tree differs by {apart:P1} at most"));
    }

    /// <summary>From Karachi northwards, with bends; some 1,100 km.</summary>
    static GeoCoordinate[] Line()
    {
        var random = new Random(20260901);
        var line = new GeoCoordinate[Segments + 1];
        var (latitude, longitude, course) = (24.85, 67.0, 0.2);
        for (var i = 0; i <= Segments; i++)
        {
            line[i] = new(latitude, longitude);
            course = Math.Clamp(course + (random.NextDouble() - 0.5) * 0.5, -0.4, 1.1);
            latitude += 0.0033 * Math.Cos(course);
            longitude += 0.0037 * Math.Sin(course);
        }
        return line;
    }

    static CorridorRoute Route(GeoCoordinate[] line) => new(
        "bench", "route.bench", [], "NONE", new OfficeId(),
        [new("place.a", "place.b", [line[0], line[^1]], 1_000, 2_000)], [])
    {
        Learned = new(
            [new(null, [.. line.Select((p, i) => new LearnedPoint(p, 200 + i % 7 * 10))])], new([], []),
            new(default, 1, 2, [])),
    };

    static GeoCoordinate[] Around(GeoCoordinate[] line, double reach)
    {
        var random = new Random(7);
        return
        [
            .. Enumerable.Range(0, Points).Select(_ =>
            {
                var near = line[random.Next(line.Length)];
                return new GeoCoordinate(
                    near.Latitude + reach * (2 * random.NextDouble() - 1),
                    near.Longitude + reach * (2 * random.NextDouble() - 1));
            }),
        ];
    }

    /// <summary>The peer: a packed tree of the segments on a flat map in metres.</summary>
    sealed class SegmentTree : IItemDistance<Envelope, SegmentTree.Item>
    {
        readonly STRtree<Item> tree = new();
        readonly double north, east;

        public SegmentTree(GeoCoordinate[] line)
        {
            (north, east) = Earth.MetresPerDegree((line[0].Latitude + line[^1].Latitude) / 2);
            var start = 0.0;
            for (var i = 0; i + 1 < line.Length; i++)
            {
                var segment = new LineSegment(Map(line[i]), Map(line[i + 1]));
                tree.Insert(new Envelope(segment.P0, segment.P1), new Item(segment, start));
                start += segment.Length;
            }
            tree.Build();
        }

        public sealed record Item(LineSegment Segment, double Start);

        public (double Distance, double Progress) Find(GeoCoordinate place)
        {
            var at = Map(place);
            var nearest = tree.NearestNeighbour(new Envelope(at), new Item(new LineSegment(at, at), 0), this);
            var part = Math.Clamp(nearest.Segment.ProjectionFactor(at), 0, 1);
            return (nearest.Segment.Distance(at), nearest.Start + part * nearest.Segment.Length);
        }

        public double Distance(IBoundable<Envelope, Item> item1, IBoundable<Envelope, Item> item2)
        {
            var (a, b) = (item1.Item.Segment, item2.Item.Segment);
            // One of the two is the place asked for, a segment without length.
            return a.P0.Equals2D(a.P1) ? b.Distance(a.P0) : a.Distance(b.P0);
        }

        Coordinate Map(GeoCoordinate place) => new(place.Longitude * east, place.Latitude * north);
    }
}
