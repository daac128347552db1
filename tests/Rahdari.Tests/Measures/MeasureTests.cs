using System.Net;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Corridors;
using Rahdari.Measures;
using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Movements;
using Rahdari.Transparency;

namespace Rahdari.Tests.Measures;

public sealed class MeasureTests
{
    [Theory]
    [InlineData(0, 0, MeasureStatus.NotMeasurable)]
    [InlineData(6, 0, MeasureStatus.Met)]
    [InlineData(6, 1, MeasureStatus.NotMet)]
    public void The_fee_is_gone_while_nobody_is_charged(long declarations, long charged, MeasureStatus status) =>
        Assert.Equal(status, FeeMeasure.Conclude(declarations, charged, charged * 100, "PKR").Status);

    [Theory]
    [InlineData(0, 0, true, MeasureStatus.NotMeasurable)]
    [InlineData(5, 2, null, MeasureStatus.NotMeasurable)]
    [InlineData(5, 0, true, MeasureStatus.NotMet)]
    [InlineData(5, 1, true, MeasureStatus.Met)]
    [InlineData(5, 5, false, MeasureStatus.NotMet)]
    public void An_insurers_guarantee_can_be_had_when_it_is_accepted_and_somebody_had_it(
        long covered, long insured, bool? accepted, MeasureStatus status) =>
        Assert.Equal(status, GuaranteeMeasure.Conclude(covered, insured, accepted).Status);

    [Theory]
    [InlineData(0, 0, 350_000, MeasureStatus.NotMeasurable)]
    [InlineData(10, 3, null, MeasureStatus.NotMeasurable)]
    [InlineData(20, 6, 350_000, MeasureStatus.Met)]
    [InlineData(20, 7, 350_000, MeasureStatus.NotMet)]
    public void Scanning_is_reduced_when_the_achieved_rate_is_below_that_of_the_day_of_the_promise(
        long selected, long controlled, int? baseline, MeasureStatus status) =>
        Assert.Equal(status, ScanningMeasure.Conclude(selected, controlled, baseline).Status);

    [Theory]
    [InlineData(0, 0, true, MeasureStatus.NotMeasurable)]
    [InlineData(8, 8, true, MeasureStatus.Met)]
    [InlineData(8, 7, true, MeasureStatus.NotMet)]
    [InlineData(8, 0, false, MeasureStatus.NotMeasurable)]
    public void Tracking_is_in_operation_when_every_unit_that_left_is_followed(
        long left, long followed, bool heard, MeasureStatus status) =>
        Assert.Equal(status, TrackingMeasure.Conclude(
            left, heard ? followed : null, [new("direct", followed, 0), new("relayed", followed / 2, 0)]).Status);

    [Theory]
    [InlineData(1, 3, 333_333, "33.3")]
    [InlineData(2, 3, 666_667, "66.7")]
    [InlineData(3, 3, 1_000_000, "100.0")]
    [InlineData(0, 0, 0, "0.0")]
    public void Shares_are_whole_parts_per_million(long count, long of, long perMillion, string percent)
    {
        var value = new MeasureValue(count, of, "units");
        Assert.Equal((perMillion, percent), (value.PerMillion, value.Percent));
    }

    [Fact]
    public async Task Each_measure_is_computed_from_what_was_recorded_and_open_to_everybody()
    {
        var heard = new List<UnitFix>();
        await using var node = await ApiNode.StartAsync(
            pack: TestPack.Make() with { Fee = TestPack.Always(new FeeRules("fee", 100_000, [], "PKR")) },
            more: s => s.AddMeasures().AddSingleton<IUnitFixes>(new Fixes(heard))
                .AddSingleton<IProjection, AlertBoard>(),
            map: a => a.MapMeasures());
        Assert.All((await ReadAsync(node)).Values, m =>
            Assert.Equal("not measurable", m["status"]!.GetValue<string>()));

        var mrn = await ReleasedAsync(node);
        await node.Created($"/api/v1/movements/{mrn}/units/1/devices", Scene.Karachi,
            """{"device":"jt600:1","role":"container"}""");
        await node.Created($"/api/v1/movements/{mrn}/units/1/devices", Scene.Karachi,
            """{"device":"teltonika:2","role":"prime-mover"}""");
        await node.Created($"/api/v1/movements/{mrn}/units/1/gate-out", Scene.Karachi,
            """{"vehicle":"V","driver":"D"}""");
        heard.Add(new(new(new(mrn), 1), new("jt600", "1"), node.Clock.Now, default));
        node.Machine.Advance(TimeSpan.FromSeconds(1));
        var measures = await ReadAsync(node);
        Assert.Equal(("not met", 1L, 1L), Told(measures["fee"]));
        Assert.Equal(("met", 2L, 2L), Told(measures["guarantee"]));
        Assert.Equal(("not met", 2L, 2L), Told(measures["scanning"]));
        Assert.Equal(("met", 1L, 1L), Told(measures["tracking"]));
        Assert.Contains("10000.00", measures["fee"]["reason"]!.GetValue<string>());

        static (string, long, long) Told(JsonNode m) =>
            (m["status"]!.GetValue<string>(), m["value"]!["count"]!.GetValue<long>(),
                m["value"]!["of"]!.GetValue<long>());
    }

