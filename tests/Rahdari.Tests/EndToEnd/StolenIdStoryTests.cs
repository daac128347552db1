using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Tests.Storage;
using Rahdari.Tests.Storage.Cluster;

namespace Rahdari.Tests.EndToEnd;

/// <summary>A stolen id used twice, from the first frame to the officer's decision. Runs on every engine.</summary>
public abstract class StolenIdStoryTests : IAsyncLifetime
{
    const string Id = "8000000001", Device = "jt600:" + Id;
    const string OwnAddress = "127.0.0.1", ThiefAddress = "127.0.0.9";

    /// <summary>Two degrees, in 1e-7 of one.</summary>
    const int Away = 20_000_000;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    readonly Func<ClusterSettings?> cluster;
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-stolen-").FullName;
    ServedNode node = null!;
    string config = "", unit = "";
    int serial;
    long seen;

    /// <summary>Seconds of the last record: of two in one second neither is newer.</summary>
    long told;

    private protected StolenIdStoryTests(Func<ClusterSettings?> cluster) => this.cluster = cluster;

    [StoreFact]
    public async Task A_stolen_id_used_twice()
    {
        await using (var server = await node.StartAsync(config))
        {
            unit = await node.SendOffAsync(1) + "/1";
            using var device = Connect(OwnAddress);
            // A lock tells whole seconds: its first records may be from before the gate.
            await server.UntilAsync(async () =>
            {
                await SayAsync(device);
                return await PositionAsync(_ => true);
            }, Patience);
            // The thief stands 200 km away and says that all is well. The lock's own line lives, silent as it is.
            using var thief = Connect(ThiefAddress);
            await SayAsync(thief, away: true);
            var alert = (await server.UntilAsync(() => AlertAsync("identity-conflict"), Patience))!;
            // Then the lock tells that its rope was cut.
            await SayAsync(device, cut: true);
            await SayAsync(thief, away: true);
            Assert.Equal(
                (unit, "critical", Device, "none"),
                (Text(alert, "unit"), Text(alert, "severity"), Text(alert, "device"), Text(alert, "identity")));
            await server.KillAsync();
        }
        await using (var again = await node.StartAsync(config))
        {
            using var device = Connect(OwnAddress);
            await SayAsync(device);
            var shown = await node.GetAsync($"/api/v1/devices/{Device}/quarantine", "auditor");
            Assert.NotNull(shown["since"]);
            Assert.Equal(
                [(OwnAddress, 2), (ThiefAddress, 2)],
                shown["sources"]!.AsArray()
                    .GroupBy(s => IPEndPoint.Parse(Text(s!, "remote")).Address.ToString(),
                        s => s!["records"]!.GetValue<int>())
                    .Select(g => (g.Key, g.Sum())).Order());
            // Of what the thief said the unit knows nothing, from its very first word on.
            Assert.Equal(["identity-conflict"], (await AlertsAsync()).Select(a => Text(a!, "kind")).Distinct());
            Assert.NotNull(await PositionAsync(f => LatitudeOf(f) < ServedNode.Karachi.LatitudeE7 + Away));

            await node.PostAsync(
                $"/api/v1/devices/{Device}/quarantine-end",
                new { ruling = "release", source = OwnAddress, reason = "the lock was found on the truck" },
                "pk:KARACHI");
            await again.UntilAsync(() => AlertAsync("rope-cut"), Patience);
            await SayAsync(device);
            Assert.Null((await node.GetAsync($"/api/v1/devices/{Device}/quarantine", "auditor"))["since"]);
            var last = serial;
            await again.UntilAsync(() => PositionAsync(f => LatitudeOf(f) == Latitude(last)), Patience);
            await ProveAsync(again);
            var id = Text((await AlertAsync("rope-cut"))!, "id");
            await node.PostAsControlRoomAsync($"/api/v1/alerts/{id}/acknowledge", new { });
            await node.PostAsControlRoomAsync(
                $"/api/v1/alerts/{id}/resolve", new { finding = "confirmed", note = "cut at kilometre 3" });
            await again.UntilAsync(PublishedAsync, Patience);
        }
        await ServedNode.FsckAsync(config);
        var types = await KeptEvidence.AlertsAreProvenAsync(node.Settings);
        Assert.Superset(
            new HashSet<string> { "alert-acknowledged", "alert-raised", "alert-resolved" }, types.ToHashSet());
        Assert.True(await KeptEvidence.SegmentsHoldAsync(node.Settings) > 0);
    }

    public async Task InitializeAsync()
    {
        node = await ServedNode.CreateAsync(folder, "pk", RahdariProcess.FreePorts(), cluster());
        config = await node.ConfigureAsync("node.yaml");
    }

