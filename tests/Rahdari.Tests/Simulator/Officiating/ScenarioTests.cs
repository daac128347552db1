using Rahdari.Guarantees;
using Rahdari.Movements;
using Rahdari.Simulator;
using Rahdari.Simulator.Driving;
using Rahdari.Simulator.Officiating;

namespace Rahdari.Tests.Simulator.Officiating;

public sealed class ScenarioTests
{
    static UnitPlan[] Units(int trucks, ulong seed = 1) => SampleOptions.Units(SampleOptions.Of(trucks, seed));

    [Fact]
    public void The_same_seed_gives_the_same_truth_on_every_run_and_another_seed_another()
    {
        var truth = SimulationRun.TruthOf(SampleOptions.Of(6, 42));
        Assert.Equal(truth, SimulationRun.TruthOf(SampleOptions.Of(6, 42)));
        Assert.NotEqual(truth, SimulationRun.TruthOf(SampleOptions.Of(6, 43)));
    }

    [Fact]
    public void Six_trucks_carry_one_declaration_of_three_units_and_each_incident_once()
    {
        var plan = Scenario.Plan(SampleOptions.Of(6));
        Assert.Equal([3, 1, 1, 1], plan.Declarations.Select(d => d.Units.Count));
        Assert.Equal(
            Enum.GetValues<Incident>().Order(),
            plan.Declarations.SelectMany(d => d.Units).Select(u => u.Incident).Order());
        Assert.Single(plan.Declarations.SelectMany(d => d.Units), u => u.Schedule.EnterAt is null);
    }

    [Fact]
    public void Fewer_trucks_keep_what_fits_and_the_rope_cut_first()
    {
        for (var trucks = 1; trucks < 6; trucks++)
        {
            var incidents = Units(trucks).Select(u => u.Incident).ToArray();
            Assert.Equal(trucks, incidents.Length);
            Assert.Equal(Incident.RopeCutInGap, incidents[0]);
            Assert.Equal(incidents.Length, incidents.Distinct().Count());
        }
    }

    [Fact]
    public void More_trucks_go_without_further_incidents()
    {
        var units = Units(40);
        Assert.Equal(40, units.Length);
        Assert.All(units.Skip(6), u => Assert.Equal(Incident.None, u.Incident));
    }

    [Fact]
    public void Every_truck_has_numbers_of_its_own_that_hold_their_check_digits()
    {
        var units = Units(60, 987_654_321);
        Assert.Equal(60, units.Select(u => u.Lock).Distinct().Count());
        Assert.Equal(60, units.Select(u => u.Imei).Distinct().Count());
        Assert.Equal(60, units.Select(u => u.Seal).Distinct().Count());
        Assert.All(units, u => Assert.True(ContainerNumber.TryParse(u.Container, null, out _), u.Container));
        Assert.All(units, u => Assert.True(SealNumber.TryParse(u.Seal, null, out _), u.Seal));
        Assert.All(units, u => Assert.True(DeviceId.TryParse($"jt600:{u.Lock}", null, out _), u.Lock));
        Assert.All(units, u => Assert.Equal(15, u.Imei.Length));
        var plan = Scenario.Plan(SampleOptions.Of(60, 987_654_321));
        Assert.All(plan.Guarantees, g => Assert.True(Grn.TryParse(g.Grn, null, out _), g.Grn));
    }

    [Fact]
    public void A_known_IMEI_gets_its_published_check_digit() =>
        Assert.Equal("490154203237518", CheckedNumber.WithLuhn("49015420323751"));

