using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Hosting.Demonstrating;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Storage.Embedded;
using Rahdari.Transparency;

namespace Rahdari.Tests.EndToEnd;

/// <summary>The server is killed during traffic, again and again, on one data directory.</summary>
public sealed class KillTests : IAsyncLifetime
{
    /// <summary>Ten rounds always; RAHDARI_LONG=1 makes it a hundred.</summary>
    static readonly int Rounds = Environment.GetEnvironmentVariable("RAHDARI_LONG") == "1" ? 100 : 10;

    const int Devices = 4, CutEvery = 40;

    static readonly GeoPosition Karachi = new(248_100_000, 669_700_000);

    readonly string folder = Directory.CreateTempSubdirectory("rahdari-kill-").FullName;
    readonly int port = RahdariProcess.FreePorts();
    readonly ConcurrentQueue<string> acknowledged = [];
    readonly HttpClient http = new();
    string officer = "", controlRoom = "";
    NodeSettings settings = null!;

    [Fact]
    public async Task No_acknowledged_record_is_missing_no_alarm_comes_twice_and_books_and_log_hold_after_ten_kills()
    {
        var devices = Enumerable.Range(1, Devices)
            .Select(n => new LockDevice(DeviceOf(n), port + 10, Karachi, Now, acknowledged)).ToList();
        var dice = new Random(20_260_901);
        using var stop = new CancellationTokenSource();
        await using (var first = await StartAsync()) await PrepareUnitsAsync();
        var traffic = devices.Select(d => d.RunAsync(CutEvery, stop.Token)).ToList();
        for (var round = 0; round < Rounds; round++)
        {
            await using var server = await StartAsync();
            var seen = acknowledged.Count;
            await server.UntilAsync<object>(
                () => Task.FromResult<object?>(acknowledged.Count > seen + 50
                    ? "traffic" : null), TimeSpan.FromSeconds(30));
            await Task.Delay(dice.Next(0, 400));
            await server.KillAsync();
        }
        await using (var last = await StartAsync())
        {
            await stop.CancelAsync();
            await Task.WhenAll(traffic);
            Assert.All(devices, d => Assert.True(d.Cuts > 0));
            var alerts = await last.UntilAsync(async () => await RopeCutsAsync(Devices), TimeSpan.FromSeconds(60));
            Assert.Equal(Devices, alerts.Select(a => Text(a, "unit")).Distinct().Count());
            // Twice would be the same cause of the same unit under two ids, or more alerts than cuts.
            Assert.Equal(alerts.Count, alerts.Select(a => (Text(a, "unit"), Text(a, "from"))).Distinct().Count());
            Assert.True(alerts.Count <= devices.Sum(d => d.Cuts), $"{alerts.Count} alerts");
            await BooksBalanceAsync();
        }
        await using (var fsck = RahdariProcess.Start("log", "fsck", "--data", settings.DataDirectory))
        {
            var (code, output) = await fsck.EndAsync(TimeSpan.FromMinutes(1));
            Assert.True(code == 0, $"log fsck ended with {code}: {output}\n{fsck.Errors}");
        }
        await JournalHoldsEveryAcknowledgedRecordAsync();
    }

    public async Task InitializeAsync()
    {
        var demo = new DemoSettings(1, 1, 1, "default", folder, new Uri($"http://127.0.0.1:{port}"), port + 10,
            false, false);
        settings = demo.Node("pk", 0);
        var pack = DemoRun.LoadPack("default");
        var (_, _, keys) = await new DemoRegistrar(SystemEntropy.Fill).RegisterAsync(settings, pack, [], default);
        officer = keys.First(k => k.Role == "officer" && k.Office == "pk:KARACHI").Key;
        controlRoom = keys.First(k => k.Role == "control-room").Key;
        http.BaseAddress = new Uri(settings.Url);
        await File.WriteAllTextAsync(Path.Combine(folder, "node.yaml"),
            $"""
            node: pk
            administration: pk
            data: {folder}
            urls: {settings.Url}
            devicePorts: {settings.DevicePorts}
            origin: {settings.Origin}
            masterKey: {settings.MasterKeyFile}
            simulated: true
            overlays: [{Path.Combine(AppContext.BaseDirectory, "corridors", "demo")}]
            """);
    }

