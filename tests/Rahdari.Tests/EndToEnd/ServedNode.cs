using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Hosting.Demonstrating;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Storage.Cluster;
using Rahdari.Storage.Embedded;
using Rahdari.Transparency;

namespace Rahdari.Tests.EndToEnd;

/// <summary>
/// A node as an operator sets it up: a folder, a settings file, keys of its offices; served by the real program, in as
/// many processes as a test starts.
/// </summary>
sealed class ServedNode : IDisposable
{
    public static readonly GeoPosition Karachi = new(248_100_000, 669_700_000);

    readonly HttpClient http = new();
    readonly IReadOnlyList<DemoKey> keys;

    ServedNode(NodeSettings settings, IReadOnlyList<DemoKey> keys, string logKey)
    {
        (Settings, this.keys, LogKey) = (settings, keys, logKey);
        http.BaseAddress = new Uri(settings.Url);
    }

    public NodeSettings Settings { get; }

    public string LogKey { get; }

    public HttpClient Http => http;

    /// <summary>The jt600 port.</summary>
    public int DevicePort => Settings.DevicePorts!.Value;

    /// <param name="folder">Of both sides' nodes.</param>
    /// <param name="name">Of node and administration.</param>
    /// <param name="port">Pages; the other side's are on the next, devices from 10 on.</param>
    /// <param name="cluster">Null keeps everything in the folder.</param>
    /// <param name="readers">Nodes that get a key to read this one.</param>
    public static async Task<ServedNode> CreateAsync(
        string folder, string name, int port, ClusterSettings? cluster, params IReadOnlyList<NodeSettings> readers)
    {
        var settings = SettingsOf(folder, name, port) with { Cluster = cluster };
        var registered = await new DemoRegistrar(SystemEntropy.Fill).RegisterAsync(
            settings, DemoRun.LoadPack("default"), readers, default);
        return new(settings, registered.Keys, registered.LogKey);
    }

    public static NodeSettings SettingsOf(string folder, string name, int port) => new DemoSettings(
        1, 1, 1, "default", folder, new Uri($"http://127.0.0.1:{port}"), port + 10, false, false)
        .Node(name, name == "pk" ? 0 : 1);

    /// <summary>Writes a settings file; a second one of the same node is its standby's.</summary>
    /// <param name="file">Its name in the folder.</param>
    /// <param name="settings">The node's own where null.</param>
    /// <param name="peer">The other side.</param>
    public async Task<string> ConfigureAsync(string file, NodeSettings? settings = null, ServedNode? peer = null)
    {
        var s = settings ?? Settings;
        var folder = Path.GetDirectoryName(Settings.DataDirectory)!;
        var lines = new List<string>
        {
            $"node: {s.Node}", $"administration: {s.Administration}", $"data: {Path.GetDirectoryName(s.DataDirectory)}",
            $"urls: {s.Url}", $"devicePorts: {s.DevicePorts}", $"origin: {s.Origin}", $"masterKey: {s.MasterKeyFile}",
            "simulated: true", $"overlays: [{Path.Combine(AppContext.BaseDirectory, "corridors", "demo")}]",
        };
        if (s.Cluster is { } cluster)
        {
            var secret = Path.Combine(folder, $"{file}.connection");
            await File.WriteAllTextAsync(secret, cluster.Connection + "\n");
            lines.AddRange(
                ["store: postgresql", $"storeConnectionFile: {secret}", $"storeSchema: {cluster.Schema}"]);
        }
        if (peer is not null)
            lines.AddRange(
            [
                "peers:", $"  - administration: {peer.Settings.Administration}", $"    origin: {peer.Settings.Origin}",
                $"    url: {peer.Settings.Url}", $"    logKey: {peer.LogKey}",
                $"    apiKeyFile: {DemoRegistrar.PeerKeyFile(s, peer.Settings)}",
            ]);
        var path = Path.Combine(folder, file);
        await File.WriteAllLinesAsync(path, lines);
        return path;
    }

