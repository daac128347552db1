using System.Net.Sockets;
using System.Text.Json.Nodes;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Hosting;
using Rahdari.Hosting.Demonstrating;
using Rahdari.Movements.Crossing;
using Rahdari.Parties;
using Rahdari.Tests.Hosting;
using Rahdari.Tests.Storage;
using Rahdari.Tests.Storage.Cluster;

namespace Rahdari.Tests.EndToEnd;

/// <summary>
/// A lock that goes on reporting beyond the crossing: what becomes of its records where the corridor follows nobody
/// there, and where it does. A real socket, a whole node, corridor time moved by the test. Runs on every engine.
/// </summary>
public abstract class FollowingEndsStoryTests : IAsyncLifetime
{
    const string Id = "8000000001";
    const int Beyond = 9;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    static readonly OfficeId Exit = OfficeId.Parse("pk:TORKHAM"), Entry = OfficeId.Parse("af:TORKHAM");

    readonly Func<ClusterSettings?> cluster;
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-following-").FullName;
    readonly SettableClock clock = new(DemoSettings.Start);
    readonly CorridorPack pack = DemoRun.LoadPack("default");
    ServedNode node = null!;
    NodeHost? host;
    int serial;

    private protected FollowingEndsStoryTests(Func<ClusterSettings?> cluster) => this.cluster = cluster;

    [StoreFact]
    public Task Beyond_the_exit_only_the_fixes_that_prove_the_crossing_are_kept() => FollowAsync(follow: false);

    [StoreFact]
    public Task A_corridor_that_says_so_follows_to_the_far_office() => FollowAsync(follow: true);

    async Task FollowAsync(bool follow)
    {
        var rules = pack with
        {
            Transit = new([.. pack.Transit.Rows.Select(
                r => r with { Value = r.Value with { FollowBeyondExit = follow } })]),
        };
        host = await NodeHost.StartAsync(
            node.Settings, rules, clock, TimeProvider.System, new NodeOutput(TextWriter.Null), default);
        var mrn = await node.SendOffAsync(1);
        var unit = $"/api/v1/movements/{mrn}/units/1";
        using var line = new TcpClient { NoDelay = true };
        await line.ConnectAsync("127.0.0.1", node.DevicePort);
        await SayAsync(line, TimeSpan.FromMinutes(1), new(24.81, 66.97));
        var office = pack.FindOffice(Exit)!.Place;
        await SayAsync(line, TimeSpan.FromHours(40), office);
        clock.Advance(TimeSpan.FromMinutes(1));
        await node.PostAsync($"{unit}/exit", new { sealSeen = "PK-100001", condition = "intact" }, Exit.ToString());
        // Still in the yard, then on the far side, a kilometre farther each minute.
        await SayAsync(line, TimeSpan.FromMinutes(1), office);
        var proved = clock.Now;
        for (var i = 0; i < Beyond; i++)
        {
            var place = PlaceBeyond(8_000 + 1_000 * i);
            Assert.True(BeyondCrossing.IsBeyondZone(pack, Exit, Entry, "karachi-torkham", place));
            // Eight kilometres are not driven in a minute: a place leapt to is not believed.
            await SayAsync(line, TimeSpan.FromMinutes(i == 0 ? 12 : 1), place);
            if (i == 2) proved = clock.Now;
        }

        // Every record is answered and in the journal, whatever becomes of it.
        Assert.Equal(serial, host.JournaledRecords);
        var last = follow ? clock.Now : proved;
        await UntilAsync(async () => await PositionTimeAsync() == last);
        if (!follow) await UntilAsync(async () => (await UnitAsync(mrn))["followingEnded"] is not null);
        clock.Advance(TimeSpan.FromMinutes(15));
        var kept = 3 + (follow ? Beyond : 3);
        await UntilAsync(async () => (await SegmentsAsync(unit)) == kept);
        Assert.Equal(last, await PositionTimeAsync());

        var history = (await node.GetAsync($"/api/v1/movements/{mrn}", "officer", "pk:KARACHI"))["history"]!.AsArray();
        Assert.Equal(follow ? 0 : 1, history.Count(h => h!["type"]!.GetValue<string>() == "following-ended"));
        Assert.Equal(
            follow ? null : proved, (await UnitAsync(mrn))["followingEnded"]?.GetValue<DateTimeOffset>());
        clock.Advance(TimeSpan.FromDays(30));
        await node.PostAsync($"{unit}/discharge", new { }, "pk:KARACHI");
        Assert.Equal("E2", (await UnitAsync(mrn))["grade"]!.GetValue<string>());
    }

    public async Task InitializeAsync() =>
        node = await ServedNode.CreateAsync(folder, "pk", RahdariProcess.FreePorts(), cluster());

    public async Task DisposeAsync()
    {
        if (host is not null) await host.DisposeAsync();
        node.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Straight on from where the route reaches the crossing.</summary>
    GeoCoordinate PlaceBeyond(double metres)
    {
        var crossing = pack.Crossings.Single(c => c.ExitOffice == Exit && c.EntryOffice == Entry).Place;
        var line = pack.Routes.Single(r => r.Id == "karachi-torkham").Line;
        var approach = line.Last(p => Earth.MetresBetween(p, crossing) >= 5_000);
        var part = metres / Earth.MetresBetween(approach, crossing);
        return new(
            crossing.Latitude + part * (crossing.Latitude - approach.Latitude),
            crossing.Longitude + part * (crossing.Longitude - approach.Longitude));
    }

    async Task SayAsync(TcpClient line, TimeSpan later, GeoCoordinate place)
    {
        clock.Advance(later);
        await line.GetStream().WriteAsync(Jt600Encoder.Record(Id, new DeviceMessage
        {
            Kind = MessageKind.Position, Record = RecordClass.Live, Time = clock.Now, Valid = true,
            Position = new((int)(place.Latitude * 1e7), (int)(place.Longitude * 1e7)),
            Speed = Speed.FromKilometresPerHour(60), CourseDegrees = 0, Satellites = 9, DeviceSerial = ++serial,
            Seal = new(Locked: true, RopePresent: true, CoverClosed: true),
        }));
        var answer = new byte[Jt600Encoder.Received(serial).Length];
        using var limit = new CancellationTokenSource(Patience);
        await line.GetStream().ReadExactlyAsync(answer, limit.Token);
        Assert.Equal(Jt600Encoder.Received(serial), answer);
    }

    async Task<JsonNode> UnitAsync(string mrn) =>
        (await node.GetAsync($"/api/v1/movements/{mrn}", "officer", "pk:KARACHI"))["units"]![0]!;

    async Task<DateTimeOffset?> PositionTimeAsync() =>
        (await node.GetAsync("/api/v1/positions", "control-room"))["features"]!.AsArray()
        .Select(f => f!["properties"]!["time"]!.GetValue<DateTimeOffset?>()).SingleOrDefault();

    async Task<long> SegmentsAsync(string unit) =>
        (await node.GetAsync($"{unit}/segments", "officer", "pk:KARACHI"))["items"]!.AsArray()
        .Sum(s => s!["records"]!.GetValue<long>());

    static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var since = TimeProvider.System.GetTimestamp(); !await holds();)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, "waited in vain");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }
}

public sealed class SqliteFollowingEndsStoryTests() : FollowingEndsStoryTests(() => null);

[NeedsPostgres, Collection("Served on PostgreSQL")]
public sealed class PostgresFollowingEndsStoryTests(PostgresServer server)
    : FollowingEndsStoryTests(server.NewSchema);
