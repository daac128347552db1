using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Stock;
using Rahdari.Storage;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Movements;
using Rahdari.Transparency;

namespace Rahdari.Tests.Stock;

/// <summary>The stock of a node through its API. With RAHDARI_TEST_STORE=postgresql on PostgreSQL.</summary>
public sealed class StockApiTests : IAsyncLifetime
{
    ApiNode node = null!;

    public async Task InitializeAsync() => node = await ApiNode.StartAsync(
        pack: TestPack.Make() with
        {
            Selectivity = TestPack.Always(new SelectivityRules([new("none", [], 0, 0, "reason.random")])),
            Stock = TestPack.Always(new StockRules(24, 60, 30, 14, 10)),
        },
        more: s =>
        {
            s.AddStock();
            s.AddSingleton<IProjection, AlertBoard>();
        },
        map: a => a.MapStock());

    public async Task DisposeAsync() => await node.DisposeAsync();

    static string DeviceOf(int n) => $"jt600:80006200{n:00}";

    Task ReceiveAsync(int n, string vendor = "Invented Locks") => node.Created(
        "/api/v1/stock/devices", Scene.Karachi, $$"""{"device":"{{DeviceOf(n)}}","vendor":"{{vendor}}"}""");

    async Task<string> ReleasedAsync(int number)
    {
        if (number == 0) await node.Created("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee());
        var mrn = (await node.Created("/api/v1/movements", Scene.Karachi, Bodies.DeclarationOf($"AGENT-{number:0000}")))
            .Body!["mrn"]!.GetValue<string>();
        await node.Created($"/api/v1/movements/{mrn}/guarantee", Scene.Karachi, Bodies.Reserve);
        await node.Created($"/api/v1/movements/{mrn}/selection", Scene.Karachi, "{}");
        return mrn;
    }

    async Task<JsonNode> OfficeAsync() =>
        (await node.GetAsync("/api/v1/stock")).Body!["offices"]!.AsArray().Single()!;

    async Task HearAsync(string device, DateTimeOffset at, int battery, DateTimeOffset? releasedAt = null,
        string? card = null)
    {
        var fix = new JournaledFix
        {
            Device = DeviceId.Parse(device), ReceivedAt = releasedAt ?? at, DecoderVersion = 1,
            Late = releasedAt is not null, ReleasedFrom = releasedAt is null ? null : at,
            Message = new()
            {
                Kind = MessageKind.Position, Time = at, BatteryPercent = battery,
                SimCard = card is null ? null : SimCardNumber.Parse(card),
            },
        };
        await node.Get<IJournal>().AppendAsync(
            [
                new(releasedAt is null ? "pk-test/live" : "pk-test/late", device, fix.ReceivedAt.ToMicros(),
                    at.ToMicros(), SHA256.HashData(Encoding.ASCII.GetBytes($"{device}{at}{releasedAt}")),
                    [], JournalBody.Write(fix)),
            ], default);
        await node.Get<HeardDays>().NoteAsync(default);
    }

    [Fact]
    public async Task An_office_that_fits_more_than_comes_back_is_told_when_it_runs_out()
    {
        for (var n = 0; n < 24; n++) await ReceiveAsync(n);
        Assert.Equal((24, 0), ((int)(await OfficeAsync())["inStore"]!, (int)(await OfficeAsync())["fitted"]!));
        Assert.Null((await OfficeAsync())["shortage"]);
        var fitted = new List<string>();
        for (var day = 0; day < 3; day++)
        {
            fitted.Add(await ReleasedAsync(day));
            foreach (var unit in new[] { 1, 2 }) await FitBothAsync(fitted[day], unit, 4 * day + 2 * (unit - 1));
            node.Clock.Advance(TimeSpan.FromDays(1));
        }
        // Twelve are left and four a day are needed: on the fourth day from today the last four are missing. Of what
        // was fitted nothing ever came back here.
        var office = await OfficeAsync();
        var today = DateOnly.FromDateTime(node.Clock.Now.AddHours(5).DateTime);
        Assert.Equal((12, 12), ((int)office["inStore"]!, (int)office["fitted"]!));
        Assert.Equal(today.AddDays(4).ToString("yyyy-MM-dd"), office["shortage"]!["on"]!.GetValue<string>());
        Assert.Equal(4, (int)office["shortage"]!["missing"]!);
        Assert.Equal(1, (long)office["waitP50Minutes"]!);

        // Two released units without a device wait for two each, and for one once they have the other.
        var mrn = await ReleasedAsync(3);
        office = await OfficeAsync();
        Assert.Equal((2, 8), ((int)office["waitingUnits"]!, (int)office["forecast"]![0]!["left"]!));
        await FitAsync(mrn, 1, 12, "container");
        office = await OfficeAsync();
        Assert.Equal((2, 8), ((int)office["waitingUnits"]!, (int)office["forecast"]![0]!["left"]!));
        await FitAsync(mrn, 1, 13, "prime-mover");
        Assert.Equal(1, (int)(await OfficeAsync())["waitingUnits"]!);
    }

    Task FitAsync(string mrn, int unit, int device, string role) => node.Created(
        $"/api/v1/movements/{mrn}/units/{unit}/devices", Scene.Karachi,
        $$"""{"device":"{{DeviceOf(device)}}","role":"{{role}}"}""");

    async Task FitBothAsync(string mrn, int unit, int first)
    {
        await FitAsync(mrn, unit, first, "container");
        await FitAsync(mrn, unit, first + 1, "prime-mover");
    }

    Task RecordAsync(params IEnumerable<(int Device, EventBody Body)> events) => node.Desk.DecideAsync(
        new Actor(new OfficerId("o-1"), Scene.Torkham, Role.Officer),
        _ => Task.FromResult<Decision>(new Decision.Accepted(
            [.. events.Select(e => new NewEvent($"device:{DeviceOf(e.Device)}", e.Body))])), default);

    async Task<int> BackAsync(OfficeId office) =>
        (await node.GetAsync("/api/v1/stock")).Body!["offices"]!.AsArray()
            .Where(o => o!["office"]!.GetValue<string>() == office.ToString())
            .Sum(o => o!["forecast"]!.AsArray().Sum(d => (int)d!["back"]!));

    [Fact]
    public async Task Devices_of_a_corridor_driven_one_way_are_expected_where_they_came_back_before()
    {
        for (var n = 0; n < 20; n++) await ReceiveAsync(n);
        var mrn = await ReleasedAsync(0);
        foreach (var unit in new[] { 1, 2 }) await FitBothAsync(mrn, unit, 2 * (unit - 1));
        Assert.Equal((0, 0), (await BackAsync(Scene.Karachi), await BackAsync(Scene.Torkham)));
        // All four come back at the far end; the next four of Karachi are expected there, and none at Karachi.
        node.Clock.Advance(TimeSpan.FromDays(3));
        var first = new UnitId(new(mrn), 1);
        await RecordAsync(
            Enumerable.Range(0, 4).Select(n => (n, (EventBody)new DeviceFreed(
                DeviceId.Parse(DeviceOf(n)), n < 2 ? first : new UnitId(new(mrn), 2)))));
        await RecordAsync(Enumerable.Range(0, 4).Select(n => (n, (EventBody)new DeviceReturned(
            DeviceId.Parse(DeviceOf(n)), DeviceCondition.Working))));
        var next = await ReleasedAsync(1);
        foreach (var unit in new[] { 1, 2 }) await FitBothAsync(next, unit, 2 + 2 * unit);
        Assert.Equal((0, 4), (await BackAsync(Scene.Karachi), await BackAsync(Scene.Torkham)));
        // What is sent back is expected too.
        await RecordAsync(Enumerable.Range(0, 3).Select(n => (n, (EventBody)new DeviceSent(
            DeviceId.Parse(DeviceOf(n)), Scene.Karachi))));
        Assert.Equal((3, 4), (await BackAsync(Scene.Karachi), await BackAsync(Scene.Torkham)));
    }

    [Fact]
    public async Task A_wait_for_a_device_begins_with_the_release_and_is_told_however_long_it_is()
    {
        await ReceiveAsync(0);
        var mrn = await ReleasedAsync(0);
        node.Clock.Advance(TimeSpan.FromDays(40));
        Assert.Equal(2, (int)(await OfficeAsync())["waitingUnits"]!);
        await FitAsync(mrn, 1, 0, "container");
        Assert.InRange((long)(await OfficeAsync())["waitP50Minutes"]!, 40 * 24 * 60, 40 * 24 * 60 + 2);
        Assert.Equal(2, (int)(await OfficeAsync())["waitingUnits"]!);
    }

    [Fact]
    public async Task Days_of_examination_are_no_wait_for_a_device()
    {
        await using var strict = await ApiNode.StartAsync(
            pack: TestPack.Make() with
            {
                Selectivity = TestPack.Always(new SelectivityRules(
                    [new("every", [], 0, 1_000_000, "reason.random")])),
                Stock = TestPack.Always(new StockRules(24, 60, 30, 14, 10)),
            },
            more: s =>
            {
                s.AddStock();
                s.AddSingleton<IProjection, AlertBoard>();
            },
            map: a => a.MapStock());
        await strict.Created("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee());
        var mrn = await strict.DeclareAsync("AGENT-0000");
        await strict.Created($"/api/v1/movements/{mrn}/guarantee", Scene.Karachi, Bodies.Reserve);
        var selected = await strict.Created($"/api/v1/movements/{mrn}/selection", Scene.Karachi, "{}");
        Assert.DoesNotContain(
            "green", selected.Body!["units"]!.AsArray().Select(u => u!["lane"]!.GetValue<string>()));
        strict.Clock.Advance(TimeSpan.FromDays(5));
        Assert.Empty((await strict.GetAsync("/api/v1/stock")).Body!["offices"]!.AsArray());
        await strict.Created(
            $"/api/v1/movements/{mrn}/units/1/examinations", Scene.Karachi, """{"kind":"40","result":"A1"}""");
        await strict.Created(
            $"/api/v1/movements/{mrn}/units/1/devices", Scene.Karachi,
            $$"""{"device":"{{DeviceOf(0)}}","role":"container"}""");
        var office = (await strict.GetAsync("/api/v1/stock")).Body!["offices"]!.AsArray().Single()!;
        Assert.Equal((1, 1L), ((int)office["waitingUnits"]!, (long)office["waitP50Minutes"]!));
    }

    [Fact]
    public async Task A_device_shows_its_card_its_battery_and_when_it_was_heard()
    {
        await ReceiveAsync(1);
        var at = node.Clock.Now;
        await HearAsync(DeviceOf(1), at, 40);
        await HearAsync(DeviceOf(1), at.AddMinutes(5), 39);
        var device = (await node.GetAsync($"/api/v1/stock/devices/{DeviceOf(1)}")).Body!;
        Assert.Equal(
            ("in-store", "pk:KARACHI", "Invented Locks", 39),
            ((string)device["state"]!, (string)device["office"]!, (string)device["vendor"]!,
                (int)device["batteryPercent"]!));
        Assert.Equal(at.AddMinutes(5), device["heardAt"]!.GetValue<DateTimeOffset>());
        var missing = await node.GetAsync($"/api/v1/stock/devices/{DeviceOf(9)}");
        Assert.Equal((HttpStatusCode.NotFound, "device-unknown"), (missing.Status, missing.Code));
        Assert.Equal("state", (await node.GetAsync("/api/v1/stock/devices?state=nowhere")).Field);
        Assert.Single((await node.GetAsync("/api/v1/stock/devices?state=in-store&office=pk:KARACHI"))
            .Body!["items"]!.AsArray());
    }

    [Fact]
    public async Task A_flush_of_old_records_does_not_put_an_older_battery_into_the_list()
    {
        await ReceiveAsync(1);
        var noon = new DateTimeOffset(node.Clock.Now.UtcDateTime.Date.AddHours(12), TimeSpan.Zero);
        await HearAsync(DeviceOf(1), noon, 39);
        await HearAsync(DeviceOf(1), noon.AddHours(-4), 80);
        var device = (await node.GetAsync($"/api/v1/stock/devices/{DeviceOf(1)}")).Body!;
        Assert.Equal(39, (int)device["batteryPercent"]!);
    }

    [Fact]
    public async Task The_card_a_device_tells_last_stands_beside_the_one_in_the_books()
    {
        await node.Created(
            "/api/v1/stock/devices", Scene.Karachi,
            $$"""{"device":"{{DeviceOf(1)}}","vendor":"Invented Locks","iccid":"8992302000001234569"}""");
        var noon = new DateTimeOffset(node.Clock.Now.UtcDateTime.Date.AddHours(12), TimeSpan.Zero);
        Assert.Equal(("8992302000001234569", null), await CardsAsync());
        await HearAsync(DeviceOf(1), noon, 39, card: "8992302000007654321");
        await HearAsync(DeviceOf(1), noon.AddHours(-4), 39, card: "8992302000001234569");
        await HearAsync(DeviceOf(1), noon.AddHours(1), 39);
        Assert.Equal(("8992302000001234569", "8992302000007654321"), await CardsAsync());
        await HearAsync(DeviceOf(1), noon.AddDays(-1), 39, card: "8992302000001111111");
        Assert.Equal(("8992302000001234569", "8992302000007654321"), await CardsAsync());

        async Task<(string?, string?)> CardsAsync()
        {
            var device = (await node.GetAsync($"/api/v1/stock/devices/{DeviceOf(1)}")).Body!;
            return ((string?)device["iccid"], (string?)device["toldIccid"]);
        }
    }

    [Fact]
    public async Task The_card_in_the_books_is_known_at_once_when_it_changes()
    {
        var (cards, device) = (node.Get<ISimCards>(), DeviceId.Parse(DeviceOf(1)));
        Assert.Null(await cards.FindAsync(device, default));
        await ReceiveAsync(1);
        await UntilAsync(null);
        foreach (var card in new[] { "8992302000001234569", "898604B7192271001234" })
        {
            await node.Created(
                $"/api/v1/stock/devices/{DeviceOf(1)}/card", Scene.Karachi, $$"""{"iccid":"{{card}}"}""");
            await UntilAsync(card);
        }

        async Task UntilAsync(string? card)
        {
            // The feed tells what is committed a moment later.
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20));
            while ((await cards.FindAsync(device, limit.Token))?.Value != card) await Task.Delay(5, limit.Token);
        }
    }

