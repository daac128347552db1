using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Devices.Teltonika;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Telemetry.Relaying;
using Rahdari.Tests.Storage;
using Rahdari.Tests.Storage.Cluster;

namespace Rahdari.Tests.EndToEnd;

/// <summary>
/// Relay beside direct: one truck, whose tracker speaks here and whose lock speaks to its vendor's platform. Runs on
/// every engine.
/// </summary>
public abstract class RelayStoryTests : IAsyncLifetime
{
    const string Lock = "8000000001", Tracker = "352000000000001", Device = "jt600:" + Lock;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    static readonly byte[] Seed = [.. Enumerable.Repeat((byte)7, Ed25519.SeedSize)];

    readonly Func<ClusterSettings?> cluster;
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-relay-").FullName;
    readonly List<string> acknowledged = [];
    readonly HttpClient platform = new();
    ServedNode node = null!;
    string config = "", unit = "";
    int serial;

    private protected RelayStoryTests(Func<ClusterSettings?> cluster) => this.cluster = cluster;

    [StoreFact]
    public async Task A_relayed_lock_beside_a_direct_tracker()
    {
        var lastHour = Now().AddMinutes(-Now().Minute).AddSeconds(-Now().Second).AddHours(-1);
        await using (var server = await node.StartAsync(config))
        {
            await node.PostAsync(
                "/api/v1/stock/devices", new { device = Device, vendor = "Sample Locks" }, "pk:KARACHI");
            unit = await node.SendOffAsync(1) + "/1";
            using var tracker = await ConnectTrackerAsync();
            // Each says where the truck is; the newest word is shown, and whose it is.
            await server.UntilAsync(async () =>
            {
                await RelayAsync(Frame());
                return await PositionAsync(p => Relay(p) == "sample-locks" && Text(p, "identity") == "vendor");
            }, Patience);
            await Task.Delay(TimeSpan.FromSeconds(1.1));
            await SayAsync(tracker);
            await server.UntilAsync(() => PositionAsync(p => Relay(p) is null), Patience);

            // The rope is cut; the process dies as soon as the platform was answered.
            await RelayAsync(Frame(cut: true));
            await server.KillAsync();
        }
        await node.JournalHoldsAsync(acknowledged);

        await using (var again = await node.StartAsync(config))
        {
            var alert = (await again.UntilAsync(() => AlertAsync("rope-cut"), Patience))!;
            Assert.Equal(
                (unit, Device, "vendor", "sample-locks"),
                (Text(alert, "unit"), Text(alert, "device"), Text(alert, "identity"), Relay(alert)));

            // What was answered before comes again: nothing is kept or told twice.
            var batch = new[] { Frame(), Frame() };
            Assert.Equal(["accepted", "accepted"], await RelayAsync(batch));
            Assert.Equal(["duplicate", "duplicate"], await RelayAsync(batch));
            Assert.Equal(
                ["faulty"], await RelayAsync(Frame(device: "8999999999")));

            // The vendor counted four frames in an hour of which three have come.
            var old = Enumerable.Range(0, 4).Select(i => Frame(at: lastHour.AddMinutes(10 + i))).ToArray();
            await RelayAsync(old[..3]);
            await StateAsync(lastHour, 4);
            var finding = (await again.UntilAsync(async () => (await FindingsAsync()).FirstOrDefault(
                f => f!["received"]!.GetValue<int>() == 3), Patience))!;
            Assert.Equal(("fewer-received", Device), (Text(finding, "gap"), Text(finding, "device")));
            await RelayAsync(old[3]);
            await again.UntilAsync(async () => (await FindingsAsync()).Count == 0 ? "closed" : null, Patience);

            var vendor = (await node.GetAsync("/api/v1/stock/vendors", "auditor"))["items"]!.AsArray()
                .Single(v => Text(v!, "vendor") == "Sample Locks")!;
            Assert.Equal(0, AlertsOf(vendor, "direct"));
            Assert.True(AlertsOf(vendor, "relayed") > 0);
            Assert.Single(await AlertsAsync(), a => Text(a!, "kind") == "rope-cut");
        }
        await node.JournalHoldsAsync(acknowledged);
        await ServedNode.FsckAsync(config);
    }

    static int AlertsOf(JsonNode vendor, string way) => vendor[way]!["alertsRaised"]!.GetValue<int>();

    public async Task InitializeAsync()
    {
        node = await ServedNode.CreateAsync(folder, "pk", RahdariProcess.FreePorts(), cluster());
        config = await node.ConfigureAsync("node.yaml");
        await File.AppendAllLinesAsync(config,
        [
            "vendors:", "  - party: sample-locks", "    name: Sample Locks",
            $"    countKey: {Convert.ToBase64String(Ed25519.PublicKeyOf(Seed))}",
        ]);
        await using var adding = RahdariProcess.Start(
            "key", "add", "platform", "--role", "vendor", "--office", "pk:KARACHI", "--party", "sample-locks",
            "--config", config);
        var (code, key) = await adding.EndAsync(Patience);
        Assert.True(code == 0, adding.Errors);
        platform.BaseAddress = new(node.Settings.Url);
        platform.DefaultRequestHeaders.Authorization = new("Bearer", key.Trim());
    }

