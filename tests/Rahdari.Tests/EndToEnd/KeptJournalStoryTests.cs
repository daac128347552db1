using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Hosting;
using Rahdari.Hosting.Demonstrating;
using Rahdari.Stock;
using Rahdari.Storage;
using Rahdari.Telemetry.Retaining;
using Rahdari.Tests.Hosting;
using Rahdari.Tests.Storage;
using Rahdari.Tests.Storage.Cluster;

namespace Rahdari.Tests.EndToEnd;

/// <summary>
/// A movement is judged, sealed into the log and discharged, and months later the days of its track are dropped: what
/// is asked of it then, and after a start. A whole node, corridor time moved by the test. Runs on every engine.
/// </summary>
public abstract class KeptJournalStoryTests : IAsyncLifetime
{
    const string Own = "8000000001", Strange = "9000000009";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Func<ClusterSettings?> cluster;
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-kept-").FullName;
    readonly SettableClock clock = new(DemoSettings.Start);
    readonly CorridorPack pack = DemoRun.LoadPack("default");
    ServedNode node = null!;
    NodeHost host = null!;
    int serial;

    private protected KeptJournalStoryTests(Func<ClusterSettings?> cluster) => this.cluster = cluster;

    [StoreFact]
    public async Task After_its_days_are_dropped_a_movement_is_shown_and_its_records_are_said_to_be_gone()
    {
        var mrn = await TripAsync();
        var unit = $"/api/v1/movements/{mrn}/units/1";
        var segments = (await node.GetAsync($"{unit}/segments", "officer", "pk:KARACHI"))["items"]!.AsArray();
        var first = segments.Select(s => s!).MinBy(s => s["firstRow"]!.GetValue<long>())!;
        var segment = $"{unit}/segments/{Text(first, "id")}";
        var record = $"{segment}/records/{first["firstRow"]!.GetValue<long>()}";
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(record)).Status);

        // So long after the discharge everything is there still, held by the track and by what nobody has resolved.
        clock.Advance(TimeSpan.FromDays(50));
        await SayAsync(Strange, default, new(24.81, 66.97));
        Assert.Empty(await DropAsync());
        Assert.Contains("rahdari_journal_held{by=\"discharge\"} ", await MetricsAsync(), StringComparison.Ordinal);
        await ResolveAsync();
        clock.Advance(TimeSpan.FromDays(20));
        await SayAsync(Strange, default, new(24.81, 66.97));
        await ResolveAsync();
        var dropped = await DropAsync();
        Assert.Equal(DateOnly.FromDateTime(DemoSettings.Start.UtcDateTime), dropped[0]);
        Assert.True(dropped.Count >= 2);

        await AssertShownAsync(mrn, segment, record);
        await host.DisposeAsync();
        await StartAsync();
        await AssertShownAsync(mrn, segment, record);
        var report = await host.CheckLogAsync(default);
        Assert.Empty(report.Log.Findings);
        Assert.True(report.Segments!.Dropped > 0);
    }

    public async Task InitializeAsync()
    {
        node = await ServedNode.CreateAsync(folder, "pk", RahdariProcess.FreePorts(), cluster());
        await StartAsync();
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        node.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    async Task StartAsync() => host = await NodeHost.StartAsync(
        node.Settings with { JournalDays = JournalDays.Least }, pack, clock, TimeProvider.System,
        new NodeOutput(TextWriter.Null), default);

    /// <summary>Two days on the road with a rope cut, out of the country, and discharged a month later.</summary>
    async Task<string> TripAsync()
    {
        var mrn = await node.SendOffAsync(1);
        await SayAsync(Own, TimeSpan.FromMinutes(1), new(24.81, 66.97));
        await SayAsync(Own, TimeSpan.FromMinutes(1), new(24.81, 66.97), cut: true);
        var exit = pack.Offices.First(o => o.Id.ToString() == "pk:TORKHAM").Place;
        await SayAsync(Own, TimeSpan.FromHours(40), exit);
        clock.Advance(TimeSpan.FromMinutes(1));
        var unit = $"/api/v1/movements/{mrn}/units/1";
        await node.PostAsync($"{unit}/exit", new { sealSeen = "PK-100001", condition = "intact" }, "pk:TORKHAM");
        clock.Advance(TimeSpan.FromMinutes(20));
        await UntilAsync(async () =>
            (await node.GetAsync($"{unit}/segments", "officer", "pk:KARACHI"))["items"]!.AsArray()
                .Sum(s => s!["records"]!.GetValue<long>()) == serial);
        clock.Advance(TimeSpan.FromDays(30));
        await node.PostAsync($"{unit}/discharge", new { }, "pk:KARACHI");
        return mrn;
    }

    /// <summary>What the node does once an hour, until there is nothing more to do.</summary>
    async Task<IReadOnlyList<DateOnly>> DropAsync()
    {
        await UntilAsync(() => Task.FromResult(host.OldestUndone() is null));
        while (await host.Services.GetRequiredService<HeardDays>().NoteAsync(default)) { }
        var retention = host.Services.GetRequiredService<JournalRetention>();
        var dropped = new List<DateOnly>();
        while (true)
        {
            var lease = await host.Services.GetRequiredService<ILeases>().TryAcquireAsync(
                retention.LeaseName, "pk", JournalRetention.LeaseTime, default);
            var days = await retention.RunOnceAsync(lease!, default);
            await host.Services.GetRequiredService<ILeases>().ReleaseAsync(lease!, default);
            if (days.Count == 0) return dropped;
            dropped.AddRange(days);
        }
    }

    async Task ResolveAsync()
    {
        await UntilAsync(async () =>
        {
            var open = (await node.GetAsync("/api/v1/alerts?state=open", "control-room"))["items"]!.AsArray();
            foreach (var id in open.Select(a => Text(a!, "id")))
            {
                await node.PostAsControlRoomAsync($"/api/v1/alerts/{id}/acknowledge", new { });
                await node.PostAsControlRoomAsync(
                    $"/api/v1/alerts/{id}/resolve", new { finding = "confirmed", note = "seen at the yard" });
            }
            return open.Count == 0;
        });
    }

    async Task AssertShownAsync(string mrn, string segment, string record)
    {
        var content = (await AskAsync(segment)).Body!;
        Assert.False(content["kept"]!.GetValue<bool>());
        Assert.False(content["verified"]!.GetValue<bool>());
        Assert.NotEqual("", Text(content["segment"]!, "root"));
        var (status, body) = await AskAsync(record);
        Assert.Equal((HttpStatusCode.Gone, "record-not-kept"), (status, Text(body!, "code")));
        Assert.Equal(HttpStatusCode.NotFound, (await AskAsync($"{segment}/records/999999")).Status);
        foreach (var path in new[]
        {
            $"/api/v1/movements/{mrn}", "/api/v1/movements", "/api/v1/alerts?state=all", "/api/v1/positions",
            $"/api/v1/movements/{mrn}/units/1/segments", $"/api/v1/devices/jt600:{Own}/quarantine", "/api/v1/measures",
        }) Assert.Equal((path, HttpStatusCode.OK), (path, (await AskAsync(path)).Status));
        foreach (var page in new[] { $"/movements/{mrn}", "/alerts", "/stock", "/log" })
            Assert.Equal((page, HttpStatusCode.OK), (page, (await AskAsync(page, json: false)).Status));
    }

    async Task<(HttpStatusCode Status, JsonNode? Body)> AskAsync(string path, bool json = true)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", node.KeyOf("auditor"));
        using var answer = await node.Http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return (answer.StatusCode, json ? JsonNode.Parse(text) : null);
    }

    Task<string> MetricsAsync() => node.Http.GetStringAsync("/metrics");

    async Task SayAsync(string device, TimeSpan later, GeoCoordinate place, bool cut = false)
    {
        clock.Advance(later);
        using var line = new TcpClient { NoDelay = true };
        await line.ConnectAsync("127.0.0.1", node.DevicePort);
        var mine = device == Own ? ++serial : 1;
        await line.GetStream().WriteAsync(Jt600Encoder.Record(device, new DeviceMessage
        {
            Kind = MessageKind.Position, Record = RecordClass.Live, Time = clock.Now, Valid = true,
            Position = new((int)(place.Latitude * 1e7), (int)(place.Longitude * 1e7)),
            Speed = Speed.FromKilometresPerHour(40), CourseDegrees = 0, Satellites = 9, DeviceSerial = mine,
            Seal = new(Locked: true, RopePresent: !cut, CoverClosed: true), Events = cut ? [DeviceEvent.RopeCut] : [],
        }));
        var answer = new byte[Jt600Encoder.Received(mine).Length];
        using var limit = new CancellationTokenSource(Patience);
        await line.GetStream().ReadExactlyAsync(answer, limit.Token);
        Assert.Equal(Jt600Encoder.Received(mine), answer);
    }

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var since = TimeProvider.System.GetTimestamp(); !await holds();)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, "waited in vain");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }
}

public sealed class SqliteKeptJournalStoryTests() : KeptJournalStoryTests(() => null);

[NeedsPostgres, Collection("Served on PostgreSQL")]
public sealed class PostgresKeptJournalStoryTests(PostgresServer server) : KeptJournalStoryTests(server.NewSchema);
