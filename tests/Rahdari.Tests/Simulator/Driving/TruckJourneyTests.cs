using Rahdari.Simulator;
using Rahdari.Simulator.Driving;

namespace Rahdari.Tests.Simulator.Driving;

public sealed class TruckJourneyTests
{
    static readonly DateTimeOffset Departs = new(2026, 3, 2, 5, 0, 0, TimeSpan.Zero);
    static readonly SimulatedCorridor Corridor = SampleCorridor.Whole;

    static TruckJourney Plan(SimulatedRoute route, Incident incident, ulong seed, DateTimeOffset? departs = null)
    {
        var yard = Corridor.FindOffice(route.DepartureOffices[0])!;
        var exit = Corridor.FindOffice(route.ExitOffice)!;
        var crossing = Corridor.FindCrossing(route.Crossing)!;
        var at = departs ?? Departs;
        var road = Road(route);
        var order = new TripOrder(
            road, RoadStop.On(road, route.Stops), yard.Place, exit.Place, at.AddHours(-2), at,
            TimeZoneInfo.FindSystemTimeZoneById("Asia/Karachi"), incident);
        var trip = Trip.Plan(order, Dice.For(seed, "trip"));
        return TruckJourney.Of(
            trip, crossing.Place, Corridor.FindOffice(crossing.EntryOffice)!.Place, trip.Arrives.AddHours(1),
            trip.Arrives.AddHours(5));
    }

    static TrueRoad Road(SimulatedRoute route)
    {
        var crossing = Corridor.FindCrossing(route.Crossing)!;
        return TrueRoad.Of(
            route,
            [
                Corridor.FindOffice(route.DepartureOffices[0])!.Place, Corridor.FindOffice(route.ExitOffice)!.Place,
                crossing.Place, .. route.Stops.Select(s => s.Place),
            ]);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(9)]
    [InlineData(13)]
    [InlineData(21)]
    public void Karachi_to_Torkham_takes_between_one_and_a_half_and_two_and_a_half_days(int hour)
    {
        for (var seed = 1UL; seed <= 5; seed++)
        {
            var journey = Plan(SampleCorridor.Torkham, Incident.None, seed, Departs.AddHours(hour));
            Assert.InRange((journey.Arrives - journey.Departs).TotalDays, 1.5, 2.5);
            Assert.InRange(journey.Length / 1000, 1_150, 1_600);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_timeline_and_another_seed_another()
    {
        static string Tell(TruckJourney journey) =>
            string.Join("\n", journey.Stages.Select(s => $"{s.Kind} {s.From:O} {s.Until:O}"));

        Assert.Equal(
            Tell(Plan(SampleCorridor.Torkham, Incident.LongStop, 3)),
            Tell(Plan(SampleCorridor.Torkham, Incident.LongStop, 3)));
        Assert.NotEqual(
            Tell(Plan(SampleCorridor.Torkham, Incident.LongStop, 3)),
            Tell(Plan(SampleCorridor.Torkham, Incident.LongStop, 4)));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_truck_never_jumps_and_keeps_to_truck_speeds(int route)
    {
        foreach (var incident in Enum.GetValues<Incident>())
        {
            var journey = Plan(Corridor.Routes[route], incident, 11);
            var before = journey.At(journey.Departs.AddHours(-1)).Place;
            for (var t = journey.Departs; t < journey.Exits.AddHours(4); t = t.AddMinutes(1))
            {
                var here = journey.At(t);
                Assert.InRange(Geodesy.Distance(before, here.Place), 0, 70_000 / 60);
                Assert.InRange(here.SpeedKmh, 0, 70);
                before = here.Place;
            }
        }
    }

    [Fact]
    public void Stages_follow_each_other_without_a_gap_in_time_or_place()
    {
        var stages = Plan(SampleCorridor.Torkham, Incident.Deviation, 2).Stages;
        for (var i = 1; i < stages.Count; i++)
        {
            Assert.Equal(stages[i - 1].Until, stages[i].From);
            var (end, start) = (stages[i - 1].Path.At(stages[i - 1].ToMetres), stages[i].Path.At(stages[i].FromMetres));
            Assert.InRange(Geodesy.Distance(end, start), 0, 1);
        }
    }

    [Fact]
    public void A_driver_rests_at_night_and_at_allowed_stops_within_their_limits()
    {
        var journey = Plan(SampleCorridor.Torkham, Incident.None, 5);
        var rests = journey.Stages.Where(s => s.Kind == StageKind.AllowedStop).ToArray();
        Assert.Contains(rests, r => r.Until - r.From > TimeSpan.FromHours(4));
        foreach (var rest in rests)
        {
            var place = rest.Path.At(rest.FromMetres);
            Assert.Contains(SampleCorridor.Torkham.Stops, s =>
                Geodesy.Distance(s.Place, place) < s.RadiusMetres
                && rest.Until - rest.From < TimeSpan.FromMinutes(s.LimitMinutes));
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_deviation_is_outside_the_corridor_for_about_forty_minutes_and_the_rest_is_inside(int index)
    {
        var route = Corridor.Routes[index];
        var road = Road(route);
        var journey = Plan(route, Incident.Deviation, 6);
        var truth = Assert.Single(
            Truth.Of("u", journey, Conditions.Of(journey, Incident.Deviation, Dice.For(6, "c")), road),
            t => t.Kind == "off-corridor");
        Assert.InRange((truth.To - truth.From).TotalMinutes, 30, 60);
        var deepest = 0.0;
        for (var t = journey.Departs; t < journey.Arrives; t = t.AddMinutes(1))
        {
            var beyond = road.BeyondCorridor(journey.At(t).Place);
            if (truth.Overlaps(t.AddMinutes(-1), t.AddMinutes(1))) deepest = Math.Max(deepest, beyond);
            else Assert.True(beyond <= 0, $"{beyond:F0} m outside at {t:O}");
        }
        Assert.InRange(deepest, 3_000, 20_000);
    }

    [Fact]
    public void A_long_stop_is_three_hours_far_from_every_allowed_one()
    {
        var journey = Plan(SampleCorridor.Torkham, Incident.LongStop, 4);
        var stop = Assert.Single(journey.Stages, s => s.Kind == StageKind.LongStop);
        Assert.Equal(TimeSpan.FromHours(3), stop.Until - stop.From);
        var place = stop.Path.At(stop.FromMetres);
        Assert.All(SampleCorridor.Torkham.Stops, s => Assert.True(Geodesy.Distance(s.Place, place) > 5_000));
    }

    [Fact]
    public void The_rope_is_cut_inside_the_gap()
    {
        var journey = Plan(SampleCorridor.Torkham, Incident.RopeCutInGap, 1);
        var conditions = Conditions.Of(journey, Incident.RopeCutInGap, Dice.For(1, "c"));
        Assert.True(conditions.Gap!.Value.Holds(conditions.RopeCut!.Value));
        Assert.InRange(conditions.RopeCut.Value, journey.Departs, journey.Arrives);
    }

    [Fact]
    public void After_the_exit_the_truck_stands_beyond_the_crossing()
    {
        var journey = Plan(SampleCorridor.Torkham, Incident.None, 1);
        var last = journey.At(journey.Exits.AddHours(2));
        Assert.False(last.Moves);
        Assert.InRange(Geodesy.Distance(last.Place, Corridor.FindOffice("af:TORKHAM")!.Place), 0, 10);
    }
}
