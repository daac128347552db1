using System.Net;
using System.Text.Json.Nodes;
using Rahdari.Movements;
using Rahdari.Movements.Views;
using Rahdari.Parties;

namespace Rahdari.Tests.Movements.Views;

public sealed class WorkListTests : IAsyncLifetime
{
    ApiNode node = null!;
    int declared;

    public async Task InitializeAsync() => node = await PageNode.StartAsync();

    public async Task DisposeAsync() => await node.DisposeAsync();

    Task<string> DeclareAsync() => node.DeclareAsync($"W-{++declared}");

    Task<string> ReleaseAsync() => node.ReleaseAsync($"W-{++declared}");

    Task SendAsync(string mrn, int n, OfficeId office, string what, string body) =>
        node.Created($"/api/v1/movements/{mrn}/units/{n}/{what}", office, body);

    Task GateOutAsync(string mrn, int n) =>
        SendAsync(mrn, n, Scene.Karachi, "gate-out", """{"vehicle":"V","driver":"D"}""");

    Task ExitAsync(string mrn, int n) => SendAsync(mrn, n, Scene.Torkham, "exit", """{"condition":"intact"}""");

    async Task<IReadOnlyList<string>> StepsAsync(Actor reader, int page = 1) =>
        [.. (await WorkQuery.ListAsync(node.Desk, node.Pack, reader, node.Clock.Now, page, default)).Items
            .Select(i => $"{i.Step.Code} {string.Join('+', i.Units)}")];

    static Actor Officer(OfficeId office) => Scene.At(office);