    public Task DisposeAsync()
    {
        platform.Dispose();
        node.Dispose();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    sealed record Passed(DateTimeOffset ReceivedAt, byte[] Bytes);

    Passed Frame(bool cut = false, string device = Lock, DateTimeOffset? at = null)
    {
        var time = at ?? Now();
        return new(time, Jt600Encoder.Record(device, MessageOf(time, cut)));
    }

    DeviceMessage MessageOf(DateTimeOffset at, bool cut = false) => new()
    {
        Kind = cut ? MessageKind.Event : MessageKind.Position,
        Record = cut ? RecordClass.Alarm : RecordClass.Live,
        Time = at, Valid = true, Speed = new Speed(0), CourseDegrees = 0, Satellites = 9, DeviceSerial = ++serial & 255,
        // Beyond the office's zone, where nobody has leave to open anything.
        Position = new(ServedNode.Karachi.LatitudeE7 + 3_000_000 + serial * 100, ServedNode.Karachi.LongitudeE7),
        Seal = new SealState(Locked: true, RopePresent: !cut, CoverClosed: true),
        Events = cut ? [DeviceEvent.RopeCut] : [],
    };

    /// <summary>Passes frames on; what is answered as kept must be found after any end of the process.</summary>
    async Task<IReadOnlyList<string>> RelayAsync(params IReadOnlyList<Passed> frames)
    {
        using var answer = await platform.PostAsJsonAsync("/api/v1/relay/frames", new
        {
            batch = $"b-{serial}",
            frames = frames.Select(f => new
            {
                protocol = "jt600", receivedAt = f.ReceivedAt, encoding = "base64",
                frame = Convert.ToBase64String(f.Bytes),
            }),
        });
        var body = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        Assert.True(answer.StatusCode == HttpStatusCode.Created, body.ToJsonString());
        var results = body["results"]!.AsArray().Select(r => Text(r!, "result")).ToList();
        acknowledged.AddRange(frames.Where((_, i) => results[i] != "faulty").Select(f => Convert.ToHexString(f.Bytes)));
        return results;
    }

    async Task StateAsync(DateTimeOffset hour, long frames)
    {
        var statement = new CountStatement(
            new("sample-locks"), hour, [new DeviceCount(new("jt600", Lock), frames)]);
        var body = JsonNode.Parse(statement.SignedBytes())!;
        body["signature"] = Convert.ToBase64String(Ed25519.Sign(Seed, statement.SignedBytes()));
        using var answer = await platform.PostAsJsonAsync("/api/v1/relay/counts", body);
        Assert.True(answer.StatusCode == HttpStatusCode.Created, await answer.Content.ReadAsStringAsync());
    }

    async Task<JsonArray> FindingsAsync() => (await node.GetAsync("/api/v1/relay", "auditor"))["findings"]!.AsArray();

    async Task<TcpClient> ConnectTrackerAsync()
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(
            IPAddress.Loopback, node.DevicePort + Registry.PortIndex(Registry.Find("teltonika")!));
        await client.GetStream().WriteAsync(TeltonikaEncoder.Login(Tracker));
        await ExpectAsync(client, TeltonikaEncoder.LoginAccepted());
        return client;
    }

    async Task SayAsync(TcpClient tracker)
    {
        await tracker.GetStream().WriteAsync(TeltonikaEncoder.Packet([MessageOf(Now())]));
        await ExpectAsync(tracker, TeltonikaEncoder.RecordsAccepted(1));
    }

    static async Task ExpectAsync(TcpClient client, byte[] expected)
    {
        var answer = new byte[expected.Length];
        using var limit = new CancellationTokenSource(Patience);
        await client.GetStream().ReadExactlyAsync(answer, limit.Token);
        Assert.Equal(expected, answer);
    }

    async Task<JsonArray> AlertsAsync() =>
        (await node.GetAsync("/api/v1/alerts?state=all", "control-room"))["items"]!.AsArray();

    async Task<JsonNode?> AlertAsync(string kind) =>
        (await AlertsAsync()).FirstOrDefault(a => Text(a!, "kind") == kind);

    async Task<JsonNode?> PositionAsync(Func<JsonNode, bool> fits) =>
        (await node.GetAsync("/api/v1/positions", "control-room"))["features"]!.AsArray()
        .Select(f => f!["properties"]!).FirstOrDefault(fits);

    static string? Relay(JsonNode said) => said["relay"]?.GetValue<string>();

    static DateTimeOffset Now() =>
        DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}

public sealed class SqliteRelayStoryTests() : RelayStoryTests(() => null);

[NeedsPostgres, Collection("Served on PostgreSQL")]
public sealed class PostgresRelayStoryTests(PostgresServer server) : RelayStoryTests(server.NewSchema);
