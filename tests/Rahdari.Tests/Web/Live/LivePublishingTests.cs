using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Movements;
using Rahdari.Transparency;
using Rahdari.Web.Live;

namespace Rahdari.Tests.Web.Live;

/// <summary>From the commit to the reader, through the whole web side of a node.</summary>
public sealed class LivePublishingTests
{
    static readonly UnitId Unit = new(new("26PKKHI000000123M9"), 1);

    static Task<ApiNode> StartAsync() => ApiNode.StartAsync(
        more: s => s.AddLive().AddSingleton<PositionFeed>().AddSingleton<CoverageFeed>()
            .AddSingleton<IProjection, AlertBoard>().AddSingleton<IProjection, JudgingTables.Making>(),
        map: app =>
        {
            app.MapLive();
            app.MapAlerts();
            app.MapPositions();
        });

    [Fact]
    public async Task A_declaration_is_told_as_the_api_s_history_tells_it()
    {
        await using var node = await StartAsync();
        using var stream = await EventReading.OpenAsync(await node.ClientAsync(Scene.Karachi));
        await stream.PlaceAsync();
        var declared = await node.Created("/api/v1/movements", Scene.Karachi, Bodies.Declaration);
        var told = await stream.NextEventAsync();
        Assert.Equal("movement", told.Kind);
        Assert.Equal(
            ((string)declared.Body!["mrn"]!, "declaration-accepted", "pk", "pk:KARACHI"),
            (Text(told, "mrn"), Text(told, "type"), Text(told, "administration"), Text(told, "office")));
        Assert.Equal(JsonValueKind.Null, told.Json.GetProperty("unit").ValueKind);
        var weights = $"/api/v1/movements/{Text(told, "mrn")}/units/1/weights";
        await node.Created(weights, Scene.Karachi, """{"massGrams":21000000}""");
        Heard weighed;
        do weighed = await stream.NextEventAsync();
        while (Text(weighed, "type") != "unit-weighed");
        Assert.Equal($"{Text(told, "mrn")}/1", Text(weighed, "unit"));
    }

    [Fact]
    public async Task An_alert_is_told_as_the_list_has_it_and_a_fix_with_its_place()
    {
        await using var node = await StartAsync();
        var client = await node.ClientAsync(Scene.Karachi, Role.ControlRoom);
        using var stream = await EventReading.OpenAsync(client);
        await stream.PlaceAsync();
        var raised = new AlertRaised(
            "a-1", Unit, AlertKind.RopeCut, AlertSeverity.Critical, Scene.Start, Scene.Start, Late: true, null,
            null, null, "alert.rope-cut.unplaced", ["device", "jt600:1"]);
        var recorded = await node.Get<IRecordStore>().WriteAsync(
            t => node.Get<Recorder>().RecordAsync(
                t, Scene.At(Scene.Karachi), [new(AlertState.Subject("a-1"), raised)], default), default);
        node.Get<RecordedFeed>().Publish(recorded);
        var alert = await stream.NextEventAsync();
        var list = await client.GetFromJsonAsync<JsonElement>("/api/v1/alerts");
        Assert.Equal("alert", alert.Kind);
        Assert.Equal(list.GetProperty("items")[0].GetRawText(), alert.Json.GetRawText());

        node.Get<PositionFeed>().Publish(
            [new(Unit, DeviceId.Parse("jt600:1"), Scene.Start, 250000000, 670000000, 33300, 90, 12_000, default)]);
        var fix = await stream.NextEventAsync();
        Assert.Equal(("fix", Unit.ToString()), (fix.Kind, Text(fix, "unit")));
        Assert.Equal(
            (25.0, 67.0, 33.3),
            (fix.Json.GetProperty("latitude").GetDouble(), fix.Json.GetProperty("longitude").GetDouble(),
                fix.Json.GetProperty("speedKmh").GetDouble()));
    }

    [Theory]
    [InlineData(Role.Administrator, HttpStatusCode.OK)]
    [InlineData(Role.Officer, HttpStatusCode.OK)]
    [InlineData(Role.ControlRoom, HttpStatusCode.OK)]
    [InlineData(Role.Auditor, HttpStatusCode.OK)]
    [InlineData(Role.Declarant, HttpStatusCode.Forbidden)]
    [InlineData(Role.Insurer, HttpStatusCode.Forbidden)]
    [InlineData(Role.Peer, HttpStatusCode.Forbidden)]
    public async Task It_is_told_to_those_who_may_read_positions_and_alerts(Role role, HttpStatusCode status)
    {
        await using var node = await StartAsync();
        var client = await node.ClientAsync(Scene.Karachi, role);
        foreach (var path in new[] { "live", "positions", "alerts" })
        {
            using var answer =
                await client.GetAsync($"/api/v1/{path}", HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal((path, status), (path, answer.StatusCode));
        }
        using var stranger = new HttpClient { BaseAddress = client.BaseAddress };
        using var refused = await stranger.GetAsync("/api/v1/live", HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task What_comes_faster_than_it_is_told_is_a_reset()
    {
        await using var node = await StartAsync();
        using var stream = await EventReading.OpenAsync(await node.ClientAsync(Scene.Karachi));
        await stream.PlaceAsync();
        var fix = new UnitPosition(Unit, DeviceId.Parse("jt600:1"), Scene.Start, 1, 1, null, null, null, default);
        node.Get<PositionFeed>().Publish([.. Enumerable.Repeat(fix, 200_000)]);
        Heard told;
        do told = await stream.NextEventAsync();
        while (told.Kind != "reset");
        Assert.Equal("missed", Text(told, "reason"));
    }

    static string? Text(Heard heard, string name) => heard.Json.GetProperty(name).GetString();
}
