using Rahdari.Corridors;
using Rahdari.Parties;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Movements;
using Rahdari.Tests.Movements.Views;

namespace Rahdari.Tests.Corridors;

public sealed class CorridorPageTests : IAsyncLifetime
{
    const string Route = "karachi-torkham";

    ApiNode node = null!;

    public async Task InitializeAsync() => node = await PageNode.StartAsync(
        pack: CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow());

    public async Task DisposeAsync() => await node.DisposeAsync();

    [Theory]
    [InlineData("en", "only the first 500", "only the first 500")]
    [InlineData("ur", "صرف پہلے 500", "صرف پہلے 500")]
    public async Task A_list_that_is_cut_says_so_and_neither_drawing_nor_map_is_said_to_show_all(
        string language, string cut, string map)
    {
        await FollowAsync(UnitsOnRoutes.Most + 1);
        var page = await node.PageAsync("/corridor", Scene.Torkham, Role.ControlRoom, language);
        Assert.Contains(cut, page.Texts("#units-cut").Single(), StringComparison.Ordinal);
        Assert.Contains(map, page.Texts("#map-state").Single(), StringComparison.Ordinal);
        Assert.Equal(UnitsOnRoutes.Most, page.QuerySelectorAll("main li[data-unit]").Length);
    }

    [Fact]
    public async Task A_list_that_is_whole_is_said_to_show_the_same_as_the_map()
    {
        await FollowAsync(3);
        var page = await node.PageAsync("/corridor", Scene.Torkham, Role.ControlRoom);
        Assert.Null(page.QuerySelector("#units-cut"));
        Assert.Contains("shows the same", page.Texts("#map-state").Single(), StringComparison.Ordinal);
        Assert.Equal(3, page.QuerySelectorAll("main li[data-unit]").Length);
    }

    /// <summary>So many units under way, all heard at one place of the drawn line.</summary>
    Task FollowAsync(int units)
    {
        var at = node.Pack.FindRoute(Route)!.Legs[0].Line[0];
        var row = new
        {
            units, Route, lat = (int)(at.Latitude * 1e7), lon = (int)(at.Longitude * 1e7),
            facts = """{"number":1}""",
        };
        const string Mrn = "'26PKKHI' || (100000000 + i) || 'M9'";
        const string Numbers =
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < @units) ";
        return node.Get<Rahdari.Storage.IRecordStore>().WriteAsync(async t =>
        {
            await t.ExecuteAsync(
                $"""
                insert into movement_board (mrn, administration, local_reference, office_of_departure,
                    office_of_exit, office_of_entry, route_id, recorded_micros)
                {Numbers} select {Mrn}, 'pk', 'R' || i, 'pk:KARACHI', 'pk:TORKHAM', 'af:TORKHAM', @Route, i from n
                """, row, default);
            await t.ExecuteAsync(
                $"""
                insert into unit_board (mrn, unit, administration, state, examined, covered, both_devices, grade,
                    unreconciled, irregularities, facts)
                {Numbers} select {Mrn}, 1, 'pk', 'under-way', 0, 1, 1, '', 0, '', @facts from n
                """, row, default);
            await t.ExecuteAsync(
                $"""
                insert into unit_position (mrn, unit, device, at_micros, latitude_e7, longitude_e7, along_metres)
                {Numbers} select {Mrn}, 1, 'jt600:8000620011', i, @lat, @lon, i from n
                """, row, default);
            return units;
        }, default);
    }
}
