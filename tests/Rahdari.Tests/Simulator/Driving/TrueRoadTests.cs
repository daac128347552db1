using Rahdari.Simulator;
using Rahdari.Simulator.Driving;

namespace Rahdari.Tests.Simulator.Driving;

public sealed class TrueRoadTests
{
    public static TheoryData<string> Names => [.. SampleCorridor.Routes.Select(r => r.Id)];

    static SimulatedRoute Find(string id) => SampleCorridor.Routes.First(r => r.Id == id);

    static TrueRoad Build(SimulatedRoute route) => TrueRoad.Of(route, route.Stops.Select(s => s.Place));

    [Theory]
    [MemberData(nameof(Names))]
    public void The_road_lies_within_the_accuracy_of_the_drawn_line_everywhere(string id)
    {
        var route = Find(id);
        var road = Build(route);
        var legs = route.Legs.Select(l => (Line: new Polyline(l.Line), l.AccuracyMetres)).ToArray();
        for (var along = 0.0; along <= road.Line.Length; along += 400)
        {
            var place = road.Line.At(along);
            Assert.Contains(legs, l => l.Line.Nearest(place).Distance <= l.AccuracyMetres);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_road_is_not_the_drawn_line(string id)
    {
        var route = Find(id);
        var road = Build(route);
        var farthest = Enumerable.Range(0, (int)(road.Line.Length / 2_000))
            .Max(i => road.Drawn.Nearest(road.Line.At(i * 2_000.0)).Distance);
        Assert.True(farthest > Math.Min(1_000, route.Legs.Max(l => l.AccuracyMetres) * 0.2), $"{farthest:F0} m");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_road_has_no_jump(string id)
    {
        var points = Build(Find(id)).Line.Points;
        for (var i = 1; i < points.Count; i++)
            Assert.InRange(Geodesy.Distance(points[i - 1], points[i]), 0, 1_000);
    }

    [Fact]
    public void The_road_leads_through_every_stop_the_accuracy_reaches()
    {
        var road = Build(SampleCorridor.Torkham);
        foreach (var stop in SampleCorridor.Torkham.Stops)
            Assert.InRange(road.Line.Nearest(stop.Place).Distance, 0, stop.RadiusMetres * 0.5);
    }

    [Fact]
    public void The_road_depends_on_the_route_alone()
    {
        Assert.Equal(Build(SampleCorridor.Torkham).Line.Points, Build(SampleCorridor.Torkham).Line.Points);
        var renamed = SampleCorridor.Torkham with { Id = "another" };
        Assert.NotEqual(Build(SampleCorridor.Torkham).Line.Points, Build(renamed).Line.Points);
    }
}