    [Fact]
    public async Task Units_and_alerts_are_told_by_way_and_a_unit_followed_by_both_is_counted_once()
    {
        var heard = new List<UnitFix>();
        await using var node = await ApiNode.StartAsync(
            more: s => s.AddMeasures().AddSingleton<IUnitFixes>(new Fixes(heard))
                .AddSingleton<IProjection, AlertBoard>(),
            map: a => a.MapMeasures());
        var mrn = await ReleasedAsync(node);
        foreach (var n in new[] { 1, 2 })
        {
            var unit = new UnitId(new(mrn), n);
            await node.Created($"/api/v1/movements/{mrn}/units/{n}/devices", Scene.Karachi,
                $$"""{"device":"jt600:1{{n}}","role":"container"}""");
            await node.Created($"/api/v1/movements/{mrn}/units/{n}/devices", Scene.Karachi,
                $$"""{"device":"teltonika:2{{n}}","role":"prime-mover"}""");
            await node.Created($"/api/v1/movements/{mrn}/units/{n}/gate-out", Scene.Karachi,
                """{"vehicle":"V","driver":"D"}""");
            heard.Add(new(unit, new("jt600", $"1{n}"), node.Clock.Now, default)
            {
                IsDirect = n == 1, IsRelayed = true,
            });
            foreach (var at in Enumerable.Range(0, n + 1).Select(m => node.Clock.Now.AddMinutes(m)))
                await RaiseAsync(node, new(
                    AlertIds.Of(unit, AlertKind.RopeCut, at, null), unit, AlertKind.RopeCut, AlertSeverity.Critical,
                    at, at, false, new("jt600", $"1{n}"), null, null, "alert.rope-cut", [], null,
                    Relay: n == 2 ? "sample-locks" : null));
        }

        var value = (await ReadAsync(node))["tracking"]["value"]!;

        Assert.Equal(2, value["count"]!.GetValue<long>());
        Assert.Equal(
            [("direct", 1L, 2L), ("relayed", 2L, 3L)],
            value["ways"]!.AsArray().Select(w => (
                w!["way"]!.GetValue<string>(), w["count"]!.GetValue<long>(), w["alerts"]!.GetValue<long>())));
        Assert.Null((await ReadAsync(node))["fee"]["value"]!["ways"]);
    }

    /// <summary>A movement of two units that are free to be sealed.</summary>
    static async Task<string> ReleasedAsync(ApiNode node)
    {
        await node.Created("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee());
        var mrn = (await node.Created("/api/v1/movements", Scene.Karachi, Bodies.Declaration))
            .Body!["mrn"]!.GetValue<string>();
        await node.Created($"/api/v1/movements/{mrn}/guarantee", Scene.Karachi, Bodies.Reserve);
        await node.Created($"/api/v1/movements/{mrn}/selection", Scene.Karachi, "{}");
        foreach (var n in new[] { 1, 2 })
            await node.Created($"/api/v1/movements/{mrn}/units/{n}/examinations", Scene.Karachi,
                """{"kind":"40","result":"A1"}""");
        return mrn;
    }

    static Task RaiseAsync(ApiNode node, AlertRaised raised) => node.Get<IRecordStore>().WriteAsync(
        t => node.Get<Recorder>().RecordAsync(
            t, new Actor(new OfficerId("o-1"), Scene.Karachi, Role.Officer),
            [new NewEvent(AlertState.Subject(raised.AlertId), raised)], default), default);

    static async Task<Dictionary<string, JsonNode>> ReadAsync(ApiNode node)
    {
        using var nobody = new HttpClient { BaseAddress = (await node.ClientAsync(Scene.Karachi)).BaseAddress };
        var answer = await nobody.GetAsync("/api/v1/measures");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!.AsArray()
            .ToDictionary(m => m!["id"]!.GetValue<string>(), m => m!);
    }

    sealed class Fixes(List<UnitFix> heard) : IUnitFixes
    {
        public Task<IReadOnlyList<UnitFix>> NewestAsync(IReadOnlyCollection<UnitId> units, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<UnitFix>>([.. heard.Where(f => units.Contains(f.Unit))]);
    }
}
