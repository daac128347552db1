using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Parties;
using Rahdari.Stock;
using Rahdari.Storage;
using Rahdari.Telemetry;
using Rahdari.Telemetry.Commanding;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Quarantining;
using Rahdari.Telemetry.Raising;
using Rahdari.Telemetry.Relaying;
using Rahdari.Tests.Movements;
using Rahdari.Tests.Telemetry.Connecting;
using Rahdari.Transparency;

namespace Rahdari.Tests.Telemetry.Relaying;

/// <summary>A node with two vendors of invented locks, and what their platforms say to it.</summary>
sealed class RelayNode : IAsyncDisposable
{
    public const string Listed = "jt600:8000000001", InStock = "jt600:7000000001", Strange = "jt600:6000000001";

    public static readonly PartyId Locks = new("sample-locks"), Trackers = new("sample-trackers");

    /// <summary>The seed of the key that <see cref="Locks"/> signs its counts with.</summary>
    public static readonly byte[] Seed = [.. Enumerable.Range(1, Ed25519.SeedSize).Select(i => (byte)i)];

    readonly ApiNode node;
    readonly Dictionary<PartyId, HttpClient> clients = [];
    int issued;

    RelayNode(ApiNode node) => this.node = node;

    public ApiNode Api => node;
    public DateTimeOffset Now => node.Clock.Now;
    public T Get<T>() where T : notnull => node.Get<T>();

    /// <param name="around">What stands between the node and its record.</param>
    public static async Task<RelayNode> StartAsync(Func<IRecordStore, IRecordStore>? around = null)
    {
        var vendors = new VendorSettings[]
        {
            new(
                Locks, "Sample Locks", ["jt600:80000000*", "jt600:8000620011", "wialon:80000000*"],
                Ed25519.PublicKeyOf(Seed)),
            new(Trackers, "Sample Trackers", [], default),
        };
        var pack = TestPack.Make();
        var node = await ApiNode.StartAsync(
            pack: pack with
            {
                Offices =
                [
                    .. pack.Offices,
                    pack.Offices[0] with { Id = new(Scene.Pk, "CONTROL"), Roles = [OfficeRole.ControlRoom] },
                ],
                Stock = TestPack.Always(new StockRules(24, 60, 30, 14, 10)),
                Judging = EnrichingRules.Judging,
            },
            more: s =>
            {
                var settings = (NodeSettings)s.Last(d => d.ServiceType == typeof(NodeSettings)).ImplementationInstance!;
                s.AddSingleton(settings with { Vendors = vendors });
                if (around is not null)
                    s.AddSingleton(around(
                        (IRecordStore)s.Last(d => d.ServiceType == typeof(IRecordStore)).ImplementationInstance!));
                s.AddTelemetryIntake().AddQuarantining().AddStock().AddRelaying().AddCommanding();
                s.AddSingleton<IProjection, AlertBoard>();
            },
            map: a =>
            {
                a.MapStock();
                a.MapRelaying();
            });
        return new(node);
    }

    public static string Hex(string device, DateTimeOffset at, int serial = 1, bool cut = false) =>
        Convert.ToHexStringLower(Jt600Encoder.Record(device.Split(':')[1], MessageOf(at, serial, cut)));

    public static DeviceMessage MessageOf(DateTimeOffset at, int serial = 1, bool cut = false) => new()
    {
        Kind = MessageKind.Position, Time = at, Valid = true, Position = new(248_600_000, 670_100_000 + serial * 10),
        Speed = new(40_000), CourseDegrees = 90, Satellites = 9, BatteryPercent = 80, DeviceSerial = serial & 255,
        Seal = new(true, !cut, true, null, null), Events = cut ? [DeviceEvent.RopeCut] : [],
    };

    /// <summary>A frame of a batch.</summary>
    public static JsonObject Frame(string hex, DateTimeOffset receivedAt, string? device = null,
        string protocol = "jt600") => new()
    {
        ["protocol"] = protocol, ["device"] = device, ["receivedAt"] = receivedAt.ToString("O"),
        ["encoding"] = "hex", ["frame"] = hex,
    };

    public static JsonObject Batch(params IEnumerable<JsonObject> frames) => new()
    {
        ["batch"] = "b-1", ["frames"] = new JsonArray([.. frames]),
    };

    public Task<Answer> RelayAsync(JsonObject body, PartyId? vendor = null, string? key = null) =>
        PostAsync("/api/v1/relay/frames", body.ToJsonString(), vendor, key);

    public async Task<Answer> PostAsync(string path, string body, PartyId? vendor = null, string? key = null)
    {
        var client = await ClientAsync(vendor ?? Locks);
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        return new(answer.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), answer.Headers);
    }

    public async Task<string> KeyOfAsync(PartyId vendor)
    {
        var secret = new byte[KeyRegister.SecretBytes];
        (secret[0], secret[1]) = (200, (byte)++issued);
        return await Get<KeyRegister>().IssueAsync(secret, Scene.Karachi, Role.Vendor, "platform", default, vendor);
    }

    async Task<HttpClient> ClientAsync(PartyId vendor)
    {
        if (clients.TryGetValue(vendor, out var known)) return known;
        var client = new HttpClient { BaseAddress = (await node.ClientAsync(Scene.Karachi)).BaseAddress };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await KeyOfAsync(vendor));
        return clients[vendor] = client;
    }

    public Task InStockAsync(string device, string vendor) => node.Created(
        "/api/v1/stock/devices", Scene.Karachi, $$"""{"device":"{{device}}","vendor":"{{vendor}}"}""");

    /// <summary>A frame as the device's own connection brings it.</summary>
    public async Task SayAsync(string hex)
    {
        var frame = Pipeline.Decode(
            Registry.Find("jt600")!, Convert.FromHexString(hex), DeviceSession.Fresh, new(Now: Now));
        await Get<Pipeline>().KeepAsync(frame.Device!.Value, [frame], default);
    }

    /// <summary>Everything in one lane of the journal.</summary>
    public async Task<IReadOnlyList<JournaledFix>> LaneAsync(string lane) =>
        [.. (await Get<IJournal>().ReadAsync($"pk-test/{lane}", 0, 10_000, default)).Select(JournaledFix.Read)];

    public async Task<IReadOnlyList<JournaledFault>> FaultsAsync() =>
        [.. (await Get<IJournal>().ReadAsync("pk-test/faulty", 0, 10_000, default)).Select(JournaledFault.Read)];

    public static string[] ResultsOf(Answer answer)
    {
        Assert.True(answer.Status == HttpStatusCode.Created, answer.Body?.ToJsonString());
        return [.. answer.Body!["results"]!.AsArray().Select(r => r!["result"]!.GetValue<string>())];
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values) client.Dispose();
        await node.DisposeAsync();
    }
}
