using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Rahdari.Simulator;

namespace Rahdari.Tests.Simulator;

/// <summary>
/// Two nodes as the simulator meets them: the HTTP contract over Kestrel and the device protocols over TCP, with one
/// set of books behind both. It keeps what it is told and refuses what is out of order, no more.
/// </summary>
sealed class FakeNodes : IAsyncDisposable
{
    static readonly string[] ObservedInOrder = ["gate-out", "exit", "entry"];

    readonly object gate = new();
    readonly List<WebApplication> apps = [];
    readonly Dictionary<string, JsonObject> movements = [];
    readonly Dictionary<string, (int Status, string Body)> answered = [];
    readonly Dictionary<string, JsonObject> alerts = [];
    readonly List<JsonObject> closures = [];
    readonly HashSet<string> guarantees = [], stock = [];
    TestClock? clock;

    FakeNodes()
    {
        Locks = new("jt600") { OnReceived = Judge };
        Trackers = new("teltonika");
    }

    public FakeDevicePort Locks { get; }

    public FakeDevicePort Trackers { get; }

    public SimulationOptions Options { get; private set; } = null!;

    /// <summary>Every POST that was granted: node, path, office of the key; in order.</summary>
    public ConcurrentQueue<(string Node, string Path, string Key)> Granted { get; } = new();

    /// <summary>Answers to a request instead of the books; null lets the books answer. Counted from 1.</summary>
    public Func<int, HttpRequest, int?> Interfere { get; set; } = (_, _) => null;

    /// <summary>After an exit, a discharge without the other side's answer is refused for this long.</summary>
    public TimeSpan Wait { get; set; } = TimeSpan.FromHours(24);

    public DateTimeOffset? ResumedAt { get; set; }

    int requests;

    public static async Task<FakeNodes> StartAsync(int trucks, ulong seed = 1)
    {
        var nodes = new FakeNodes();
        var (pk, af) = (await nodes.ServeAsync("pk"), await nodes.ServeAsync("af"));
        nodes.Options = SampleOptions.Of(
            trucks, seed, pk: pk, af: af, jt600: nodes.Locks.Port, teltonika: nodes.Trackers.Port);
        return nodes;
    }

    /// <summary>One run against these nodes, on a clock of its own.</summary>
    public async Task<SimulationReport> RunAsync(
        DateTimeOffset from, Action<AcknowledgedRecord>? onAcknowledged = null, CancellationToken cancel = default)
    {
        using var running = new TestClock(from);
        lock (gate) clock = running;
        var options = Options with { OnAcknowledged = onAcknowledged, ResumedAt = ResumedAt };
        return await new SimulationRun(options, running, new PromptTime()).RunAsync(cancel);
    }

    public DateTimeOffset Now => clock!.Now;

    public IReadOnlyList<JsonObject> Alerts
    {
        get { lock (gate) return [.. alerts.Values]; }
    }

    public IReadOnlyList<JsonObject> Closures => closures;

    public IReadOnlyList<string> History(string unit)
    {
        lock (gate)
        {
            return
            [
                .. movements[unit[..unit.IndexOf('/')]]["history"]!.AsArray()
                    .Where(h => (string?)h!["unit"] == unit || h["unit"] is null).Select(h => (string)h!["type"]!),
            ];
        }
    }

