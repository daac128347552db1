using Rahdari.Simulator;
using Rahdari.Simulator.Driving;
using Rahdari.Simulator.Officiating;

namespace Rahdari.Tests.Simulator.Driving;

/// <summary>What the simulated world is like on the corridor that is shipped.</summary>
public sealed class ShippedRouteTests
{
    static readonly SimulationOptions Options = new(
        "default", 6, 1, SampleOptions.Start, ShippedCorridor.Whole,
        [
            Node("pk"), Node("af"),
        ]);

    static SimulatedNode Node(string node) => new(
        node, new("http://127.0.0.1:1"), new Dictionary<string, int>(),
        [
            .. ShippedCorridor.Whole.Offices.Where(o => o.Administration == node)
                .Select(o => new SimulatedKey("officer", o.Id, "k")),
        ]);

    static readonly IReadOnlyList<Way> Ways = Way.Usable(Options.Corridor, Options.Nodes);

    static readonly TimeSpan AnHour = TimeSpan.FromHours(1);

    public static TheoryData<ulong> Seeds => [1, 7, 42];

    static (UnitPlan Unit, Way Way)[] Units(ulong seed) =>
    [
        .. Scenario.Plan(Options with { Seed = seed }).Declarations.SelectMany(d => d.Units.Select(u =>
            (u, Ways.First(w => w.Route.Id == d.Route.Id)))),
    ];

    [Fact]
    public void Every_shipped_route_can_be_driven_on_a_road_within_its_accuracy()
    {
        Assert.Equal(["karachi-torkham", "karachi-chaman"], Ways.Select(w => w.Route.Id));
        Assert.Equal(Ways.Count, Options.Corridor.Routes.Count);
        foreach (var way in Ways)
        {
            var legs = way.Route.Legs.Select(l => (Line: new Polyline(l.Line), l.AccuracyMetres)).ToArray();
            var farthest = 0.0;
            for (var along = 0.0; along <= way.Road.Line.Length; along += 500)
            {
                var place = way.Road.Line.At(along);
                Assert.Contains(legs, l => l.Line.Nearest(place).Distance <= l.AccuracyMetres);
                farthest = Math.Max(farthest, way.Road.Drawn.Nearest(place).Distance);
            }
            Assert.InRange(farthest, 1_000, 30_000);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Karachi_to_Torkham_takes_between_one_and_a_half_and_two_and_a_half_days(ulong seed)
    {
        foreach (var (unit, _) in Units(seed).Where(u => u.Way.Route.Id == "karachi-torkham"))
        {
            Assert.InRange((unit.Journey.Arrives - unit.Journey.Departs).TotalDays, 1.5, 2.6);
            Assert.InRange(unit.Journey.Length / 1000, 1_300, 1_500);
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Nobody_leaves_the_corridor_but_the_one_who_deviates_for_about_forty_minutes(ulong seed)
    {
        foreach (var (unit, way) in Units(seed))
        {
            var truth = unit.Truth.SingleOrDefault(t => t.Kind == "off-corridor");
            Assert.Equal(unit.Incident == Incident.Deviation, truth is not null);
            if (truth is not null) Assert.InRange((truth.To - truth.From).TotalMinutes, 30, 60);
            for (var t = unit.Journey.Departs; t < unit.Journey.Arrives; t = t.AddMinutes(2))
            {
                var beyond = way.Road.BeyondCorridor(unit.Journey.At(t).Place);
                var told = truth?.Overlaps(t.AddMinutes(-1), t.AddMinutes(1)) == true;
                Assert.True(beyond <= 0 || told, $"{beyond:F0} m at {t:O}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Nobody_stands_for_an_hour_outside_stops_and_offices_but_the_one_who_stops_long(ulong seed)
    {
        foreach (var (unit, way) in Units(seed))
            foreach (var stage in unit.Journey.Stages.Where(s => !s.Moves && s.Until - s.From > AnHour))
            {
                var place = stage.Path.At(stage.FromMetres);
                var allowed = way.Route.Stops.Any(s => Geodesy.Distance(s.Place, place) < s.RadiusMetres
                        && stage.Until - stage.From < TimeSpan.FromMinutes(s.LimitMinutes))
                    || Options.Corridor.Offices.Any(o => Geodesy.Distance(o.Place, place) < o.ZoneRadiusMetres);
                Assert.Equal(stage.Kind == StageKind.LongStop, !allowed);
            }
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Six_trucks_are_through_within_the_days_a_demonstration_has(ulong seed)
    {
        var ends = Units(seed).Max(u => u.Unit.Schedule.EnterAt ?? u.Unit.Schedule.ExitAt.AddHours(27));
        Assert.InRange((ends - SampleOptions.Start).TotalDays, 2, 4);
    }
}
