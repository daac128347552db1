using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Rahdari.Hosting;
using Rahdari.Hosting.Demonstrating;
using Rahdari.Movements;
using Rahdari.Transparency;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>A whole node with units under way, asked and told over HTTP as officers do.</summary>
sealed class RoadNode : IAsyncDisposable
{
    public const string Route = "karachi-torkham";

    readonly string folder;
    readonly NodeHost host;
    int movements;

    RoadNode(string folder, NodeHost host, HttpClient http, int devicePort) =>
        (this.folder, this.host, Http, DevicePort) = (folder, host, http, devicePort);

    public HttpClient Http { get; }

    /// <summary>Of the first protocol, jt600.</summary>
    public int DevicePort { get; }

    /// <summary>Whether a record is on its way to the disk or waits to be judged.</summary>
    public bool IsBehind => host.OldestUndone() is not null;

    public long Journaled => host.JournaledRecords;

    public static async Task<RoadNode> StartAsync(CorridorClock clock)
    {
        var folder = Directory.CreateTempSubdirectory("rahdari-bench-").FullName;
        var (port, devicePorts) = (FreePort(), FreePort());
        var settings = new DemoSettings(
            1, 1, 1, "default", folder, new Uri($"http://127.0.0.1:{port}"), devicePorts, false, false).Node("pk", 0);
        var shipped = DemoRun.LoadPack("default");
        // The same rope is cut again and again: each cut is to be told, and not counted to the first.
        var pack = shipped with
        {
            Judging = new([.. shipped.Judging.Rows.Select(
                r => r with { Value = r.Value with { FloodCauses = int.MaxValue } })]),
        };
        var (_, _, keys) = await new DemoRegistrar(SystemEntropy.Fill).RegisterAsync(settings, pack, [], default);
        var host = await NodeHost.StartAsync(
            settings, pack, clock, TimeProvider.System, new NodeOutput(Console.Error), default);
        var http = new HttpClient { BaseAddress = new(settings.Url) };
        var officer = keys.First(k => k.Role == "officer" && k.Office == "pk:KARACHI").Key;
        http.DefaultRequestHeaders.Authorization = new("Bearer", officer);
        return new(folder, host, http, devicePorts);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await host.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Units declared together, sealed, each followed by its two devices, and gated out.</summary>
    /// <param name="devices">Of each unit: the padlock and the prime mover's.</param>
    /// <returns>The movement.</returns>
    public async Task<string> UnderWayAsync(params (string Container, string PrimeMover)[] devices)
    {
        var number = ++movements;
        var digits = string.Create(CultureInfo.InvariantCulture, $"26PK{number:D12}");
        var grn = digits + CheckDigit.Of(digits).ToString(CultureInfo.InvariantCulture);
        await PostAsync("/api/v1/guarantees", new
        {
            grn, type = "1", limit = Rupees(500_000_000), validUntil = "2099-01-01T00:00:00Z", guarantor = "Surety",
            guarantorRating = "A++", accessCode = "1234",
        });
        var declared = await PostAsync("/api/v1/movements", new
        {
            localReference = string.Create(CultureInfo.InvariantCulture, $"BENCH-{number}"),
            officeOfDeparture = "pk:KARACHI", officeOfExit = "pk:TORKHAM", officeOfEntry = "af:TORKHAM",
            routeId = Route, holder = "H", consignor = "S", consignee = "R", carrier = "C",
            units = devices.Select((_, i) => new
            {
                kind = "bulk-truck", grossMassGrams = 20_000_000, vehicle = Vehicle(number, i),
            }),
            goods = new[]
            {
                new
                {
                    hsCode = "100630", description = "rice", value = Rupees(1_000_000), dutyAtRisk = Rupees(100_000),
                },
            },
        });
        var movement = $"/api/v1/movements/{declared["mrn"]}";
        await PostAsync($"{movement}/guarantee", new { grn, accessCode = "1234" });
        var lanes = (await PostAsync($"{movement}/selection", new { }))["units"]!.AsArray();
        for (var i = 0; i < devices.Length; i++)
        {
            var unit = string.Create(CultureInfo.InvariantCulture, $"{movement}/units/{i + 1}");
            var lane = (string?)lanes[i]!["lane"];
            if (lane is "scan" or "examination")
                await PostAsync($"{unit}/examinations", new { kind = lane == "scan" ? "30" : "40", result = "A1" });
            var seal = string.Create(CultureInfo.InvariantCulture, $"PK-{(number * 1_000) + i:D7}");
            await PostAsync($"{unit}/seals", new { seal, @class = "high" });
            await PostAsync($"{unit}/devices", new { device = devices[i].Container, role = "container" });
            await PostAsync($"{unit}/devices", new { device = devices[i].PrimeMover, role = "prime-mover" });
            await PostAsync($"{unit}/gate-out", new { vehicle = Vehicle(number, i), driver = "Driver" });
        }
        return (string)declared["mrn"]!;
    }

    /// <summary>Ids of the newest alerts of one kind and movement.</summary>
    public async Task<HashSet<string>> AlertsAsync(string movement, string kind) =>
    [
        .. JsonNode.Parse(await Http.GetStringAsync("/api/v1/alerts?state=all"))!["items"]!.AsArray()
            .Where(a => ((string)a!["unit"]!).StartsWith(movement, StringComparison.Ordinal)
                && (string?)a["kind"] == kind)
            .Select(a => (string)a!["id"]!),
    ];

    static string Vehicle(int movement, int unit) =>
        string.Create(CultureInfo.InvariantCulture, $"TLB-{(movement * 1_000) + unit}");

    static object Rupees(long minor) => new { minor, currency = "PKR" };

    async Task<JsonNode> PostAsync(string path, object body)
    {
        using var answer = await Http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException(text);
    }

    static int FreePort()
    {
        var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var port = ((IPEndPoint)probe.LocalEndpoint).Port;
        probe.Stop();
        return port;
    }
}
