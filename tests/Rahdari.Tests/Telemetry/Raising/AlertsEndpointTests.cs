using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Telemetry.Judging;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Tests.Telemetry.Raising;

public sealed class AlertsEndpointTests
{
    [Fact]
    public async Task An_alert_is_listed_acknowledged_and_resolved()
    {
        await using var fixture = await WithRopeCutAsync();
        await using var node = await NodeAsync(fixture);

        var alert = Assert.Single(await ItemsAsync(node.Http));
        var id = Text(alert, "id");
        Assert.Equal(
            ("rope-cut", "critical", "raised"), (Text(alert, "kind"), Text(alert, "severity"), Text(alert, "state")));
        Assert.Equal(Drive.Unit.ToString(), Text(alert, "unit"));
        Assert.Contains("near kilometre 52", Text(alert, "sentence"), StringComparison.Ordinal);
        Assert.False(alert.GetProperty("late").GetBoolean());

        Assert.Equal(
            "alert-not-acknowledged", await RefusedAsync(node.Http, $"{id}/resolve", Finding("confirmed"), 422));
        Assert.Equal(HttpStatusCode.OK, (await PostAsync(node.Http, $"{id}/acknowledge", "{}")).StatusCode);
        Assert.Equal("alert-already-acknowledged", await RefusedAsync(node.Http, $"{id}/acknowledge", "{}", 422));
        Assert.Equal("input-not-a-choice", await RefusedAsync(node.Http, $"{id}/resolve", Finding("maybe"), 400));
        Assert.Equal("alert-unknown", await RefusedAsync(node.Http, "a-0/acknowledge", "{}", 404));
        var done = await PostAsync(node.Http, $"{id}/resolve", Finding("confirmed"));
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);