    [Fact]
    public void Each_office_receives_the_devices_of_its_trucks_and_a_pair_more_before_the_first_is_fitted()
    {
        var plan = Scenario.Plan(SampleOptions.Of(40));
        foreach (var stock in plan.Stocks)
        {
            var units = plan.Declarations.Where(d => d.OfficeOfDeparture == stock.Office).SelectMany(d => d.Units)
                .ToList();
            var devices = stock.Devices.Select(d => d.Device).ToHashSet();
            Assert.Equal(2 * units.Count + 2, devices.Count);
            Assert.All(devices, d => Assert.True(DeviceId.TryParse(d, null, out _), d));
            Assert.All(units, u => Assert.Contains($"jt600:{u.Lock}", devices));
            Assert.All(units, u => Assert.Contains($"teltonika:{u.Imei}", devices));
            Assert.True(stock.ReceiveAt < units.Min(u => u.Schedule.FitAt));
        }
        Assert.Equal(plan.Stocks.Sum(s => s.Devices.Count), plan.Stocks.SelectMany(s => s.Devices).Distinct().Count());
    }

    [Fact]
    public void Guarantees_cover_what_their_declarations_put_at_risk()
    {
        var plan = Scenario.Plan(SampleOptions.Of(20));
        foreach (var guarantee in plan.Guarantees)
        {
            var atRisk = plan.Declarations.Where(d => d.Grn == guarantee.Grn).Sum(d => d.Goods.Sum(g => g.DutyMinor));
            Assert.InRange(guarantee.LimitMinor, atRisk, long.MaxValue);
            Assert.True(guarantee.ValidUntil > SampleOptions.Start.AddDays(400));
        }
        Assert.All(plan.Declarations, d => Assert.Contains(plan.Guarantees, g => g.Grn == d.Grn));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(60)]
    public void Officers_act_in_order_and_before_the_truck_moves(int trucks)
    {
        foreach (var declaration in Scenario.Plan(SampleOptions.Of(trucks)).Declarations)
        {
            Assert.True(declaration.DeclareAt < declaration.GuaranteeAt);
            Assert.True(declaration.GuaranteeAt < declaration.SelectAt);
            foreach (var unit in declaration.Units)
            {
                var s = unit.Schedule;
                DateTimeOffset[] times =
                    [declaration.SelectAt, s.ExamineAt, s.SealAt, s.FitAt, s.WeighAt, s.GateOutAt, unit.Journey.Departs,
                        unit.Journey.Arrives, s.ExitAt, s.EnterAt ?? DateTimeOffset.MaxValue];
                Assert.Equal(times.Order(), times);
            }
        }
    }

    [Fact]
    public void The_closure_finds_units_under_way_and_nobody_crosses_while_it_lasts()
    {
        var plan = Scenario.Plan(SampleOptions.Of(6));
        var closure = plan.Closure!;
        var through = plan.Declarations.Where(d => d.Route.Crossing == closure.Crossing)
            .SelectMany(d => d.Units).ToArray();
        Assert.Contains(through, u => u.Journey.Departs < closure.From && u.Journey.Arrives > closure.From);
        Assert.Contains(through, u => u.Journey.Arrives < closure.Until && u.Schedule.ExitAt > closure.Until);
        Assert.All(through, u => Assert.False(u.Schedule.ExitAt > closure.From && u.Schedule.ExitAt < closure.Until));
    }

    [Fact]
    public void Six_trucks_are_through_in_time_for_a_demonstration()
    {
        var latest = Units(6).Max(u => u.Schedule.EnterAt ?? u.Schedule.ExitAt.AddHours(27));
        Assert.InRange((latest - SampleOptions.Start).TotalDays, 2, 5);
    }

    [Theory]
    [InlineData("default", 0, "trucks")]
    [InlineData("default", 5_001, "trucks")]
    [InlineData("carnival", 1, "carnival")]
    public void What_cannot_be_simulated_is_told(string scenario, int trucks, string told) =>
        Assert.Contains(
            told,
            Assert.Throws<ArgumentException>(
                () => Scenario.Plan(SampleOptions.Of(trucks, scenario: scenario))).Message);

    [Fact]
    public void Without_keys_at_the_offices_no_route_can_be_driven()
    {
        var options = SampleOptions.Of(1);
        options = options with { Nodes = [.. options.Nodes.Select(n => n with { Keys = [] })] };
        Assert.Contains("key", Assert.Throws<ArgumentException>(() => Scenario.Plan(options)).Message);
    }
}