    public Task DisposeAsync()
    {
        http.Dispose();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    async Task<RahdariProcess> StartAsync()
    {
        var server = RahdariProcess.Start("serve", "--config", Path.Combine(folder, "node.yaml"));
        await server.UntilAsync(async () => (await http.GetAsync("/healthz")).IsSuccessStatusCode ? "up" : null,
            TimeSpan.FromSeconds(60));
        return server;
    }

    /// <summary>One declaration with a unit a device, all under way.</summary>
    async Task PrepareUnitsAsync()
    {
        var grn = "26PK000000000001" + CheckDigit.Of("26PK000000000001").ToString(CultureInfo.InvariantCulture);
        await PostAsync("/api/v1/guarantees", new
        {
            grn, type = "1", limit = Rupees(500_000_000), validUntil = "2099-01-01T00:00:00Z",
                guarantor = "Indus Surety",
            guarantorRating = "A++", accessCode = "1234",
        });
        var declared = await PostAsync("/api/v1/movements", new
        {
            localReference = "KILL-1", officeOfDeparture = "pk:KARACHI", officeOfExit = "pk:TORKHAM",
            officeOfEntry = "af:TORKHAM", routeId = "karachi-torkham", holder = "Roshan Trading", consignor = "Sender",
            consignee = "Receiver", carrier = "Indus Road",
            units = Enumerable.Range(0, Devices).Select(i => new
            {
                kind = "container", container = Container(i), grossMassGrams = 20_000_000, vehicle = $"TLB-{i}",
            }),
            goods = new[]
            {
                new { hsCode = "100630", description = "rice", value = Rupees(1_000_000),
                    dutyAtRisk = Rupees(100_000) },
            },
        });
        var mrn = declared["mrn"]!.GetValue<string>();
        await PostAsync($"/api/v1/movements/{mrn}/guarantee", new { grn, accessCode = "1234" });
        var selection = await PostAsync($"/api/v1/movements/{mrn}/selection", new { });
        var lanes = selection["units"]!.AsArray().Select(u => u!["lane"]!.GetValue<string>()).ToList();
        for (var n = 1; n <= Devices; n++)
        {
            var unit = $"/api/v1/movements/{mrn}/units/{n}";
            if (lanes[n - 1] is "scan" or "examination")
                await PostAsync($"{unit}/examinations", new { kind = lanes[n - 1] == "scan"
                    ? "30" : "40", result = "A1" });
            await PostAsync($"{unit}/seals", new { seal = $"PK-{100_000 + n}", @class = "high" });
            await PostAsync($"{unit}/devices", new { device = $"jt600:{DeviceOf(n)}", role = "container" });
            await PostAsync($"{unit}/devices", new { device = $"teltonika:{352_000_000_000_000 + n}",
                role = "prime-mover" });
            await PostAsync($"{unit}/gate-out", new { vehicle = $"TLB-{n}", driver = "Driver" });
        }
    }

    static DateTimeOffset Now() =>
        DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    static object Rupees(long minor) => new { minor, currency = "PKR" };

    static string DeviceOf(int n) => string.Create(CultureInfo.InvariantCulture, $"{8_000_000_000 + n}");

    static string Container(int i)
    {
        var ten = string.Create(CultureInfo.InvariantCulture, $"CSQU{305_400 + i:D6}");
        return ten + CheckDigit.Of(ten).ToString(CultureInfo.InvariantCulture);
    }

    async Task<JsonNode> PostAsync(string path, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
        request.Headers.Authorization = new("Bearer", officer);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    async Task<IReadOnlyList<JsonNode>?> RopeCutsAsync(int atLeast)
    {
        var all = await GetAsync("/api/v1/alerts?state=all", controlRoom);
        var cuts = all["items"]!.AsArray().Select(a => a!).Where(a =>
            a["kind"]!.GetValue<string>() == "rope-cut").ToList();
        return cuts.Select(a => Text(a, "unit")).Distinct().Count() >= atLeast ? cuts : null;
    }

    static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();

    async Task BooksBalanceAsync()
    {
        var guarantees = (await GetAsync("/api/v1/guarantees", officer))["items"]!.AsArray();
        var book = Assert.Single(guarantees)!;
        long Of(string name) => book[name]!["minor"]!.GetValue<long>();
        Assert.Equal(Of("limit"), Of("free") + Of("locked") + Of("called"));
        Assert.True(Of("locked") > 0);
    }

    async Task<JsonNode> GetAsync(string path, string key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Authorization = new("Bearer", key);
        using var answer = await http.SendAsync(request);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    async Task JournalHoldsEveryAcknowledgedRecordAsync()
    {
        await using var store = await EmbeddedStore.OpenAsync(settings.DataDirectory, new StoreSettings
        {
            Time = TimeProvider.System,
            OnFatal = e => throw new IOException(e.Message, e),
        }, default);
        var kept = new HashSet<string>();
        foreach (var stream in new[] { "pk/live", "pk/late" })
            for (long after = 0; ;)
            {
                var rows = await store.Journal.ReadAsync(stream, after, 1000, default);
                foreach (var row in rows) kept.Add(Convert.ToHexString(row.Entry.Raw));
                if (rows.Count < 1000) break;
                after = rows[^1].Number;
            }
        Assert.True(acknowledged.Count > Rounds * 50);
        Assert.DoesNotContain(acknowledged, a => !kept.Contains(a));
    }
}
