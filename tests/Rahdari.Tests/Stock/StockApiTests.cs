using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Stock;
using Rahdari.Storage;
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

    async Task HearAsync(string device, DateTimeOffset at, int battery, DateTimeOffset? releasedAt = null)
    {
        var fix = new JournaledFix
        {
            Device = DeviceId.Parse(device), ReceivedAt = releasedAt ?? at, DecoderVersion = 1,
            Late = releasedAt is not null, ReleasedFrom = releasedAt is null ? null : at,
            Message = new() { Kind = MessageKind.Position, Time = at, BatteryPercent = battery },
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
        for (var n = 0; n < 12; n++) await ReceiveAsync(n);
        Assert.Equal((12, 0), ((int)(await OfficeAsync())["inStore"]!, (int)(await OfficeAsync())["fitted"]!));
        Assert.Null((await OfficeAsync())["shortage"]);
        for (var day = 0; day < 3; day++)
        {
            var mrn = await ReleasedAsync(day);
            foreach (var unit in new[] { 1, 2 })
                await node.Created(
                    $"/api/v1/movements/{mrn}/units/{unit}/devices", Scene.Karachi,
                    $$"""{"device":"{{DeviceOf(2 * day + unit - 1)}}","role":"container"}""");
            node.Clock.Advance(TimeSpan.FromDays(1));
        }
        // Six are left and two a day are needed: on the fourth day from today the seventh is missing. What was fitted
        // first is not back before the tenth day.
        var office = await OfficeAsync();
        var today = DateOnly.FromDateTime(node.Clock.Now.AddHours(5).DateTime);
        Assert.Equal((6, 6), ((int)office["inStore"]!, (int)office["fitted"]!));
        Assert.Equal(today.AddDays(4).ToString("yyyy-MM-dd"), office["shortage"]!["on"]!.GetValue<string>());
        Assert.Equal(2, (int)office["shortage"]!["missing"]!);
        Assert.Equal(1, (long)office["waitP50Minutes"]!);

        // A released unit without a device waits for two.
        await ReleasedAsync(3);
        office = await OfficeAsync();
        Assert.Equal(2, (int)office["waitingUnits"]!);
        Assert.Equal(2, (int)office["forecast"]![0]!["left"]!);
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