    [Fact]
    public async Task An_office_of_departure_sees_what_each_unit_needs_next()
    {
        var uncovered = await DeclareAsync();
        Assert.Equal(["wait-guarantee 1+2"], await StepsAsync(Officer(Scene.Karachi)));
        await node.PostAsync("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee());
        await node.Created($"/api/v1/movements/{uncovered}/guarantee", Scene.Karachi, Bodies.Reserve);
        Assert.Equal(["selection 1+2"], await StepsAsync(Officer(Scene.Karachi)));

        var mrn = await ReleaseAsync();
        await SendAsync(mrn, 1, Scene.Karachi, "seals", """{"seal":"PKC-000123","class":"high"}""");
        Assert.Equal(["device 1", "seal 2", "selection 1+2"], await StepsAsync(Officer(Scene.Karachi)));
        await SendAsync(mrn, 1, Scene.Karachi, "devices", """{"device":"jt600:8000620011","role":"container"}""");
        await SendAsync(mrn, 1, Scene.Karachi, "devices", """{"device":"jt600:8000620012","role":"prime-mover"}""");
        Assert.Equal(["gate-out 1", "seal 2", "selection 1+2"], await StepsAsync(Officer(Scene.Karachi)));
        Assert.Empty(await StepsAsync(Officer(Scene.Torkham)));
    }

    [Fact]
    public async Task An_office_of_exit_sees_the_nearest_unit_first_and_other_offices_nothing_of_it()
    {
        var mrn = await ReleaseAsync();
        await GateOutAsync(mrn, 1);
        await GateOutAsync(mrn, 2);
        await node.HearAsync(mrn, 2, node.Clock.Now, along: 900_000);
        await node.HearAsync(mrn, 1, node.Clock.Now, along: 20_000);
        Assert.Equal(["wait-arrival 2", "wait-arrival 1"], await StepsAsync(Officer(Scene.Torkham)));
        Assert.Empty(await StepsAsync(Officer(Scene.Chaman)));
        Assert.Empty(await StepsAsync(Officer(Scene.Karachi)));
    }

    [Fact]
    public async Task A_discharge_is_due_once_the_grade_has_waited()
    {
        var mrn = await ReleaseAsync();
        await GateOutAsync(mrn, 1);
        await ExitAsync(mrn, 1);
        var waiting = (await WorkQuery.ListAsync(
            node.Desk, node.Pack, Officer(Scene.Karachi), node.Clock.Now, 1, default)).Items.Single(i =>
                i.Step.Code == "wait-answer");
        Assert.Equal(node.Clock.Now.AddHours(96), waiting.Step.Until);
        node.Clock.Advance(TimeSpan.FromHours(96));
        Assert.Contains("discharge 1", await StepsAsync(Officer(Scene.Karachi)));
    }

    [Fact]
    public async Task An_office_of_entry_answers_exits_before_it_expects_others()
    {
        await using var af = await PageNode.StartAsync(Scene.Af);
        var actor = new Actor(new("o-1"), Scene.AfTorkham, Role.Officer);
        var offices = new Offices(Scene.Karachi, Scene.Torkham, Scene.AfTorkham);
        var scene = new Scene();
        var released = scene.Release(units: 2);
        Assert.Equal("look", WorkStep.OfOfficer(
            scene.Unit(new(released, 1)), offices, Scene.AfTorkham, null, scene.Now).Code);
        scene.Accept(new Rahdari.Movements.Sealing.RecordGateOut(new(released, 1), "V", "D"), Scene.Karachi);
        Assert.Equal("wait-arrival", WorkStep.OfOfficer(
            scene.Unit(new(released, 1)), offices, Scene.AfTorkham, null, scene.Now).Code);
        scene.Accept(new Rahdari.Movements.Crossing.RecordExit(new(released, 1), null, SealCondition.Intact),
            Scene.Torkham);
        var entry = WorkStep.OfOfficer(scene.Unit(new(released, 1)), offices, Scene.AfTorkham, null, scene.Now);
        Assert.Equal(("entry", true), (entry.Code, entry.Acts));
        Assert.Empty((await WorkQuery.ListAsync(af.Desk, af.Pack, actor, af.Clock.Now, 1, default)).Items);
    }

    [Fact]
    public async Task The_control_room_sees_open_alerts_first_and_then_who_was_not_heard_longest()
    {
        var mrn = await ReleaseAsync();
        await GateOutAsync(mrn, 1);
        await GateOutAsync(mrn, 2);
        await node.HearAsync(mrn, 1, node.Clock.Now.AddMinutes(5), along: 1);
        await node.HearAsync(mrn, 2, node.Clock.Now.AddMinutes(2), along: 2);
        await node.AlertAsync("a-stop", mrn, 1, "unplanned-stop", "warning", "raised");
        await node.AlertAsync("a-silence", mrn, 2, "silence", "warning", "raised");
        await node.AlertAsync("a-cut", mrn, 1, "rope-cut", "critical", "raised");
        await node.AlertAsync("a-seen", mrn, 1, "rope-cut", "critical", "acknowledged");
        await node.AlertAsync("a-done", mrn, 1, "rope-cut", "critical", "resolved");
        var room = new Actor(new("o-9"), Scene.Torkham, Role.ControlRoom);
        Assert.Equal(["look 2", "look 1"], await StepsAsync(room));
        var page = await node.PageAsync("/", Scene.Torkham, Role.ControlRoom);
        Assert.Equal(
            new[] { "a-cut", "a-silence", "a-stop", "a-seen" }.Select(id => $"/alerts?alert={id}#alert-{id}"),
            page.QuerySelectorAll("a.button[href^='/alerts?']").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public async Task The_desk_has_pages_and_a_link_to_one_alert_shows_it_whichever_page_it_is_on()
    {
        var mrn = await ReleaseAsync();
        for (var i = 0; i < 60; i++) await node.AlertAsync($"a-{i:00}", mrn, 1, "silence", "warning", "raised");
        async Task<IReadOnlyList<string?>> AlertsAsync(string path) =>
        [
            .. (await node.PageAsync(path, Scene.Torkham, Role.ControlRoom)).QuerySelectorAll("h2[id^='alert-']")
                .Select(h => h.Id),
        ];
        var first = await node.PageAsync("/alerts", Scene.Torkham, Role.ControlRoom);
        var next = first.QuerySelector("a[rel=next]")!.GetAttribute("href")!;
        Assert.Equal(50, (await AlertsAsync("/alerts")).Count);
        Assert.Equal(Enumerable.Range(50, 10).Select(i => $"alert-a-{i:00}"), await AlertsAsync(next));
        Assert.Equal(["alert-a-57"], await AlertsAsync("/alerts?alert=a-57"));
        Assert.Empty(await AlertsAsync("/alerts?alert=nobody"));
    }

    [Theory]
    [InlineData("/alerts?alert=nobody", HttpStatusCode.NotFound, "There is no alert nobody.")]
    [InlineData("/alerts?cursor=garbage!", HttpStatusCode.BadRequest, "This is not written as it has to be.")]
    [InlineData("/alerts?state=all&cursor=MQ", HttpStatusCode.BadRequest, "This is not written as it has to be.")]
    public async Task An_alert_or_a_page_that_there_is_not_reads_as_no_quiet_desk(
        string path, HttpStatusCode status, string why)
    {
        using var client = await node.ClientAsync(Scene.Torkham, Role.ControlRoom);
        Assert.Equal(status, (await client.GetAsync(path)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/alerts?cursor=")).StatusCode);
        var page = await node.PageAsync(path, Scene.Torkham, Role.ControlRoom);
        Assert.EndsWith(why, page.Texts("main p")[0], StringComparison.Ordinal);
        Assert.DoesNotContain("No alert here.", page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_that_is_never_discharged_and_holds_the_journal_is_put_before_control_room_and_auditor()
    {
        async Task<string?> HeldAsync(Role role) => (await node.PageAsync("/", Scene.Torkham, role))
            .QuerySelector("#journal-held a")?.GetAttribute("href");
        async Task<string> ToldAsync(Role role)
        {
            using var answer = await (await node.ClientAsync(Scene.Torkham, role)).GetAsync("/api/v1/journal/held");
            return answer.IsSuccessStatusCode ? await answer.Content.ReadAsStringAsync() : $"{answer.StatusCode}";
        }
        var mrn = await ReleaseAsync();
        var gatedOut = node.Clock.Now;
        await SendAsync(mrn, 2, Scene.Karachi, "devices", """{"device":"jt600:8000620011","role":"container"}""");
        await GateOutAsync(mrn, 2);
        node.Clock.Advance(TimeSpan.FromDays(1_094));
        Assert.Null(await HeldAsync(Role.ControlRoom));
        Assert.Equal("""{"days":1096,"held":null}""", await ToldAsync(Role.ControlRoom));
        node.Clock.Advance(TimeSpan.FromDays(2));
        foreach (var role in new[] { Role.ControlRoom, Role.Auditor, Role.Administrator })
        {
            Assert.Equal($"/movements/{mrn}#unit-2", await HeldAsync(role));
            var held = JsonNode.Parse(await ToldAsync(role))!["held"]!;
            Assert.Equal($"{mrn}/2", (string?)held["unit"]);
            Assert.True((DateTimeOffset)held["since"]! <= gatedOut);
        }
        Assert.Null(await HeldAsync(Role.Officer));
        Assert.Equal("Forbidden", await ToldAsync(Role.Officer));
    }

    [Fact]
    public async Task A_declarant_sees_the_own_movements_and_the_one_thing_to_do()
    {
        await DeclareAsync();
        var client = await node.ClientAsync(Scene.Karachi, Role.Declarant);
        using var content = new StringContent(
            Bodies.DeclarationOf("MINE-1"), System.Text.Encoding.UTF8, "application/json");
        Assert.True((await client.PostAsync("/api/v1/movements", content)).IsSuccessStatusCode);
        var page = await node.PageAsync("/", Scene.Karachi, Role.Declarant);
        Assert.Equal(["Cover by a guarantee"], page.Texts("td a.button"));
        Assert.Equal(["MINE-1"], page.Texts("tbody th .hint"));
        Assert.Equal(["2"], page.Texts("nav .count").Where(c => c != "0"));
        Assert.Equal(["MINE-1"], (await node.PageAsync("/?list=all", Scene.Karachi, Role.Declarant))
            .Texts("tbody th .hint"));
        Assert.Equal(["No movement here."], (await node.PageAsync("/?q=W-1", Scene.Karachi, Role.Declarant))
            .Texts("main > p"));
    }

    [Fact]
    public async Task An_auditor_sees_counts_and_what_does_not_add_up()
    {
        var mrn = await ReleaseAsync();
        await GateOutAsync(mrn, 1);
        await ExitAsync(mrn, 1);
        var page = await node.PageAsync("/", Scene.Torkham, Role.Auditor);
        Assert.Equal(["1", "2", "0", "1", "0", "0", "0", "0"], page.Texts("main dl.panel dd"));
        Assert.Contains("Left the gate without a seal", page.Texts("tbody .state.bad"));
        Assert.Single(page.QuerySelectorAll("tbody tr"));
    }

    [Fact]
    public async Task Pages_of_a_list_end_and_follow_each_other()
    {
        for (var i = 0; i < 3; i++) await DeclareAsync();
        await node.RunAsync(
            """
            insert into unit_board select mrn, 100 + n.unit, administration, state, container, lane, examined, covered,
                covered_micros, 1, released_micros, gated_out_micros, time_limit_micros, both_devices, crossed_micros,
                exited_micros, entered_micros,
                discharged_micros, grade, unreconciled, irregularities,
                replace(replace(facts, '"number":1,', '"number":' || (100 + n.unit) || ','), '"cover"', '"x"')
            from unit_board u, (with recursive c(unit) as (select 1 union all select unit + 1 from c where unit < 30)
                select unit from c) n where u.unit = 1
            """);
        var officer = Officer(Scene.Karachi);
        var first = await WorkQuery.ListAsync(node.Desk, node.Pack, officer, node.Clock.Now, 1, default);
        var last = await WorkQuery.ListAsync(node.Desk, node.Pack, officer, node.Clock.Now, 3, default);
        Assert.True(first.More);
        Assert.Equal(WorkQuery.PageSize, first.Items.Sum(i => i.Units.Count));
        Assert.False(last.More);
        Assert.Equal(96 - 2 * WorkQuery.PageSize, last.Items.Sum(i => i.Units.Count));
        var page = await node.PageAsync("/?page=2", Scene.Karachi);
        Assert.Equal(["/?page=1", "/?page=2", "/?page=3"],
            page.QuerySelectorAll("nav .tabs a[href^='/?page']").Select(a => a.GetAttribute("href")));
    }

    [Fact]
    public void Every_step_is_one_of_the_codes_the_catalogues_know()
    {
        var scene = new Scene();
        var mrn = scene.Release();
        var offices = new Offices(Scene.Karachi, Scene.Torkham, Scene.AfTorkham);
        foreach (var office in new[] { Scene.Karachi, Scene.Torkham, Scene.AfTorkham, Scene.Chaman })
            Assert.Contains(
                WorkStep.OfOfficer(scene.Unit(new(mrn, 1)), offices, office, null, scene.Now).Code, WorkStep.Codes);
        Assert.Contains(WorkStep.OfDeclarant(scene.Unit(new(mrn, 1))).Code, WorkStep.Codes);
    }
}
