using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Rahdari.Transparency.Verifying;

namespace Rahdari.Hosting.Demonstrating;

/// <summary>
/// The one line <c>demo --until-done --json</c> ends with (design 7). Read from the first node's API with an auditor's
/// key, from the journals and from the log folders; nothing is taken from the simulator's own books.
/// </summary>
sealed record DemoSummary(
    int Movements, int Units, int Discharged, IReadOnlyDictionary<string, int> ByGrade, int Exceptions,
    IReadOnlyList<ExceptionUnit> ExceptionUnits, long Fixes, AlertCounts Alerts, IReadOnlyList<LogVerdict> Logs,
    double Seconds)
{
    /// <summary>Rows asked for at once; the API's own limit is no smaller.</summary>
    const int PageRows = 100;

    /// <summary>Checkpoints appear once a second; a busy machine may take some more.</summary>
    static readonly TimeSpan LastCheckpoint = TimeSpan.FromSeconds(15);

    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        // The root's base64 stands unescaped: '+' is no danger outside HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Whether the double-entry books of every guarantee add up.</summary>
    [JsonIgnore]
    public bool BooksBalance { get; init; }

    [JsonIgnore]
    public bool IsGood => Discharged + Exceptions == Units && Exceptions == ExceptionUnits.Count && BooksBalance
        && Logs.All(l => l.Consistent);

    public static async Task<DemoSummary> CollectAsync(
        DemoAccounts accounts, NodeHost[] nodes, TimeSpan passed, CancellationToken cancel)
    {
        var node = accounts.Nodes[0];
        using var http = new HttpClient { BaseAddress = new Uri(node.Url) };
        http.DefaultRequestHeaders.Authorization = new("Bearer", accounts.Keys.First(k => k.Node == node.Node).Key);
        var movements = await PagesAsync(http, "/api/v1/movements", cancel);
        var alerts = await PagesAsync(http, "/api/v1/alerts?state=all", cancel);
        var own = movements.Where(m => Text(m, "administration") == node.Node).ToList();
        var units = own.SelectMany(m => m["units"]!.AsArray()).Select(u => u!).ToList();
        var discharged = units.Where(u => Text(u, "state") == "discharged").ToList();
        var others = units.Except(discharged).Select(u =>
            new ExceptionUnit(Text(u, "unit"), Text(u, "state"))).ToList();
        var logs = new List<LogVerdict>();
        foreach (var host in nodes)
        {
            await host.PublishedAsync(LastCheckpoint, cancel);
            logs.Add(LogVerdict.Of(await host.CheckLogAsync(cancel)));
        }
        return new(
            own.Count, units.Count, discharged.Count,
            new[] { "E1", "E2", "E3", "E4" }.ToDictionary(g => g, g => discharged.Count(u => Text(u, "grade") == g)),
            others.Count, others, nodes.Sum(n =>
                n.JournaledRecords), Count(alerts), logs, Math.Round(passed.TotalSeconds, 1))
        {
            BooksBalance = await nodes[0].BooksBalanceAsync(cancel) && await nodes[1].BooksBalanceAsync(cancel),
        };
    }

    static AlertCounts Count(IReadOnlyList<JsonNode> alerts) => new(
        alerts.Count, alerts.Count(a => a["late"]!.GetValue<bool>()),
        alerts.GroupBy(a => Text(a, "kind")).OrderBy(g => g.Key, StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => g.Count()));

    static async Task<IReadOnlyList<JsonNode>> PagesAsync(HttpClient http, string path, CancellationToken cancel)
    {
        var all = new List<JsonNode>();
        string? cursor = null;
        do
        {
            var separator = path.Contains('?', StringComparison.Ordinal) ? '&' : '?';
            var after = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
            var page = JsonNode.Parse(await http.GetStringAsync($"{path}{separator}limit={PageRows}{after}", cancel))!;
            all.AddRange(page["items"]!.AsArray().Select(i => i!));
            cursor = page["next"]?.GetValue<string>();
        }
        while (cursor is not null);
        return all;
    }

    static string Text(JsonNode node, string name) => node[name]?.GetValue<string>() ?? "";
}

sealed record ExceptionUnit(string Unit, string Reason);

sealed record AlertCounts(int Raised, int Late, IReadOnlyDictionary<string, int> ByKind);

/// <param name="Root">The checkpoint's root, base64.</param>
/// <param name="Consistent">The verdict of <c>rahdari log fsck</c>.</param>
sealed record LogVerdict(
    string Origin, long Size, string Root, bool Consistent, IReadOnlyList<string> Cosigners, bool? PolicyMet)
{
    public static LogVerdict Of(FsckReport report) => new(
        report.Origin, report.Log.Head?.Size ?? 0, report.Log.Head?.Root.ToBase64() ?? "", report.IsConsistent,
        report.Log.Cosigners, report.Log.TrustMet);
}