    public Task DisposeAsync()
    {
        node.Dispose();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>An outsider is given one record of a segment and holds it against the root that was recorded.</summary>
    async Task ProveAsync(RahdariProcess server)
    {
        var path = $"/api/v1/movements/{unit.Replace("/1", "/units/1", StringComparison.Ordinal)}/segments";
        var segment = (await server.UntilAsync(async () =>
            (await node.GetAsync(path, "auditor"))["items"]!.AsArray()
                .FirstOrDefault(s => Text(s!, "cause") == "alert" && s!["published"]!.GetValue<bool>()), Patience))!;
        var content = await node.GetAsync($"{path}/{Text(segment, "id")}", "auditor");
        Assert.True(content["verified"]!.GetValue<bool>());
        var row = content["records"]!.AsArray()[0]!["row"]!.GetValue<long>();
        var proof = await node.GetAsync($"{path}/{Text(segment, "id")}/records/{row}", "auditor");
        Assert.True(MerkleProof.VerifyInclusion(
            Hash.OfLeaf(Convert.FromBase64String(Text(proof, "entry"))), proof["index"]!.GetValue<int>(),
            proof["size"]!.GetValue<int>(),
            [.. proof["proof"]!.AsArray().Select(h => new Hash(Convert.FromBase64String(h!.GetValue<string>())))],
            new Hash(Convert.FromBase64String(Text(proof["segment"]!, "root")))));
    }

    /// <summary>The signed tree has stopped growing: what was recorded before is in it.</summary>
    async Task<object?> PublishedAsync()
    {
        var checkpoint = await node.Http.GetStringAsync($"/log/{node.Settings.Origin}/checkpoint");
        var size = long.Parse(checkpoint.Split('\n')[1], CultureInfo.InvariantCulture);
        if (seen == size) return this;
        seen = size;
        await Task.Delay(TimeSpan.FromSeconds(3));
        return null;
    }

    TcpClient Connect(string from)
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0)) { NoDelay = true };
        client.Connect(IPAddress.Loopback, node.DevicePort);
        return client;
    }

    /// <summary>Sends the next record and waits for its answer.</summary>
    async Task SayAsync(TcpClient client, bool away = false, bool cut = false)
    {
        serial++;
        told = Math.Max(told + 1, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var stream = client.GetStream();
        await stream.WriteAsync(Jt600Encoder.Record(Id, new DeviceMessage
        {
            Kind = cut ? MessageKind.Event : MessageKind.Position,
            Record = cut ? RecordClass.Alarm : RecordClass.Live,
            Time = DateTimeOffset.FromUnixTimeSeconds(told),
            Valid = true,
            Position = new(Latitude(serial) + (away ? Away : 0), ServedNode.Karachi.LongitudeE7),
            Speed = new Speed(0),
            CourseDegrees = 0,
            Satellites = 9,
            DeviceSerial = serial,
            Seal = new SealState(Locked: true, RopePresent: !cut, CoverClosed: true),
            Events = cut ? [DeviceEvent.RopeCut] : [],
        }));
        var expected = string.Create(CultureInfo.InvariantCulture, $"(P69,0,{serial})");
        var answer = new byte[expected.Length];
        using var limit = new CancellationTokenSource(Patience);
        await stream.ReadExactlyAsync(answer, limit.Token);
        Assert.Equal(expected, Encoding.ASCII.GetString(answer));
    }

    async Task<JsonNode?> AlertAsync(string kind) =>
        (await AlertsAsync()).FirstOrDefault(a => Text(a!, "kind") == kind);

    async Task<JsonArray> AlertsAsync() =>
        (await node.GetAsync("/api/v1/alerts?state=all", "control-room"))["items"]!.AsArray();

    async Task<JsonNode?> PositionAsync(Func<JsonNode, bool> fits) =>
        (await node.GetAsync("/api/v1/positions", "control-room"))["features"]!.AsArray()
        .FirstOrDefault(f => fits(f!));

    static int Latitude(int serial) => ServedNode.Karachi.LatitudeE7 + serial * 100;

    static int LatitudeOf(JsonNode feature) =>
        (int)Math.Round(feature["geometry"]!["coordinates"]![1]!.GetValue<double>() * 1e7);

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}

public sealed class SqliteStolenIdStoryTests() : StolenIdStoryTests(() => null);

[NeedsPostgres, Collection("Served on PostgreSQL")]
public sealed class PostgresStolenIdStoryTests(PostgresServer server) : StolenIdStoryTests(server.NewSchema);
