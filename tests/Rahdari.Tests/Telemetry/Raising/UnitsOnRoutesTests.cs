using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Telemetry.Judging;

namespace Rahdari.Tests.Telemetry.Raising;

public sealed class UnitsOnRoutesTests
{
    [Theory]
    [InlineData(52, 0, false)]
    [InlineData(52, 900, false)]
    [InlineData(52, 1_100, true)]
    [InlineData(52, -9_000, true)]
    [InlineData(1, 2_000, false)]
    public async Task A_unit_stands_at_its_progress_and_is_off_beyond_the_edge_but_not_at_an_office(
        double kilometre, double metresEast, bool off)
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        var unit = Assert.Single(await PlacedAsync(fixture, Drive.Fix(60, kilometre, metresEast)));
        Assert.Equal((Drive.Unit, Drive.RouteId, off), (unit.Unit, unit.RouteId, unit.Off));
        Assert.Equal(kilometre, unit.ProgressKilometres, 0.2);
        Assert.Equal(Drive.Start.AddMinutes(60), unit.At);
        Assert.Equal(0, unit.OpenAlerts);
    }

    [Fact]
    public async Task Open_alerts_are_counted_and_another_movement_has_none_of_it()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        var placed = await PlacedAsync(fixture, Drive.Fix(2, 52, events: [DeviceEvent.RopeCut]));
        Assert.Equal(1, Assert.Single(placed).OpenAlerts);
        Assert.Single(await Units(fixture).FindAsync(Drive.Unit.Mrn, default));
        Assert.Empty(await Units(fixture).FindAsync(new Mrn("26PKKHI000000999M9"), default));
    }

    static async Task<IReadOnlyList<UnitOnRoute>> PlacedAsync(
        JudgingFixture fixture, params Rahdari.Telemetry.Journaling.JournaledFix[] fixes)
    {
        await fixture.AppendAsync(fixes);
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        return await Units(fixture).FindAsync(null, default);
    }

    static UnitsOnRoutes Units(JudgingFixture fixture) =>
        new(fixture.Desk, Drive.Pack, new RouteGeometries(Drive.Pack));
}
