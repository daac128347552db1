using Rahdari.Corridors;
using Rahdari.Corridors.Learning;
using Rahdari.Corridors.Loading;
using Rahdari.Corridors.Simulating;
using Rahdari.Simulator;
using Rahdari.Simulator.Recording;
using Xunit.Abstractions;

namespace Rahdari.Tests.Corridors.Learning;

/// <summary>What is learned from simulated trips, held against the road that was really driven.</summary>
public sealed class RouteLearningTests(ITestOutputHelper output)
{
    static readonly DateTimeOffset Start = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    static readonly CorridorPack Pack =
        CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow();

    /// <summary>Learned once for all tests.</summary>
    static readonly Lazy<LearnedRoute> Lesson = new(() =>
    {
        var folder = Directory.CreateTempSubdirectory("rahdari-lesson-");
        try
        {
            var path = Path.Combine(folder.FullName, "tracks.jsonl");
            using (var tracks = File.Create(path))
                TrackSimulation.Write(SimulatedWorld.Of(Pack, 44, 52, 901, Start), tracks, Stream.Null, default);
            var source = new TrackFile();
            source.ReadAsync(path, new(), default).GetAwaiter().GetResult();
            return new RouteLearning(Pack, source.Units(), source).Learn()
                .Single(r => r.RouteId == "karachi-torkham").Learned!;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    });

    static LearnedRoute Torkham => Lesson.Value;

    static readonly Country Country = Rahdari.Simulator.Recording.Country.Of(
        SimulatedWorld.Of(Pack, 1, 1, 1, Start).Corridor.Routes.Single(r => r.Id == "karachi-torkham"),
        SimulatedWorld.Of(Pack, 1, 1, 1, Start).Corridor, []);

    static CorridorGeometry Geometry => new(Pack.FindRoute("karachi-torkham")! with { Learned = Torkham });

    [Fact]
    public void The_road_that_was_driven_lies_inside_everywhere_and_a_road_beside_it_outside()
    {
        var geometry = Geometry;
        var (off, beside, outside, total) = (new List<double>(), 0, 0, 0);
        var road = Country.Road.Line;
        for (var along = 1_000.0; along < Country.End - 6_000; along += 500)
        {
            var place = road.At(along);
            var at = geometry.Locate(new(place.Latitude, place.Longitude));
            off.Add(at.DistanceMetres);
            if (!at.Inside) outside++;
            foreach (var metres in new[] { 500, -500, 800, -800 })
            {
                var path = Asides.Parallel(road, along - 1_000, along + 1_000, metres, 300);
                var aside = path.At(path.Length / 2);
                total++;
                if (!geometry.Locate(new(aside.Latitude, aside.Longitude)).Inside) beside++;
            }
        }
        off.Sort();
        output.WriteLine($"metres off: median {off[off.Count / 2]:F0}, 95 % {off[off.Count * 95 / 100]:F0}, most "
            + $"{off[^1]:F0}; {outside} of {off.Count} outside; beside: {beside} of {total} outside");
        Assert.Equal(0, outside);
        Assert.InRange(off[off.Count / 2], 0, 25);
        // Inside is what lies where this seed's works led the traffic aside, and in hairpins.
        Assert.InRange(beside / (double)total, 0.97, 1);
    }

    [Fact]
    public void The_other_yards_way_to_the_road_is_learned_too()
    {
        Assert.Equal(2, Torkham.Lines.Count);
        Assert.Equal("pk:PORT-QASIM", Torkham.Lines[1].From.ToString());
        var geometry = Geometry;
        var (before, joins) = (-1.0, geometry.Locate(Torkham.Lines[1].Points[^1].Place).ProgressMetres);
        foreach (var point in Torkham.Lines[1].Points)
        {
            var at = geometry.Locate(point.Place);
            Assert.True(at.Inside);
            Assert.True(at.ProgressMetres >= before - 1);
            before = at.ProgressMetres;
        }
        Assert.InRange(before, joins - 50, joins + 50);
    }

    [Fact]
    public void Coverage_is_low_where_there_is_none_and_high_elsewhere()
    {
        var (geometry, wrong, counted) = (Geometry, 0, 0);
        for (var along = 3_500.0; along < Country.End - 6_000; along += 1_000)
        {
            // Where the kind of coverage just changed a kilometre of the learned line holds some of both.
            double Signal(double at) => Country.SignalAt(at, Rahdari.Simulator.Reporting.DeviceRole.Container);
            if (Signal(along) != Signal(along - 2_000) || Signal(along) != Signal(along + 2_000)) continue;
            var place = Country.Road.Line.At(along);
            var progress = geometry.Locate(new(place.Latitude, place.Longitude)).ProgressMetres;
            if (geometry.ExpectedCoverage(progress, Rahdari.Movements.DeviceRole.Container) is not { } share) continue;
            counted++;
            if (Signal(along) > 0.9 ? share < 0.6 : share > 0.4) wrong++;
        }
        output.WriteLine($"{wrong} of {counted} kilometres wrong");
        Assert.True(counted > 800);
        Assert.InRange(wrong, 0, counted / 50);
        Assert.Null(geometry.ExpectedCoverage(9e9, Rahdari.Movements.DeviceRole.Container));
    }

    [Fact]
    public void What_was_learned_is_read_back_as_it_was_written()
    {
        using var copy = new PackCopy();
        var before = copy.Load().OrThrow();
        Directory.CreateDirectory(copy.PathOf("learned"));
        File.WriteAllBytes(
            copy.PathOf(LearnedFile.NameOf("karachi-torkham")), LearnedFile.Write("karachi-torkham", Torkham));
        var pack = copy.Load().OrThrow();
        var read = pack.FindRoute("karachi-torkham")!.Learned!;
        Assert.NotEqual(before.Hash, pack.Hash);
        Assert.Null(pack.FindRoute("karachi-chaman")!.Learned);
        Assert.Equal(Torkham.Coverage.ContainerPerCent, read.Coverage.ContainerPerCent);
        Assert.Equal(Torkham.Source.Tracks, read.Source.Tracks);
        Assert.Equal(
            (Torkham.Source.At, Torkham.Source.Trips, Torkham.Source.Fixes),
            (read.Source.At, read.Source.Trips, read.Source.Fixes));
        Assert.Equal(Torkham.Lines.Select(l => l.Points.Count), read.Lines.Select(l => l.Points.Count));
        for (var i = 0; i < read.Lines.Count; i++)
            Assert.All(read.Lines[i].Points.Zip(Torkham.Lines[i].Points), p =>
                Assert.InRange(Earth.MetresBetween(p.First.Place, p.Second.Place), 0, 0.2));
    }

    [Fact]
    public void A_learned_line_of_thousands_of_points_is_found_as_a_scan_finds_it()
    {
        var geometry = Geometry;
        var random = new Random(11);
        var points = Torkham.Lines[0].Points;
        for (var i = 0; i < 3_000; i++)
        {
            var near = points[random.Next(points.Count)].Place;
            var far = Math.Pow(10, -4 + 4 * random.NextDouble());
            var point = new GeoCoordinate(
                near.Latitude + far * (random.NextDouble() - 0.5), near.Longitude + far * (random.NextDouble() - 0.5));
            Assert.Equal(geometry.LocateByScan(point), geometry.Locate(point));
        }
    }

    [Fact]
    public void Too_few_trips_leave_a_route_drawn()
    {
        var source = new TrackFile();
        var results = new RouteLearning(Pack, [], source).Learn();
        Assert.All(results, r => Assert.Null(r.Learned));
        Assert.All(results, r => Assert.Contains("fewer than", r.Why));
    }
}
