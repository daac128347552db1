using System.Net;
using System.Text.Json.Nodes;
using Rahdari.Guarantees;
using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Parties;
using Rahdari.Telemetry.Enriching;
using Rahdari.Transparency;

namespace Rahdari.Tests.Movements;

public sealed class MovementApiTests : IAsyncLifetime
{
    ApiNode node = null!;

    public async Task InitializeAsync() => node = await ApiNode.StartAsync();

    public async Task DisposeAsync() => await node.DisposeAsync();

    int declared;

    Task<string> DeclareAsync() => node.DeclareAsync($"AGENT-{++declared}");

    Task<string> ReleaseAsync() => node.ReleaseAsync($"AGENT-{++declared}");

    [Fact]
    public async Task A_declaration_walks_to_its_discharge_over_http()
    {
        var mrn = await ReleaseAsync();
        var unit = $"/api/v1/movements/{mrn}/units/1";
        await node.Created($"{unit}/seals", Scene.Karachi, """{"seal":"PKC-000123","class":"high"}""");
        await node.Created($"{unit}/devices", Scene.Karachi, """{"device":"jt600:8000620011","role":"container"}""");
        await node.Created($"{unit}/devices", Scene.Karachi,
            """{"device":"teltonika:352093081452251","role":"prime-mover"}""");
        var gate =
            await node.Created($"{unit}/gate-out", Scene.Karachi, """{"vehicle":"TLA-001","driver":"A. Driver"}""");
        Assert.Empty(gate.Irregularities);
        Assert.Equal("unit-gated-out", gate.Body!["events"]![0]!["type"]!.GetValue<string>());
        await node.Created($"{unit}/weights", Scene.Torkham, """{"massGrams":21000000}""");
        var exit =
            await node.Created($"{unit}/exit", Scene.Torkham, """{"sealSeen":"PKC-000123","condition":"intact"}""");
        Assert.Empty(exit.Irregularities);
        var early = await node.PostAsync($"{unit}/discharge", Scene.Karachi, "{}");
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "discharge-too-early"), (early.Status, early.Code));
        Assert.Equal("E1", early.Body!["args"]!["grade"]!.GetValue<string>());

        var fitted = node.Get<IFittedDevices>();
        Assert.Equal(new UnitId(new(mrn), 1),
            (await fitted.FindAsync(new("jt600", "8000620011"), node.Clock.Now, default))!.Unit);
        node.Clock.Advance(TimeSpan.FromHours(96));
        await node.Created($"{unit}/discharge", Scene.Karachi, "{}");
        Assert.Equal("unit-discharged", (await node.PostAsync($"{unit}/discharge", Scene.Karachi, "{}")).Code);

        var view = (await node.GetAsync($"/api/v1/movements/{mrn}")).Body!;
        Assert.Equal("discharged", view["units"]![0]!["state"]!.GetValue<string>());
        Assert.Equal("E1", view["units"]![0]!["grade"]!.GetValue<string>());
        Assert.True(view["units"]![0]!["unreconciled"]!.GetValue<bool>());
        Assert.Equal(3000001, view["guarantee"]!["amount"]!["minor"]!.GetValue<long>());
        Assert.Equal(view["version"]!.GetValue<long>(), view["history"]!.AsArray().Count);
        Assert.Empty(await GuaranteeBooks.CheckAsync(node.Desk, Scene.Pk, default));
        var account = (await node.GetAsync($"/api/v1/guarantees/{Scene.Grn}")).Body!;
        Assert.Equal(["credited", "locked"], account["locks"]!.AsArray().Select(l => l!["state"]!.GetValue<string>()));
        Assert.Equal(1_500_000, account["locked"]!["minor"]!.GetValue<long>());
    }

    [Fact]
    public async Task A_device_put_on_another_live_unit_is_told_at_both_and_speaks_for_one()
    {
        var (first, second) = (await ReleaseAsync(), await ReleaseAsync());
        const string body = """{"device":"jt600:8000620011","role":"container"}""";
        await node.Created($"/api/v1/movements/{first}/units/1/devices", Scene.Karachi, body);
        var before = node.Clock.Now;
        node.Clock.Advance(TimeSpan.FromHours(1));
        var moved = await node.PostAsync($"/api/v1/movements/{second}/units/1/devices", Scene.Karachi, body);
        Assert.Equal(HttpStatusCode.Created, moved.Status);
        Assert.Equal(
            [("device-taken-away", $"{first}/1"), ("device-reused", $"{second}/1")],
            moved.Body!["irregularities"]!.AsArray()
                .Select(i => (i!["code"]!.GetValue<string>(), i["unit"]!.GetValue<string>())));
        foreach (var (mrn, code, other) in new[]
            { (first, "device-taken-away", second), (second, "device-reused", first) })
        {
            var view = (await node.GetAsync($"/api/v1/movements/{mrn}")).Body!;
            Assert.Equal(code, view["units"]![0]!["irregularities"]![0]!.GetValue<string>());
            var told = view["history"]!.AsArray().Single(h => h!["irregularity"] is not null)!["irregularity"]!;
            Assert.Equal(
                (code, "jt600:8000620011", $"{other}/1"),
                (told["code"]!.GetValue<string>(), told["details"]![0]!.GetValue<string>(),
                    told["details"]![1]!.GetValue<string>()));
        }
        var fitted = node.Get<IFittedDevices>();
        var device = new DeviceId("jt600", "8000620011");
        Assert.Equal(new UnitId(new(first), 1), (await fitted.FindAsync(device, before, default))!.Unit);
        Assert.Equal(
            new UnitId(new(first), 1),
            (await fitted.FindAsync(device, node.Clock.Now.AddMicroseconds(-1), default))!.Unit);
        Assert.Equal(new UnitId(new(second), 1), (await fitted.FindAsync(device, node.Clock.Now, default))!.Unit);
    }

    [Fact]
    public async Task Following_ends_beyond_the_exit_and_begins_again_with_what_undoes_it()
    {
        var mrn = await ReleaseAsync();
        var unit = $"/api/v1/movements/{mrn}/units/1";
        var device = new DeviceId("jt600", "8000620011");
        var fitted = node.Get<IFittedDevices>();
        async Task<FollowingLimit?> LimitAsync() => (await fitted.FindAsync(device, node.Clock.Now, default))!.Limit;
        Task<Answer> ExitAsync() => node.Created($"{unit}/exit", Scene.Torkham, """{"condition":"intact"}""");

        await node.Created($"{unit}/devices", Scene.Karachi, $$"""{"device":"{{device}}","role":"container"}""");
        Assert.Null(await LimitAsync());
        node.Clock.Advance(TimeSpan.FromHours(30));
        var exit = await ExitAsync();
        await UntilAsync(async () => await LimitAsync() is { ExitedAt: var at, Fixes: 3 } && at == node.Clock.Now);
        node.Clock.Advance(TimeSpan.FromMinutes(5));
        await node.Created($"{unit}/turn-back", Scene.Torkham, """{"reason":"papers missing"}""");
        await UntilAsync(async () => await LimitAsync() is null);
        node.Clock.Advance(TimeSpan.FromMinutes(5));
        exit = await ExitAsync();
        await UntilAsync(async () => await LimitAsync() is not null);

        var end = new EndFollowing(new(new(mrn), 1), device, node.Clock.Now.AddMinutes(9), 3);
        var actor = new Actor(OfficerId.Node, Scene.Torkham, Role.Officer);
        Assert.IsType<Outcome.Done>(await node.Desk.RunAsync(end, actor, RequestStamp.None, default));
        await UntilAsync(async () => await LimitAsync() is { EndedAt: { } ended } && ended == end.LastFix);
        Assert.Equal("following-ended", Assert.IsType<Outcome.Refused>(
            await node.Desk.RunAsync(end, actor, RequestStamp.None, default)).Why.Code);
        var shown = (await node.GetAsync($"/api/v1/movements/{mrn}")).Body!["units"]![0]!["followingEnded"];
        Assert.Equal(end.LastFix, shown!.GetValue<DateTimeOffset>());

        // The exit was another unit's: it is as if it had not been.
        var id = exit.Body!["events"]![0]!["eventId"]!.GetValue<string>();
        await node.Created(
            $"/api/v1/movements/{mrn}/corrections", Scene.Torkham, $$"""{"eventId":"{{id}}","reason":"other unit"}""");
        await UntilAsync(async () => await LimitAsync() is null);
    }

    /// <summary>What is committed is known to the intake as soon as the feed is read.</summary>
    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var left = 600; !await holds(); left--)
        {
            Assert.True(left > 0, "waited in vain");
            await Task.Delay(TimeSpan.FromMilliseconds(50));
        }
    }

    [Fact]
    public async Task An_exit_of_a_unit_never_released_is_recorded_as_an_irregularity()
    {
        var mrn = await DeclareAsync();
        var exit =
            await node.Created($"/api/v1/movements/{mrn}/units/2/exit", Scene.Torkham, """{"condition":"intact"}""");
        Assert.Equal(["exit-without-release", "exit-without-gate-out"], exit.Irregularities);
        var board = (await node.GetAsync("/api/v1/movements?state=exited")).Body!["items"]!.AsArray();
        Assert.Equal(exit.Irregularities,
            board.Single()!["units"]![1]!["irregularities"]!.AsArray().Select(i => i!.GetValue<string>()));
    }

    [Theory]
    [InlineData("{\"localReference\":\n \"A\",, }", "json-malformed", null)]
    [InlineData("[1]", "json-no-object", null)]
    [InlineData("{\"localReference\":\"A\",\"localReference\":\"B\"}", "json-malformed", null)]
    [InlineData("{\"nonsense\":1}", "input-missing", "localReference")]
    public async Task Malformed_bodies_are_answered_400(string body, string code, string? field)
    {
        var answer = await node.PostAsync("/api/v1/movements", Scene.Karachi, body);
        Assert.Equal((HttpStatusCode.BadRequest, code, field), (answer.Status, answer.Code, answer.Field));
        Assert.Equal($"urn:rahdari:problem:{code}", answer.Body!["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Malformed_json_is_answered_with_line_and_byte()
    {
        var answer = await node.PostAsync("/api/v1/movements", Scene.Karachi, "{\"localReference\":\n \"A\",, }");
        Assert.Equal(("2", "6"),
            (answer.Body!["args"]!["line"]!.GetValue<string>(), answer.Body["args"]!["byte"]!.GetValue<string>()));
    }

    [Theory]
    [InlineData("\"officeOfExit\":\"pk:TORKHAM\"", "\"officeOfExit\":\"pk:NOWHERE\"", 422, "office-unknown",
        "officeOfExit")]
    [InlineData("\"officeOfExit\":\"pk:TORKHAM\"", "\"officeOfExit\":\"Torkham\"", 400, "input-malformed",
        "officeOfExit")]
    [InlineData("CSQU3054383", "CSQU3054384", 400, "input-check-digit", "units[0].container")]
    [InlineData("CSQU3054383", "CSQ-3054383", 400, "input-malformed", "units[0].container")]
    [InlineData("21000000", "-1", 400, "input-negative", "units[0].grossMassGrams")]
    [InlineData("21000000", "1.5", 400, "input-malformed", "units[0].grossMassGrams")]
    [InlineData("21000000", "9223372036854775807", 400, "input-out-of-range", "units[0].grossMassGrams")]
    [InlineData("\"kind\":\"container\"", "\"kind\":\"crate\"", 400, "input-not-a-choice", "units[0].kind")]
    [InlineData("100630", "10063O", 400, "input-malformed", "goods[0].hsCode")]
    [InlineData("\"routeId\":\"indus\"", "\"routeId\":\"silk\"", 422, "route-unknown", "routeId")]
    [InlineData("\"holder\":\"Holder\"", "\"holder\":\"  \"", 400, "input-missing", "holder")]
    [InlineData("\"holder\":\"Holder\"", "\"holder\":7", 400, "input-malformed", "holder")]
    [InlineData("\"carrier\":\"Carrier\"", "\"carrier\":\"Carrier\",\"extra\":1", 400, "input-unknown-field", "extra")]
    [InlineData("\"vehicle\":\"TLA-002\"", "\"vehicle\":\"TLA-002\",\"wheels\":10", 400, "input-unknown-field",
        "units[1].wheels")]
    public async Task The_field_at_fault_is_named(string good, string bad, int status, string code, string field)
    {
        var answer = await node.PostAsync("/api/v1/movements", Scene.Karachi, Bodies.Declaration.Replace(good, bad));
        Assert.Equal((status, code, field), ((int)answer.Status, answer.Code, answer.Field));
        Assert.Empty((await node.GetAsync("/api/v1/movements")).Body!["items"]!.AsArray());
    }

    [Fact]
    public async Task All_wrong_fields_are_named_at_once()
    {
        var answer = await node.PostAsync("/api/v1/movements", Scene.Karachi, Bodies.Declaration
            .Replace("21000000", "-1").Replace("CSQU3054383", "CSQU3054384").Replace("\"Holder\"", "\"\""));
        Assert.Equal(
            ["holder", "units[0].container", "units[0].grossMassGrams"],
            answer.Body!["errors"]!.AsArray().Select(e => e!["field"]!.GetValue<string>()).Order());
    }

    [Fact]
    public async Task A_body_beyond_the_limit_is_answered_413_and_the_server_stays_up()
    {
        var answer = await node.PostAsync("/api/v1/movements", Scene.Karachi,
            new string(' ', Rahdari.Web.JsonInput.MaxBytes + 1));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "body-too-large"), (answer.Status, answer.Code));
        await DeclareAsync();
    }

    [Fact]
    public async Task Wrong_and_unknown_movements_and_units_are_told_apart()
    {
        var mrn = await DeclareAsync();
        var wrong = mrn[..17] + (char)('0' + (mrn[17] - '0' + 1) % 10);
        Assert.Equal("input-check-digit", (await node.GetAsync($"/api/v1/movements/{wrong}")).Code);
        Assert.Equal("input-check-digit",
            (await node.PostAsync($"/api/v1/movements/{wrong}/selection", Scene.Karachi, "{}")).Code);
        var other = new Scene().NextMrn();
        Assert.Equal(HttpStatusCode.NotFound, (await node.GetAsync($"/api/v1/movements/{other}")).Status);
        Assert.Equal(HttpStatusCode.NotFound,
            (await node.PostAsync($"/api/v1/movements/{other}/selection", Scene.Karachi, "{}")).Status);
        var unit = await node.PostAsync($"/api/v1/movements/{mrn}/units/9/seals", Scene.Karachi,
            """{"seal":"PKC-1","class":"high"}""");
        Assert.Equal((HttpStatusCode.NotFound, "unit-unknown"), (unit.Status, unit.Code));
        Assert.Equal("n", (await node.PostAsync($"/api/v1/movements/{mrn}/units/01/seals", Scene.Karachi,
            """{"seal":"PKC-1","class":"high"}""")).Field);
    }

    [Fact]
    public async Task The_board_is_read_a_page_at_a_time_newest_first()
    {
        var mrns = new List<string>();
        for (var i = 0; i < 5; i++) mrns.Insert(0, await DeclareAsync());
        var (seen, next) = (new List<string>(), (string?)null);
        do
        {
            var page = (await node.GetAsync($"/api/v1/movements?limit=2{(next is null ? "" : $"&cursor={next}")}"))
                .Body!;
            seen.AddRange(page["items"]!.AsArray().Select(m => m!["mrn"]!.GetValue<string>()));
            next = page["next"]?.GetValue<string>();
        }
        while (next is not null);
        Assert.Equal(mrns, seen);
        Assert.Equal(("input-malformed", "cursor"),
            ((await node.GetAsync("/api/v1/movements?cursor=!!")).Code, "cursor"));
        Assert.Equal(5,
            (await node.GetAsync("/api/v1/movements?cursor=&limit=&state=")).Body!["items"]!.AsArray().Count);
        Assert.Equal("limit", (await node.GetAsync("/api/v1/movements?limit=0")).Field);
        Assert.Equal("state", (await node.GetAsync("/api/v1/movements?state=lost")).Field);
    }

    [Fact]
    public async Task An_officer_of_the_other_side_records_into_the_own_stream_only()
    {
        await using var af = await ApiNode.StartAsync(Scene.Af);
        var mrn = await DeclareAsync();
        var entry =
            await af.PostAsync($"/api/v1/movements/{mrn}/units/1/entry", Scene.AfTorkham, """{"condition":"intact"}""");
        Assert.Equal((HttpStatusCode.Created, 1), (entry.Status, entry.Irregularities.Count));
        Assert.Equal(HttpStatusCode.Forbidden,
            (await node.PostAsync($"/api/v1/movements/{mrn}/units/1/entry", Scene.Torkham,
                """{"condition":"intact"}""")).Status);
        var view = (await af.GetAsync($"/api/v1/movements/{mrn}", Scene.AfTorkham)).Body!;
        Assert.Equal(["unit-entered", "irregularity-opened"],
            view["history"]!.AsArray().Select(h => h!["type"]!.GetValue<string>()));
        Assert.Null(view["officeOfDeparture"]);
    }

    [Fact]
    public async Task What_the_board_keeps_is_what_the_fold_concludes()
    {
        var mrn = await ReleaseAsync();
        foreach (var n in new[] { 1, 2 })
        {
            await node.Created($"/api/v1/movements/{mrn}/units/{n}/gate-out", Scene.Karachi,
                """{"vehicle":"V","driver":"D"}""");
            await node.Created($"/api/v1/movements/{mrn}/units/{n}/exit", Scene.Torkham, """{"condition":"broken"}""");
        }
        await node.Created($"/api/v1/movements/{mrn}/units/2/turn-back", Scene.Torkham, """{"reason":"papers"}""");
        var board = (await node.GetAsync("/api/v1/movements")).Body!["items"]![0]!["units"]!;
        var view = (await node.GetAsync($"/api/v1/movements/{mrn}")).Body!["units"]!;
        Assert.True(JsonNode.DeepEquals(board, view), $"{board}\n{view}");
    }

    [Fact]
    public async Task A_corrected_exit_no_longer_counts()
    {
        var mrn = await ReleaseAsync();
        var exit =
            await node.Created($"/api/v1/movements/{mrn}/units/1/exit", Scene.Torkham, """{"condition":"intact"}""");
        var id = exit.Body!["events"]![0]!["eventId"]!.GetValue<string>();
        await node.Created($"/api/v1/movements/{mrn}/corrections", Scene.Torkham,
            $$"""{"eventId":"{{id}}","reason":"other truck"}""");
        Assert.Equal("released",
            (await node.GetAsync($"/api/v1/movements/{mrn}")).Body!["units"]![0]!["state"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_event_is_recorded_until_a_signed_head_covers_it()
    {
        var mrn = await DeclareAsync();
        Assert.Equal(["recorded", "recorded"], await StatesAsync());
        var ids = (await HistoryAsync()).Select(h => h["eventId"]!.GetValue<string>()).ToArray();
        await ExecuteAsync("insert into log_entry values ('o', 7, @id)", new { id = ids[0] });
        await ExecuteAsync("insert into log_entry values ('o', 8, @id)", new { id = ids[1] });
        Assert.Equal(["recorded", "recorded"], await StatesAsync());
        await ExecuteAsync("insert into log_head values ('o', 8, 'root', 'note')", null);
        Assert.Equal(["published", "recorded"], await StatesAsync());
        Assert.Equal([7L, 8L], (await HistoryAsync()).Select(h => h["logIndex"]!.GetValue<long>()));

        async Task<IReadOnlyList<JsonNode>> HistoryAsync() =>
            [.. (await node.GetAsync($"/api/v1/movements/{mrn}")).Body!["history"]!.AsArray().Select(h => h!)];

        async Task<IEnumerable<string>> StatesAsync() =>
            (await HistoryAsync()).Select(h => h["state"]!.GetValue<string>());

        Task ExecuteAsync(string sql, object? args) => node.Get<Rahdari.Storage.IRecordStore>().WriteAsync(
            t => t.ExecuteAsync(sql, args, default), default);
    }
}
