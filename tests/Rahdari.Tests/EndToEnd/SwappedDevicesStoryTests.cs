using System.Net.Sockets;
using System.Text.Json.Nodes;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Devices.Teltonika;
using Rahdari.Hosting;
using Rahdari.Hosting.Demonstrating;
using Rahdari.Tests.Hosting;
using Rahdari.Tests.Storage;
using Rahdari.Tests.Storage.Cluster;

namespace Rahdari.Tests.EndToEnd;

/// <summary>
/// Two locks swapped in the yard, seen once the trucks drive apart, and put right by an officer. Devices over real
/// sockets, a whole node, corridor time moved by the test. Runs on every engine.
/// </summary>
public abstract class SwappedDevicesStoryTests : IAsyncLifetime
{
    const string Karachi = "pk:KARACHI";

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60), Step = TimeSpan.FromSeconds(30);

    readonly Func<ClusterSettings?> cluster;
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-swapped-").FullName;
    readonly SettableClock clock = new(DemoSettings.Start);
    readonly CorridorPack pack = DemoRun.LoadPack("default");
    readonly List<Tracked> devices = [];
    ServedNode node = null!;
    NodeHost host = null!;
    IReadOnlyList<GeoCoordinate> road = [];
    int serial;

    private protected SwappedDevicesStoryTests(Func<ClusterSettings?> cluster) => this.cluster = cluster;

    /// <param name="MetresAStep">Of the truck it rides on.</param>
    sealed record Tracked(string Id, bool IsLock, TcpClient Line, double MetresAStep);

    [StoreFact]
    public async Task Two_devices_swapped_and_separated()
    {
        var mrn = await node.SendOffAsync(2);
        var (one, two) = ($"{mrn}/1", $"{mrn}/2");
        // The first unit's truck is the fast one; its lock rides on the other.
        await BoardAsync("352000000000001", isLock: false, metres: 500);
        await BoardAsync("8000000002", isLock: true, metres: 500);
        await BoardAsync("352000000000002", isLock: false, metres: 100);
        await BoardAsync("8000000001", isLock: true, metres: 100);
        for (var step = 0; step < 44; step++) await DriveAsync(step);

        var swap = await UntilAsync(async () => (await AlertsAsync()).Find(a => Text(a, "kind") == "devices-swapped"));
        Assert.Equal(
            ("raised", "critical", one, two),
            (Text(swap, "state"), Text(swap, "severity"), Text(swap, "unit"), Text(swap, "otherUnit")));
        foreach (var named in new[]
            { one, two, "jt600:8000000001", "jt600:8000000002", "teltonika:352000000000001", "10 minutes" })
            Assert.Contains(named, Text(swap, "sentence"), StringComparison.Ordinal);
        Assert.All(
            (await AlertsAsync()).Where(a => a != swap && Text(a, "id") != Text(swap, "id")),
            a => Assert.Equal(("devices-apart", "refuted"), (Text(a, "kind"), Text(a, "state"))));
        var told = (await AlertsAsync()).Select(a => Text(a, "id")).Order().ToList();

        await CorrectAsync(mrn);
        for (var step = 44; step < 84; step++) await DriveAsync(step);
        await UntilAsync(async () => await AreHeardAsync(mrn) ? this : null);
        // The locks were taken off on the road, away from the office: the control room is told that, and no more.
        var moved = (await AlertsAsync()).FindAll(a => !told.Contains(Text(a, "id")));
        Assert.All(moved, a => Assert.Equal("device-taken-away", Text(a, "kind")));
        Assert.Contains(moved, a => Text(a, "unit") == one && Text(a, "severity") == "critical");
        var ended = await UntilAsync(async () => (await AlertsAsync()).Find(a =>
            Text(a, "id") == Text(swap, "id") && a["until"]!.GetValue<DateTimeOffset>() == corrected));
        await node.PostAsControlRoomAsync($"/api/v1/alerts/{Text(ended, "id")}/acknowledge", new { });
        await node.PostAsControlRoomAsync(
            $"/api/v1/alerts/{Text(ended, "id")}/resolve", new { finding = "confirmed", note = "mixed up" });
        Assert.Equal(moved.Count, (await node.GetAsync("/api/v1/alerts", "control-room"))["items"]!.AsArray().Count);
    }

    DateTimeOffset corrected;

    /// <summary>An officer takes both locks off and puts each on the unit it rides with.</summary>
    async Task CorrectAsync(string mrn)
    {
        clock.Advance(TimeSpan.FromSeconds(1));
        corrected = clock.Now;
        foreach (var n in new[] { 1, 2 })
            await node.PostAsync(
                $"/api/v1/movements/{mrn}/units/{n}/detachments",
                new { device = $"jt600:{8_000_000_000 + n}", reason = "other" }, Karachi);
        foreach (var n in new[] { 1, 2 })
        {
            var fitted = await node.PostAsync(
                $"/api/v1/movements/{mrn}/units/{n}/devices",
                new { device = $"jt600:{8_000_000_000 + 3 - n}", role = "container" }, Karachi);
            Assert.Empty(fitted["irregularities"]!.AsArray());
        }
    }

    public async Task InitializeAsync()
    {
        node = await ServedNode.CreateAsync(folder, "pk", RahdariProcess.FreePorts(), cluster());
        road = pack.Routes.Single(r => r.Id == "karachi-torkham").Line;
        host = await NodeHost.StartAsync(
            node.Settings, pack, clock, TimeProvider.System, new NodeOutput(TextWriter.Null), default);
    }

    public async Task DisposeAsync()
    {
        foreach (var device in devices) device.Line.Dispose();
        await host.DisposeAsync();
        node.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    async Task BoardAsync(string id, bool isLock, double metres)
    {
        var line = new TcpClient { NoDelay = true };
        await line.ConnectAsync("127.0.0.1", node.DevicePort + (isLock ? 0 : 1));
        devices.Add(new(id, isLock, line, metres));
        if (isLock) return;
        await line.GetStream().WriteAsync(TeltonikaEncoder.Login(id));
        await AnsweredAsync(line, TeltonikaEncoder.LoginAccepted());
    }

    /// <summary>Every device tells where its truck is now, and is answered.</summary>
    async Task DriveAsync(int step)
    {
        clock.Advance(Step);
        foreach (var device in devices)
        {
            var place = PlaceAt(step * device.MetresAStep);
            var course = (int)Earth.BearingDegrees(place, PlaceAt((step + 1) * device.MetresAStep)) % 360;
            var message = new DeviceMessage
            {
                Kind = MessageKind.Position, Record = RecordClass.Live, Time = clock.Now, Valid = true,
                Position = new((int)(place.Latitude * 1e7), (int)(place.Longitude * 1e7)),
                Speed = Speed.FromKilometresPerHour((int)(device.MetresAStep * 120 / 1000)), CourseDegrees = course,
                Satellites = 9, DeviceSerial = ++serial % 256,
                Seal = device.IsLock ? new(Locked: true, RopePresent: true, CoverClosed: true) : new(),
            };
            await device.Line.GetStream().WriteAsync(
                device.IsLock ? Jt600Encoder.Record(device.Id, message) : TeltonikaEncoder.Packet([message]));
            await AnsweredAsync(
                device.Line, device.IsLock ? Jt600Encoder.Received(serial % 256) : TeltonikaEncoder.RecordsAccepted(1));
        }
    }

    GeoCoordinate PlaceAt(double metres)
    {
        for (var i = 1; i < road.Count; i++)
        {
            var length = Earth.MetresBetween(road[i - 1], road[i]);
            if (metres > length)
            {
                metres -= length;
                continue;
            }
            var part = metres / length;
            return new(
                road[i - 1].Latitude + part * (road[i].Latitude - road[i - 1].Latitude),
                road[i - 1].Longitude + part * (road[i].Longitude - road[i - 1].Longitude));
        }
        return road[^1];
    }

    static async Task AnsweredAsync(TcpClient line, byte[] expected)
    {
        var answer = new byte[expected.Length];
        using var limit = new CancellationTokenSource(Patience);
        await line.GetStream().ReadExactlyAsync(answer, limit.Token);
        Assert.Equal(expected, answer);
    }

    async Task<List<JsonNode>> AlertsAsync() =>
        [.. (await node.GetAsync("/api/v1/alerts?state=all", "control-room"))["items"]!.AsArray().Select(a => a!)];

    /// <summary>Both units' last position is of this very moment: everything sent was judged.</summary>
    async Task<bool> AreHeardAsync(string mrn) =>
        (await node.GetAsync("/api/v1/positions", "control-room"))["features"]!.AsArray()
        .Select(f => f!["properties"]!)
        .Count(p => Text(p, "unit").StartsWith(mrn, StringComparison.Ordinal)
            && p["time"]!.GetValue<DateTimeOffset>() == clock.Now) == 2;

    static async Task<T> UntilAsync<T>(Func<Task<T?>> find) where T : class
    {
        for (var since = TimeProvider.System.GetTimestamp(); ;)
        {
            if (await find() is { } found) return found;
            Assert.True(TimeProvider.System.GetElapsedTime(since) < Patience, "waited in vain");
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
    }

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}

public sealed class SqliteSwappedDevicesStoryTests() : SwappedDevicesStoryTests(() => null);

[NeedsPostgres, Collection("Served on PostgreSQL")]
public sealed class PostgresSwappedDevicesStoryTests(PostgresServer server)
    : SwappedDevicesStoryTests(server.NewSchema);
