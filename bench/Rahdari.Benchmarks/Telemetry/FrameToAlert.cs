using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Hosting;
using Rahdari.Hosting.Demonstrating;
using Rahdari.Movements;
using Rahdari.Transparency;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>
/// From the last byte of a frame to the alert in the API's answer, on a whole node: durable in the journal, answered,
/// judged, signed, committed, read. A rope is cut and made whole again, so that each cut is an alert of its own. The
/// time includes half of <see cref="Look"/> on average.
/// </summary>
static class FrameToAlert
{
    const int Cuts = 60, NotCounted = 5;

    static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("rahdari-bench-").FullName;
        var (port, devicePorts) = (FreePort(), FreePort());
        var settings = new DemoSettings(
            1, 1, 1, "default", folder, new Uri($"http://127.0.0.1:{port}"), devicePorts, false, false).Node("pk", 0);
        var pack = DemoRun.LoadPack("default");
        var (_, _, keys) = await new DemoRegistrar(SystemEntropy.Fill).RegisterAsync(settings, pack, [], default);
        await using (var node = await NodeHost.StartAsync(
            settings, pack, new OperatingClock(TimeProvider.System), TimeProvider.System,
            new NodeOutput(Console.Error), default))
        {
            using var http = new HttpClient { BaseAddress = new(settings.Url) };
            var officer = keys.First(k => k.Role == "officer" && k.Office == "pk:KARACHI").Key;
            http.DefaultRequestHeaders.Authorization = new("Bearer", officer);
            await UnderWayAsync(http);
            using var padlock = new TcpClient("127.0.0.1", settings.DevicePorts!.Value) { NoDelay = true };
            var delays = new List<double>();
            for (var cut = 0; cut < Cuts + NotCounted; cut++)
            {
                var before = await AlertsAsync(http);
                var started = Stopwatch.GetTimestamp();
                await SendAsync(padlock, cut * 2, isCut: true);
                while (await AlertsAsync(http) == before) await Task.Delay(Look);
                if (cut >= NotCounted) delays.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                await SendAsync(padlock, cut * 2 + 1, isCut: false);
            }
            delays.Sort();
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"frame to alert, {Cuts} cuts: p50 {delays[Cuts / 2]:F0} ms   p99 {delays[Cuts * 99 / 100]:F0} ms   "
                + $"longest {delays[^1]:F0} ms"));
        }
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>One unit released, sealed, followed and gated out.</summary>
    static async Task UnderWayAsync(HttpClient http)
    {
        var grn = "26PK000000000001" + CheckDigit.Of("26PK000000000001").ToString(CultureInfo.InvariantCulture);
        await PostAsync(http, "/api/v1/guarantees", new
        {
            grn, type = "1", limit = Rupees(500_000_000), validUntil = "2099-01-01T00:00:00Z", guarantor = "Surety",
            guarantorRating = "A++", accessCode = "1234",
        });
        var declared = await PostAsync(http, "/api/v1/movements", new
        {
            localReference = "BENCH-1", officeOfDeparture = "pk:KARACHI", officeOfExit = "pk:TORKHAM",
            officeOfEntry = "af:TORKHAM", routeId = "karachi-torkham", holder = "H", consignor = "S", consignee = "R",
            carrier = "C",
            units = new[] { new { kind = "bulk-truck", grossMassGrams = 20_000_000, vehicle = "TLB-1" } },
            goods = new[]
            {
                new
                {
                    hsCode = "100630", description = "rice", value = Rupees(1_000_000), dutyAtRisk = Rupees(100_000),
                },
            },
        });
        var movement = $"/api/v1/movements/{declared["mrn"]}";
        await PostAsync(http, $"{movement}/guarantee", new { grn, accessCode = "1234" });
        var lane = (string?)(await PostAsync(http, $"{movement}/selection", new { }))["units"]![0]!["lane"];
        var unit = $"{movement}/units/1";
        if (lane is "scan" or "examination")
            await PostAsync(http, $"{unit}/examinations", new { kind = lane == "scan" ? "30" : "40", result = "A1" });
        await PostAsync(http, $"{unit}/seals", new { seal = "PK-100001", @class = "high" });
        await PostAsync(http, $"{unit}/devices", new { device = "jt600:8000620011", role = "container" });
        await PostAsync(http, $"{unit}/devices", new { device = "teltonika:352093081452251", role = "prime-mover" });
        await PostAsync(http, $"{unit}/gate-out", new { vehicle = "TLB-1", driver = "Driver" });
    }

    static object Rupees(long minor) => new { minor, currency = "PKR" };

    static async Task<JsonNode> PostAsync(HttpClient http, string path, object body)
    {
        using var answer = await http.PostAsJsonAsync(path, body);
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? JsonNode.Parse(text)! : throw new InvalidOperationException(text);
    }

    static async Task<int> AlertsAsync(HttpClient http) =>
        JsonNode.Parse(await http.GetStringAsync("/api/v1/alerts?state=all"))!["items"]!.AsArray().Count;

    /// <param name="place">Counts records: each is a second after the one before.</param>
    static async Task SendAsync(TcpClient padlock, int place, bool isCut)
    {
        var at = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());
        var message = new DeviceMessage
        {
            Kind = isCut ? MessageKind.Event : MessageKind.Position,
            Record = isCut ? RecordClass.Alarm : RecordClass.Live,
            Time = at.AddSeconds(place + 1),
            Valid = true,
            Position = new(248_100_000, 669_700_000),
            Speed = new Speed(0),
            CourseDegrees = 0,
            Satellites = 9,
            BatteryPercent = 80,
            DeviceSerial = place % 256,
            Seal = new SealState(Locked: true, RopePresent: !isCut, CoverClosed: true),
            Events = isCut ? [DeviceEvent.RopeCut] : [],
        };
        var stream = padlock.GetStream();
        await stream.WriteAsync(Jt600Encoder.Record("8000620011", message));
        var answer = new byte[64];
        if (await stream.ReadAsync(answer) == 0) throw new IOException("the node closed the connection");
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
