using Rahdari.Corridors;
using Xunit.Abstractions;

namespace Rahdari.Tests.Corridors;

public sealed class CorridorGeometryTests(ITestOutputHelper output)
{
    static readonly CorridorPack Pack =
        CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow();

    static readonly Dictionary<string, CorridorGeometry> Geometries =
        Pack.Routes.ToDictionary(r => r.Id, r => new CorridorGeometry(r));

    [Theory]
    [InlineData("karachi-torkham")]
    [InlineData("karachi-chaman")]
    public void The_grid_answers_as_a_scan_of_the_whole_line_does(string route)
    {
        var geometry = Geometries[route];
        var random = new Random(20260901);
        var mismatches = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var point = PointNear(geometry.Route, random, i);
            if (geometry.Locate(point) != geometry.LocateByScan(point)) mismatches++;
        }
        output.WriteLine($"{route}: {geometry.CellCount} cells, 20,000 points, {mismatches} mismatches");
        Assert.Equal(0, mismatches);
    }

    [Theory]
    [InlineData("karachi-torkham")]
    [InlineData("karachi-chaman")]
    public void The_distance_is_that_to_the_nearest_of_many_points_on_the_line(string route)
    {
        var geometry = Geometries[route];
        var dense = Dense(geometry.Route, 50).ToList();
        var random = new Random(7);
        for (var i = 1; i < 20; i++)
        {
            // From farther off the flat projection is no longer good to half a per cent, nor needs to be.
            var point = PointNear(geometry.Route, random, i);
            var place = geometry.Locate(point);
            var sampled = dense.Min(p => Earth.MetresBetween(p, point));
            // Samples lie 50 m apart; the sphere and the ellipsoid differ by less than half a per cent.
            Assert.InRange(place.DistanceMetres, sampled * 0.994 - 30, sampled * 1.006 + 30);
        }
    }

    [Fact]
    public void Along_the_line_progress_grows_from_nothing_to_its_length()
    {
        var geometry = Geometries["karachi-torkham"];
        var last = -1.0;
        foreach (var point in Dense(geometry.Route, 1_000))
        {
            var place = geometry.Locate(point);
            Assert.True(place.DistanceMetres < 1);
            Assert.True(place.Inside);
            Assert.True(place.ProgressMetres >= last, $"{place.ProgressMetres} after {last}");
            last = place.ProgressMetres;
        }
        Assert.Equal(geometry.LengthMetres, last, 1.0);
    }

    [Theory]
    [InlineData(999, true)]
    [InlineData(1_001, false)]
    public void Just_within_the_half_width_is_inside_and_just_beyond_is_not(double metres, bool inside)
    {
        var geometry = new CorridorGeometry(Straight(1_000, 1_000));
        var (_, east) = Earth.MetresPerDegree(30.5);
        Assert.Equal(inside, geometry.Locate(new(30.5, 70 + metres / east)).Inside);
    }

    [Fact]
    public void Where_legs_of_different_width_meet_the_wider_one_counts()
    {
        var geometry = new CorridorGeometry(Straight(1_000, 9_000));
        var (north, east) = Earth.MetresPerDegree(31);
        // Two kilometres short of the joint and four beside it: outside the narrow leg, inside the wide one's end.
        var place = geometry.Locate(new(31 - 2_000 / north, 70 + 4_000 / east));
        Assert.Equal(0, place.Leg);
        Assert.True(place.Inside);
    }

    [Fact]
    public void Progress_grows_along_the_line()
    {
        var geometry = new CorridorGeometry(Straight(1_000, 1_000));
        var (early, late) = (geometry.Locate(new(30.1, 70)), geometry.Locate(new(30.2, 70)));
        Assert.True(early.ProgressMetres < late.ProgressMetres);
        Assert.Equal(0, early.LineBearingDegrees, 0.01);
    }

    [Fact]
    public void Points_at_the_ends_of_the_earth_have_an_answer()
    {
        foreach (var point in new GeoCoordinate[] { new(0, 0), new(90, 180), new(-90, -180), new(24.84, 66.98) })
        {
            var place = Geometries["karachi-torkham"].Locate(point);
            Assert.True(double.IsFinite(place.DistanceMetres) && double.IsFinite(place.ProgressMetres));
        }
    }

    [Fact]
    public void Asking_allocates_nothing()
    {
        var geometry = Geometries["karachi-chaman"];
        var sum = geometry.Locate(new(27, 66.5)).DistanceMetres;
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1_000; i++) sum += geometry.Locate(new(25 + i * 0.005, 66.5)).DistanceMetres;
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.True(sum > 0);
    }

    [Fact]
    public void A_route_without_a_line_is_a_fault() =>
        Assert.Throws<ArgumentException>(() => new CorridorGeometry(Straight(1, 1) with { Legs = [] }));

    static CorridorRoute Straight(int firstHalfWidth, int secondHalfWidth) => Pack.Routes[0] with
    {
        Legs =
        [
            new("place.a", "place.b", [new(30, 70), new(31, 70)], 500, firstHalfWidth),
            new("place.b", "place.c", [new(31, 70), new(32, 70)], 500, secondHalfWidth),
        ],
    };

    /// <summary>Most near the line, some farther off, a few anywhere.</summary>
    static GeoCoordinate PointNear(CorridorRoute route, Random random, int i)
    {
        if (i % 20 == 0) return new(20 + 20 * random.NextDouble(), 60 + 15 * random.NextDouble());
        var leg = route.Legs[random.Next(route.Legs.Count)];
        var t = random.NextDouble();
        var (a, b) = (leg.Line[0], leg.Line[^1]);
        var off = (i % 4 == 0 ? 1.0 : 0.2) * (random.NextDouble() - 0.5);
        return new(
            a.Latitude + (b.Latitude - a.Latitude) * t + off, a.Longitude + (b.Longitude - a.Longitude) * t
            + (i % 4 == 0 ? 1.0 : 0.2) * (random.NextDouble() - 0.5));
    }

    static IEnumerable<GeoCoordinate> Dense(CorridorRoute route, double metres)
    {
        for (var i = 0; i + 1 < route.Line.Count; i++)
        {
            var (a, b) = (route.Line[i], route.Line[i + 1]);
            var count = (int)Math.Ceiling(Earth.MetresBetween(a, b) / metres);
            for (var n = 0; n < count; n++)
                yield return new(
                    a.Latitude + (b.Latitude - a.Latitude) * n / count,
                    a.Longitude + (b.Longitude - a.Longitude) * n / count);
        }
        yield return route.Line[^1];
    }
}