    async Task<Uri> ServeAsync(string node)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.Run(context => AnswerAsync(node, context));
        await app.StartAsync();
        apps.Add(app);
        return new Uri(app.Urls.First());
    }

    async Task AnswerAsync(string node, HttpContext context)
    {
        var request = context.Request;
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync();
        var body = text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject();
        int status;
        string answer;
        lock (gate)
        {
            var instead = Interfere(++requests, request);
            (status, answer) = instead is { } code ? (code, "") : Books(node, request, body);
        }
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer);
    }

    (int, string) Books(string node, HttpRequest request, JsonObject body)
    {
        var key = request.Headers.Authorization.ToString().Replace("Bearer key of ", "");
        if (!key.Contains('@')) return (401, "{}");
        var path = request.Path.ToString()["/api/v1".Length..];
        if (request.Method == "GET") return Look(path);
        var id = $"{node} {request.Headers["Idempotency-Key"]}";
        if (id.EndsWith(' ')) return Refuse(400, "idempotency-key-missing");
        if (answered.TryGetValue(id, out var before)) return before;
        var answer = Act(node, path, key[(key.IndexOf('@') + 1)..], body);
        if (answer.Status < 300) Granted.Enqueue((node, path, key));
        return answered[id] = answer;
    }

    (int, string) Look(string path) => path.Split('/')[1..] switch
    {
        ["movements"] => Ok(new JsonObject { ["items"] = Clone(movements.Values), ["next"] = null }),
        ["movements", var mrn] => movements.TryGetValue(mrn, out var m) ? Ok(m) : Refuse(404, "movement-unknown"),
        ["guarantees", var grn] => guarantees.Contains(grn) ? Ok([]) : Refuse(404, "guarantee-unknown"),
        ["stock", "devices", var device] => stock.Contains(device) ? Ok([]) : Refuse(404, "device-unknown"),
        ["alerts"] => Ok(new JsonObject
        {
            ["items"] = Clone(alerts.Values.Where(a => (string)a["state"]! != "resolved")),
        }),
        ["closures"] => Ok(new JsonObject { ["items"] = Clone(closures) }),
        _ => Refuse(404, "no-such-page"),
    };

    (int Status, string Body) Act(string node, string path, string office, JsonObject body)
    {
        switch (path.Split('/')[1..])
        {
            case ["guarantees"]:
                guarantees.Add((string)body["grn"]!);
                return Created([]);
            case ["movements"]:
                return Declare(body);
            case ["movements", var mrn, "guarantee"]:
                if (!guarantees.Contains((string)body["grn"]!)) return Refuse(422, "guarantee-unknown-or-code");
                Write(mrn, "guarantee-reserved", node, office, null);
                return Created([]);
            case ["movements", var mrn, "selection"]:
                foreach (var unit in movements[mrn]["units"]!.AsArray()) unit!["lane"] = "scan";
                Write(mrn, "selection-made", node, office, null);
                return Created([]);
            case ["movements", var mrn, "units", var n, var step]:
                return Unit(node, office, mrn, $"{mrn}/{n}", step, body);
            case ["stock", "devices"]:
                return stock.Add((string)body["device"]!) ? Created([]) : Refuse(409, "device-in-books");
            case ["stock", "devices", _, "return"]:
                return Created([]);
            case ["alerts", var id, "acknowledge"]:
                (alerts[id]["state"], alerts[id]["acknowledgedAt"]) = ("acknowledged", Now.ToString("O"));
                return Created([]);
            case ["alerts", var id, "resolve"]:
                (alerts[id]["state"], alerts[id]["finding"]) = ("resolved", (string)body["finding"]!);
                return Created([]);
            case ["closures"]:
                closures.Add(new()
                {
                    ["noticeId"] = "notice-1", ["crossing"] = (string)body["crossing"]!,
                    ["reason"] = (string)body["reason"]!, ["from"] = Now.ToString("O"), ["reopenedAt"] = null,
                });
                return Created(new() { ["noticeId"] = "notice-1" });
            case ["closures", _, "reopening"]:
                closures[0]["reopenedAt"] = Now.ToString("O");
                return Created([]);
            default:
                return Refuse(404, "no-such-page");
        }
    }

    (int, string) Declare(JsonObject body)
    {
        var mrn = $"26PK{movements.Count + 1:D12}J0";
        var units = body["units"]!.AsArray().Select((_, i) => new JsonObject
        {
            ["unit"] = $"{mrn}/{i + 1}", ["state"] = "declared", ["lane"] = null, ["grade"] = "none",
            ["unreconciled"] = false,
        });
        movements[mrn] = new()
        {
            ["mrn"] = mrn, ["localReference"] = (string)body["localReference"]!, ["units"] = Clone(units),
            ["history"] = new JsonArray(),
        };
        return Created(new() { ["mrn"] = mrn });
    }

    (int, string) Unit(string node, string office, string mrn, string unit, string step, JsonObject body)
    {
        var history = movements[mrn]["history"]!.AsArray()
            .Where(h => (string?)h!["unit"] == unit).Select(h => (string)h!["type"]!).ToList();
        switch (step)
        {
            case "discharge":
                var exit = movements[mrn]["history"]!.AsArray()
                    .FirstOrDefault(h => (string?)h!["unit"] == unit && (string)h["type"]! == "unit-exited");
                var entered = history.Contains("unit-entered");
                if (!entered && Now < DateTimeOffset.Parse((string)exit!["at"]!) + Wait)
                    return Refuse(422, "discharge-too-early");
                var state = movements[mrn]["units"]!.AsArray().First(u => (string)u!["unit"]! == unit)!;
                (state["state"], state["grade"]) = ("discharged", entered ? "e4" : "e1");
                state["unreconciled"] = !entered;
                Write(mrn, "unit-discharged", node, office, unit);
                return Created([]);
            case "devices" when !history.Contains("seal-fitted") || !stock.Contains((string)body["device"]!):
            case "gate-out" when history.Count(t => t == "device-fitted") != 2:
            case "exit" when !history.Contains("unit-gated-out"):
            case "entry" when node != "af" || !history.Contains("unit-exited"):
                return Refuse(422, "out-of-order");
            default:
                Write(mrn, TypeOf(step), node, office, unit);
                return Created([]);
        }
    }

    static string TypeOf(string step) => step switch
    {
        "examinations" => "unit-examined",
        "seals" => "seal-fitted",
        "devices" => "device-fitted",
        "weights" => "unit-weighed",
        "gate-out" => "unit-gated-out",
        "exit" => "unit-exited",
        _ => "unit-entered",
    };

    void Write(string mrn, string type, string node, string office, string? unit) =>
        movements[mrn]["history"]!.AsArray().Add((JsonNode)new JsonObject
        {
            ["type"] = type, ["administration"] = node, ["office"] = office, ["unit"] = unit,
            ["at"] = Now.ToString("O"),
        });

    /// <summary>The one rule these nodes have: a rope that is cut is an alert, once.</summary>
    void Judge(ReceivedRecord record)
    {
        if (!record.Message.Events.Contains(Rahdari.Devices.DeviceEvent.RopeCut)) return;
        lock (gate)
        {
            var mrn = movements.Keys.First();
            alerts.TryAdd("rope-1", new()
            {
                ["id"] = "rope-1", ["unit"] = $"{mrn}/1", ["kind"] = "rope-cut", ["state"] = "raised",
                ["from"] = record.Message.Time!.Value.ToString("O"),
                ["until"] = record.Message.Time.Value.ToString("O"),
                ["late"] = true, ["raisedAt"] = Now.ToString("O"),
            });
        }
    }

    static JsonArray Clone(IEnumerable<JsonObject> items) => [.. items.Select(i => (JsonNode)i.DeepClone())];

    static (int, string) Ok(JsonObject body) => (200, body.ToJsonString(JsonSerializerOptions.Web));

    static (int, string) Created(JsonObject body) => (201, body.ToJsonString(JsonSerializerOptions.Web));

    static (int, string) Refuse(int status, string code) => (status, $$"""{"code":"{{code}}","status":{{status}}}""");

    public async ValueTask DisposeAsync()
    {
        foreach (var app in apps) await app.DisposeAsync();
        await Locks.DisposeAsync();
        await Trackers.DisposeAsync();
    }
}