    [Fact]
    public async Task Nothing_heard_is_counted_twice_when_the_reading_starts_again()
    {
        await ReceiveAsync(1);
        await HearAsync(DeviceOf(1), node.Clock.Now, 40);
        for (var again = 0; again < 3; again++) Assert.False(await node.Get<HeardDays>().NoteAsync(default));
        var rows = await node.Desk.QueryAsync<int>("select records from device_day", null, default);
        Assert.Equal([1], rows);
    }

    [Fact]
    public async Task A_record_released_from_quarantine_was_heard_when_it_came_and_once()
    {
        await ReceiveAsync(1);
        var at = node.Clock.Now;
        await HearAsync(DeviceOf(1), at, 40);
        await HearAsync(DeviceOf(1), at, 40, releasedAt: at.AddHours(9));
        var device = (await node.GetAsync($"/api/v1/stock/devices/{DeviceOf(1)}")).Body!;
        Assert.Equal(at, device["heardAt"]!.GetValue<DateTimeOffset>());
        Assert.Equal([1], await node.Desk.QueryAsync<int>("select records from device_day", null, default));
    }

    [Fact]
    public async Task A_vendor_is_scored_by_what_its_devices_did()
    {
        await ReceiveAsync(0);
        await ReceiveAsync(1);
        var mrn = await ReleasedAsync(0);
        foreach (var unit in new[] { 1, 2 })
            await node.Created(
                $"/api/v1/movements/{mrn}/units/{unit}/devices", Scene.Karachi,
                $$"""{"device":"{{DeviceOf(unit - 1)}}","role":"container"}""");
        for (var hour = 0; hour < 6; hour++)
        {
            node.Clock.Advance(TimeSpan.FromHours(1));
            await HearAsync(DeviceOf(0), node.Clock.Now, 90);
        }
        var score = (await node.GetAsync("/api/v1/stock/vendors")).Body!["items"]!.AsArray().Single()!;
        Assert.Equal((2, 2, 1), ((int)score["devices"]!, (int)score["tried"]!, (int)score["deadOnFit"]!));
        Assert.Equal(5, (long)score["slotsHeard"]!);
        Assert.InRange((long)score["slotsExpected"]!, 20, 24);
    }
}