    /// <summary>Starts the program and waits until it answers.</summary>
    /// <param name="trace">Where its system calls are written; null runs it untraced.</param>
    public async Task<RahdariProcess> StartAsync(string config, string? trace = null)
    {
        var server = trace is null
            ? RahdariProcess.Start("serve", "--config", config)
            : RahdariProcess.StartTraced(trace, "serve", "--config", config);
        await server.UntilAsync(async () =>
            (await http.GetAsync("/healthz")).IsSuccessStatusCode ? "up" : null, TimeSpan.FromSeconds(60));
        return server;
    }

    /// <summary>The same node behind another address: its standby's.</summary>
    public ServedNode At(NodeSettings settings) => new(settings, keys, LogKey);

    public string KeyOf(string role, string? office = null) =>
        keys.First(k => k.Role == role && (office is null || k.Office == office)).Key;

    public async Task<JsonNode> PostAsync(string path, object body, string office)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", KeyOf("officer", office));
        return await AnswerAsync(request);
    }

    public async Task<JsonNode> PostAsControlRoomAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", KeyOf("control-room"));
        return await AnswerAsync(request);
    }

    public async Task<JsonNode> GetAsync(string path, string role, string? office = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", KeyOf(role, office));
        return await AnswerAsync(request);
    }

    async Task<JsonNode> AnswerAsync(HttpRequestMessage request)
    {
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{request.RequestUri}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    /// <summary>One declaration with a unit a device, all under way from Karachi.</summary>
    public async Task<string> SendOffAsync(int units)
    {
        const string Office = "pk:KARACHI";
        var grn = "26PK000000000001" + CheckDigit.Of("26PK000000000001").ToString(CultureInfo.InvariantCulture);
        await PostAsync("/api/v1/guarantees", new
        {
            grn, type = "1", limit = Rupees(500_000_000), validUntil = "2099-01-01T00:00:00Z",
            guarantor = "Indus Surety", guarantorRating = "A++", accessCode = "1234",
        }, Office);
        var declared = await PostAsync("/api/v1/movements", new
        {
            localReference = "KILL-1", officeOfDeparture = Office, officeOfExit = "pk:TORKHAM",
            officeOfEntry = "af:TORKHAM", routeId = "karachi-torkham", holder = "Roshan Trading", consignor = "Sender",
            consignee = "Receiver", carrier = "Indus Road",
            units = Enumerable.Range(0, units).Select(i => new
            {
                kind = "container", container = Container(i), grossMassGrams = 20_000_000, vehicle = $"TLB-{i}",
            }),
            goods = new[]
            {
                new { hsCode = "100630", description = "rice", value = Rupees(1_000_000),
                    dutyAtRisk = Rupees(100_000) },
            },
        }, Office);
        var mrn = declared["mrn"]!.GetValue<string>();
        await PostAsync($"/api/v1/movements/{mrn}/guarantee", new { grn, accessCode = "1234" }, Office);
        var selection = await PostAsync($"/api/v1/movements/{mrn}/selection", new { }, Office);
        var lanes = selection["units"]!.AsArray().Select(u => u!["lane"]!.GetValue<string>()).ToList();
        for (var n = 1; n <= units; n++)
        {
            var unit = $"/api/v1/movements/{mrn}/units/{n}";
            if (lanes[n - 1] is "scan" or "examination")
                await PostAsync($"{unit}/examinations",
                    new { kind = lanes[n - 1] == "scan" ? "30" : "40", result = "A1" }, Office);
            await PostAsync($"{unit}/seals", new { seal = $"PK-{100_000 + n}", @class = "high" }, Office);
            await PostAsync($"{unit}/devices", new { device = $"jt600:{DeviceOf(n)}", role = "container" }, Office);
            await PostAsync($"{unit}/devices",
                new { device = $"teltonika:{352_000_000_000_000 + n}", role = "prime-mover" }, Office);
            await PostAsync($"{unit}/gate-out", new { vehicle = $"TLB-{n}", driver = "Driver" }, Office);
        }
        return mrn;
    }

    public LockDevice Device(int n, ConcurrentQueue<string> acknowledged) =>
        new(DeviceOf(n), DevicePort, Karachi, Now, acknowledged);

    /// <summary>Rope cuts told so far, once so many units have one.</summary>
    public async Task<IReadOnlyList<JsonNode>?> RopeCutsAsync(int atLeast)
    {
        var all = await GetAsync("/api/v1/alerts?state=all", "control-room");
        var cuts = all["items"]!.AsArray().Select(a => a!)
            .Where(a => a["kind"]!.GetValue<string>() == "rope-cut").ToList();
        return cuts.Select(a => a["unit"]!.GetValue<string>()).Distinct().Count() >= atLeast ? cuts : null;
    }

    /// <summary>Whether anything of a unit is sealed into the log.</summary>
    public async Task<bool> HasSegmentAsync(string unit)
    {
        var (mrn, number) = (unit[..unit.IndexOf('/')], unit[(unit.IndexOf('/') + 1)..]);
        return (await GetAsync($"/api/v1/movements/{mrn}/units/{number}/segments", "officer", "pk:KARACHI"))["items"]!
            .AsArray().Count > 0;
    }

    /// <summary>The one guarantee's balance: limit = free + locked + called.</summary>
    /// <returns>What is locked, in minor units.</returns>
    public async Task<long> BooksBalanceAsync()
    {
        var guarantees = (await GetAsync("/api/v1/guarantees", "officer", "pk:KARACHI"))["items"]!.AsArray();
        var book = Assert.Single(guarantees)!;
        long Of(string name) => book[name]!["minor"]!.GetValue<long>();
        Assert.Equal(Of("limit"), Of("free") + Of("locked") + Of("called"));
        return Of("locked");
    }

    /// <summary>The product's own check of log and record, as a command.</summary>
    public static async Task FsckAsync(string config)
    {
        await using var fsck = RahdariProcess.Start("log", "fsck", "--config", config);
        var (code, output) = await fsck.EndAsync(TimeSpan.FromMinutes(1));
        Assert.True(code == 0, $"log fsck ended with {code}: {output}\n{fsck.Errors}");
        Assert.Contains("computed again", output, StringComparison.Ordinal);
    }

    /// <summary>Opens the store nobody serves any more and looks for every acknowledged frame.</summary>
    public async Task JournalHoldsAsync(IEnumerable<string> acknowledged)
    {
        var settings = new StoreSettings
        {
            Time = TimeProvider.System,
            OnFatal = e => throw new IOException(e.Message, e),
        };
        await using var store = Settings.Cluster is { } cluster
            ? await ClusterStore.OpenAsync(cluster.Connection, cluster.Schema, settings, default)
            : await EmbeddedStore.OpenAsync(Settings.DataDirectory, settings, default);
        var kept = new HashSet<string>();
        foreach (var stream in new[] { "pk/live", "pk/late" })
            for (long after = 0; ;)
            {
                var rows = await store.Journal.ReadAsync(stream, after, 1000, default);
                foreach (var row in rows)
                {
                    Assert.Equal(++after, row.Number);
                    kept.Add(Convert.ToHexString(row.Entry.Raw));
                }
                if (rows.Count < 1000) break;
            }
        Assert.DoesNotContain(acknowledged, a => !kept.Contains(a));
    }

    public void Dispose() => http.Dispose();

    /// <summary>Machine time as a device tells it: whole seconds.</summary>
    public static DateTimeOffset Now() =>
        DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    static object Rupees(long minor) => new { minor, currency = "PKR" };

    static string DeviceOf(int n) => string.Create(CultureInfo.InvariantCulture, $"{8_000_000_000 + n}");

    static string Container(int i)
    {
        var ten = string.Create(CultureInfo.InvariantCulture, $"CSQU{305_400 + i:D6}");
        return ten + CheckDigit.Of(ten).ToString(CultureInfo.InvariantCulture);
    }
}
