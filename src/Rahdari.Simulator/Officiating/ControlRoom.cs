using System.Text.Json;
using Rahdari.Simulator.Driving;

namespace Rahdari.Simulator.Officiating;

/// <summary>
/// Looks at every open alert, acknowledges it, asks the driver, and closes it with what was found, which here is the
/// truth.
/// </summary>
sealed class ControlRoom(World world, SimulatedNode node, string key)
{
    static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(10);

    /// <summary>Asking the driver, and the mobile squad where there is need, takes this long.</summary>
    static readonly TimeSpan Inquiry = TimeSpan.FromMinutes(30);

    /// <summary>An alert's own idea of when something was may be off by a few reports.</summary>
    static readonly TimeSpan TimeTolerance = TimeSpan.FromMinutes(30);

    /// <summary>After the last unit has ended, alerts still open are seen to for at most this long.</summary>
    static readonly TimeSpan AfterHours = TimeSpan.FromHours(12);

    readonly HashSet<string> resolved = [];

    public int Resolved => resolved.Count;

    /// <param name="allEnded">Completes when every unit has ended.</param>
    public async Task RunAsync(Task allEnded, CancellationToken cancel)
    {
        using var pace = new Pace(world.Clock);
        DateTimeOffset? closing = null;
        while (true)
        {
            if (allEnded.IsCompleted) closing ??= pace.Now + AfterHours;
            var open = await LookAsync(pace.Now, cancel).ConfigureAwait(false);
            if (closing is { } end && (open == 0 || pace.Now >= end)) return;
            await pace.PauseAsync(LookEvery, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>One look at the list; answers how many alerts are left open.</summary>
    async Task<int> LookAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var left = 0;
        foreach (var alert in await OpenAsync(cancel).ConfigureAwait(false))
        {
            if (alert.Text("id") is not { } id || alert.Text("state") == "resolved") continue;
            left++;
            if (alert.Text("state") == "raised")
                await PostAsync(id, "acknowledge", "", new { }, cancel).ConfigureAwait(false);
            else if (await ResolveAsync(alert, id, now, cancel).ConfigureAwait(false))
                left--;
        }
        return left;
    }

    /// <summary>Every open alert, page after page; one that changed meanwhile is there once.</summary>
    async Task<IReadOnlyCollection<JsonElement>> OpenAsync(CancellationToken cancel)
    {
        var found = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        string? cursor = "";
        while (cursor is not null)
        {
            var page = await world.ClientOf(Office).GetAsync(
                key, $"/api/v1/alerts?state=open&cursor={Uri.EscapeDataString(cursor)}", cancel).ConfigureAwait(false);
            foreach (var alert in page.List("items")) found[alert.Text("id") ?? ""] = alert;
            cursor = page.Text("next");
        }
        return found.Values;
    }

    async Task<bool> ResolveAsync(JsonElement alert, string id, DateTimeOffset now, CancellationToken cancel)
    {
        var (truth, finding) = Judge(alert);
        var from = alert.Time("acknowledgedAt") ?? now;
        var due = from + Inquiry;
        // What is still going on is not closed yet.
        if (truth is not null && truth.To + TimeTolerance > due) due = truth.To + TimeTolerance;
        if (now < due) return false;
        var slot = (long)((now - from) / TimeSpan.FromHours(3));
        var answer = await PostAsync(
            id, "resolve", $" {slot}", new { Finding = finding, Note = Note(finding) }, cancel).ConfigureAwait(false);
        if (answer.IsSuccess) resolved.Add(id);
        return answer.IsSuccess;
    }

    (TruthItem? Truth, string Finding) Judge(JsonElement alert)
    {
        if (!world.Units.TryGetValue(alert.Text("unit") ?? "", out var plan)) return (null, "unknown");
        var (kind, from, until) = (alert.Text("kind"), alert.Time("from"), alert.Time("until"));
        if (from is null) return (null, "unknown");
        var truth = plan.Truth.FirstOrDefault(t => t.Kind == kind
            && t.Overlaps(from.Value - TimeTolerance, (until ?? from.Value) + TimeTolerance));
        if (truth is null) return (null, "false-alarm");
        return (truth, plan.Incident == Incident.SilentDevice && kind == "silence" ? "device-fault" : "confirmed");
    }

    static string Note(string finding) => finding switch
    {
        "confirmed" => "Driver and squad confirm what the device reported (simulated).",
        "device-fault" => "The device had failed; the truck was where it should be (simulated).",
        "false-alarm" => "Nothing out of the ordinary was found on the road (simulated).",
        _ => "The control room knows nothing of this unit (simulated).",
    };

    Task<ApiAnswer> PostAsync(string id, string step, string which, object body, CancellationToken cancel) =>
        world.PostWithKeyAsync(
            Office, key, $"{step}-alert{which}", null, $"/api/v1/alerts/{Uri.EscapeDataString(id)}/{step}", body,
            cancel);

    string Office { get; } = $"{node.Node}:";
}
