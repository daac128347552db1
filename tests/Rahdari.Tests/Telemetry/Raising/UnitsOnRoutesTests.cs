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
        var unit = Assert.Single((await PlacedAsync(fixture, Drive.Fix(60, kilometre, metresEast))).Units);
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
        Assert.Equal(1, Assert.Single(placed.Units).OpenAlerts);
        Assert.Single((await Units(fixture).FindAsync(Drive.Unit.Mrn, default)).Units);
        Assert.Empty((await Units(fixture).FindAsync(new Mrn("26PKKHI000000999M9"), default)).Units);
    }

    [Theory]
    [InlineData(UnitsOnRoutes.Most, 0, false)]
    [InlineData(UnitsOnRoutes.Most, 1, false)]
    [InlineData(UnitsOnRoutes.Most + 1, 0, true)]
    [InlineData(UnitsOnRoutes.Most + 1, 1, true)]
    public async Task Placed_units_are_cut_where_more_are_followed_also_if_one_has_no_place(
        int followed, int unplaced, bool cut)
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        Assert.False((await PlacedAsync(fixture, Drive.Fix(60, 52))).Cut);
        await FollowAsync(fixture, followed, unplaced);
        var placed = await Units(fixture).FindAsync(null, default);
        Assert.Equal((UnitsOnRoutes.Most - unplaced, cut), (placed.Units.Count, placed.Cut));
    }

    /// <summary>As many units as the one there, under way at its place; the first of them on no route of the pack.
    /// </summary>
    static async Task FollowAsync(JudgingFixture fixture, int units, int unplaced)
    {
        var (one, others) = (Drive.Unit.Mrn.Value, units - 1);
        await fixture.Record.WriteAsync(async t =>
        {
            for (var i = 0; i < others; i++)
            {
                var args = new
                {
                    one, mrn = $"26PKKHI{i:000000000}M9", route = i < unplaced ? "nowhere" : Drive.RouteId,
                    along = i < unplaced ? 0 : 1_000_000,
                };
                await t.ExecuteAsync(
                    """
                    insert into movement_board (mrn, administration, local_reference, office_of_departure,
                        office_of_exit, office_of_entry, route_id, recorded_micros)
                    select @mrn, administration, @mrn, office_of_departure, office_of_exit, office_of_entry, @route,
                        recorded_micros from movement_board where mrn = @one
                    """, args, default);
                await t.ExecuteAsync(
                    """
                    insert into unit_board (mrn, unit, state, examined, covered, both_devices, grade, unreconciled,
                        irregularities, facts)
                    select @mrn, unit, state, examined, covered, both_devices, grade, unreconciled, irregularities,
                        facts from unit_board where mrn = @one and unit = @unit
                    """, new { args.mrn, one, unit = Drive.Unit.Number }, default);
                await t.ExecuteAsync(
                    """
                    insert into unit_position (mrn, unit, device, at_micros, latitude_e7, longitude_e7, along_metres)
                    select @mrn, unit, device, at_micros, latitude_e7, longitude_e7, @along from unit_position
                    where mrn = @one and unit = @unit
                    """, new { args.mrn, one, unit = Drive.Unit.Number, args.along }, default);
            }
            return others;
        }, default);
    }

    static async Task<UnitsPlaced> PlacedAsync(
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