        Assert.Empty(await ItemsAsync(node.Http));
        var resolved = Assert.Single(await ItemsAsync(node.Http, "?state=all"));
        Assert.Equal(
            ("resolved", "confirmed", "o-1"),
            (Text(resolved, "state"), Text(resolved, "finding"), Text(resolved, "acknowledgedBy")));
        Assert.Equal(HttpStatusCode.BadRequest, (await node.Http.GetAsync("/api/v1/alerts?state=some")).StatusCode);
    }

    [Fact]
    public async Task The_same_request_under_one_key_is_done_once()
    {
        await using var fixture = await WithRopeCutAsync();
        await using var node = await NodeAsync(fixture);
        var id = Text(Assert.Single(await ItemsAsync(node.Http)), "id");
        var first = await PostAsync(node.Http, $"{id}/acknowledge", "{}", "key-1");
        var second = await PostAsync(node.Http, $"{id}/acknowledge", "{}", "key-1");
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, second.StatusCode));
        Assert.Equal(await first.Content.ReadAsStringAsync(), await second.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Positions_are_GeoJSON_with_the_unit_s_state_and_open_alerts()
    {
        await using var fixture = await WithRopeCutAsync();
        await using var node = await NodeAsync(fixture);
        using var answer = await node.Http.GetAsync("/api/v1/positions");
        Assert.Equal("application/geo+json", answer.Content.Headers.ContentType!.MediaType);
        var collection = await answer.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal("FeatureCollection", Text(collection, "type"));
        var feature = Assert.Single(collection.GetProperty("features").EnumerateArray());
        var properties = feature.GetProperty("properties");
        Assert.Equal((Drive.Unit.ToString(), "under-way"), (Text(properties, "unit"), Text(properties, "state")));
        Assert.Equal(50.0, properties.GetProperty("speedKmh").GetDouble());
        Assert.Equal(1, properties.GetProperty("openAlerts").GetInt32());
        Assert.Equal(70, feature.GetProperty("geometry").GetProperty("coordinates")[0].GetDouble(), 0.001);
    }

    [Fact]
    public async Task An_alert_that_an_office_explained_and_its_opening_name_office_officer_and_act()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Drive.Fix(0, 1, kmh: 0), Drive.Fix(2, 1, kmh: 0, seal: new(Locked: false)));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        fixture.At(Drive.Start.AddMinutes(10));
        await fixture.RecordAsync(new Rahdari.Movements.UnitExamined(Drive.Unit.Mrn, 1, "40", "A1", null));
        await fixture.AppendAsync(Drive.Fix(12, 1, kmh: 0));
        await fixture.JudgeAllAsync(run);
        await using var node = await NodeAsync(fixture);

        var explained = Assert.Single(await ItemsAsync(node.Http, "?state=all")).GetProperty("explained");
        var list = await node.Http.GetFromJsonAsync<JsonElement>(
            $"/api/v1/movements/{Drive.Unit.Mrn}/openings");
        var opening = Assert.Single(list.GetProperty("items").EnumerateArray());
        foreach (var said in new[] { explained, opening })
        {
            Assert.Equal(
                ("pk:KARACHI", "o-1", "unit-examined"),
                (Text(said, "office"), Text(said, "officer"), Text(said, "act")));
        }
        Assert.Equal("unlocked", opening.GetProperty("kinds")[0].GetString());
        Assert.Equal(
            HttpStatusCode.BadRequest, (await node.Http.GetAsync("/api/v1/movements/none/openings")).StatusCode);
    }

    [Fact]
    public async Task Positions_come_a_page_at_a_time_and_only_of_units_that_are_followed()
    {
        await using var fixture = await WithRopeCutAsync();
        await using var node = await NodeAsync(fixture);
        for (var i = 0; i < 25; i++)
        {
            var digits = $"26PKKHI0000003{i / 3:00}J";
            await HearAsync(fixture, digits + CheckDigit.Of(digits), 1 + (i % 3), i % 5 == 4);
        }
        var whole = await UnitsAsync(node.Http, "");
        Assert.Equal(21, whole.Count);
        foreach (var limit in new[] { 1, 2, 7, 20, 21, 22 })
            Assert.Equal(whole, await UnitsAsync(node.Http, $"limit={limit}"));
        var one = await UnitsAsync(node.Http, $"mrn={Drive.Unit.Mrn}&limit=1");
        Assert.Equal([Drive.Unit.ToString()], one);
    }

    [Fact]
    public async Task Positions_without_a_number_are_as_many_as_can_be_asked_for()
    {
        await using var fixture = await WithRopeCutAsync();
        await using var node = await NodeAsync(fixture);
        await fixture.Record.WriteAsync(t => t.ExecuteAsync(
            """
            delete from unit_board;
            insert into unit_board (mrn, unit, state, examined, covered, both_devices, grade, unreconciled,
                irregularities, facts)
            with recursive n(i) as (select 1 union all select i + 1 from n where i < 5001)
            select '26PKKHI000000123M9', i, 'under-way', 0, 0, 0, '', 0, '', '{}' from n;
            delete from unit_position;
            insert into unit_position (mrn, unit, device, at_micros, latitude_e7, longitude_e7)
            select mrn, unit, 'jt600:1', 1, 340000000, 710000000 from unit_board;
            """, new { }, default), default);
        foreach (var query in new[] { "", "?limit=5000" })
        {
            var page = await node.Http.GetFromJsonAsync<JsonElement>($"/api/v1/positions{query}");
            Assert.Equal(5_000, page.GetProperty("features").GetArrayLength());
            Assert.NotNull(page.GetProperty("next").GetString());
        }
    }

    [Fact]
    public async Task Alerts_come_a_page_at_a_time()
    {
        await using var fixture = await WithRopeCutAsync();
        await fixture.AppendAsync(Drive.Fix(3, 53, kmh: 0, seal: new(CoverClosed: false)));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        await using var node = await NodeAsync(fixture);
        var whole = (await ItemsAsync(node.Http)).Select(a => Text(a, "id")).ToList();
        Assert.True(whole.Count > 1, "one alert is no list");
        var (paged, cursor) = (new List<string>(), "");
        do
        {
            var page = await node.Http.GetFromJsonAsync<JsonElement>($"/api/v1/alerts?limit=1&cursor={cursor}");
            paged.Add(Text(Assert.Single(page.GetProperty("items").EnumerateArray()), "id"));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        Assert.Equal(whole, paged);
    }

    /// <summary>A unit and its last position, as boards and judging leave them.</summary>
    static Task HearAsync(JudgingFixture fixture, string mrn, int unit, bool discharged) => fixture.Record.WriteAsync(
        t => t.ExecuteAsync(
            """
            insert into unit_board (mrn, unit, state, examined, covered, both_devices, grade, unreconciled,
                irregularities, facts)
            values (@mrn, @unit, @state, 0, 0, 0, '', 0, '', '{}');
            insert into unit_position (mrn, unit, device, at_micros, latitude_e7, longitude_e7)
            values (@mrn, @unit, 'jt600:1', 1, 340000000, 710000000)
            """, new { mrn, unit, state = discharged ? "discharged" : "under-way" }, default), default);

    /// <summary>Units, page after page.</summary>
    static async Task<IReadOnlyList<string>> UnitsAsync(HttpClient http, string query)
    {
        var (all, cursor) = (new List<string>(), "");
        do
        {
            var page = await http.GetFromJsonAsync<JsonElement>($"/api/v1/positions?{query}&cursor={cursor}");
            all.AddRange(page.GetProperty("features").EnumerateArray().Select(
                f => Text(f.GetProperty("properties"), "unit")));
            cursor = page.GetProperty("next").GetString();
        }
        while (cursor is not null);
        return all;
    }

    static async Task<JudgingFixture> WithRopeCutAsync()
    {
        var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Drive.Fix(0, 50), Drive.Fix(2, 52, events: [DeviceEvent.RopeCut]));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        return fixture;
    }

    static async Task<Node> NodeAsync(JudgingFixture fixture)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.ConfigureHttpJsonOptions(o => ApiJson.Configure(o.SerializerOptions));
        builder.Services.AddSingleton(fixture.Desk).AddSingleton(fixture.Record).AddSingleton(fixture.Settings)
            .AddSingleton(fixture.Clock)
            .AddSingleton(TimeProvider.System).AddSingleton<Entropy>(SystemEntropy.Fill)
            .AddSingleton<Idempotency>().AddSingleton<Posting>().AddSingleton(Catalogues.Load());
        var app = builder.Build();
        app.Use((HttpContext context, RequestDelegate next) =>
        {
            context.User = JudgingFixture.Officer.ToPrincipal("test");
            return next(context);
        });
        app.MapAlerts();
        app.MapPositions();
        app.MapOpenings();
        await app.StartAsync();
        return new(app, new HttpClient { BaseAddress = new(app.Urls.First()) });
    }

    static async Task<IReadOnlyList<JsonElement>> ItemsAsync(HttpClient http, string query = "") =>
        [.. (await http.GetFromJsonAsync<JsonElement>("/api/v1/alerts" + query)).GetProperty("items").EnumerateArray()];

    static Task<HttpResponseMessage> PostAsync(HttpClient http, string path, string body, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/alerts/{path}")
        {
            Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json"),
        };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return http.SendAsync(request);
    }

    static async Task<string> RefusedAsync(HttpClient http, string path, string body, int status)
    {
        using var answer = await PostAsync(http, path, body);
        Assert.Equal(status, (int)answer.StatusCode);
        return Text(await answer.Content.ReadFromJsonAsync<JsonElement>(), "code");
    }

    static string Finding(string finding) => $$"""{"finding":"{{finding}}","note":"the rope lay on the road"}""";

    static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    sealed record Node(WebApplication App, HttpClient Http) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            Http.Dispose();
            await App.DisposeAsync();
        }
    }
}
