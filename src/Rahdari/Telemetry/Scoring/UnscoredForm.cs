using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Rahdari.Telemetry.Scoring;

/// <summary>
/// The report of <c>rahdari judge</c> where no truth was given: the keys of the contract's form with null for what
/// nobody can know, and <c>raised</c>, how many alarms of the kind there were.
/// </summary>
static class UnscoredForm
{
    /// <param name="score">Against no truth: every alarm counts there as one without.</param>
    public static string Json(Score score, Score baseline)
    {
        var report = Of(score);
        report["baseline"] = Of(baseline);
        return report.ToJsonString();
    }

    static JsonObject Of(Score score) => new()
    {
        ["tripHours"] = Math.Round(score.Whole.TripHours, 3),
        ["byKind"] = new JsonObject(score.Whole.ByKind.Select(k => KeyValuePair.Create<string, JsonNode?>(
            k.Key, new JsonObject
            {
                ["raised"] = k.Value.False, ["truth"] = null, ["hit"] = null, ["false"] = null, ["delayP50S"] = null,
                ["delayP95S"] = null,
            }))),
        ["byStratum"] = new JsonObject(),
        ["falsePer1000h"] = null,
    };

    public static string Text(Score score, Score baseline)
    {
        var text = new StringBuilder();
        Line(text, $"{score.Whole.TripHours:0.0} trip hours");
        Line(text, $"{"kind",-18} {"raised",6}   baseline raised");
        foreach (var kind in score.Whole.ByKind.Keys.Union(baseline.Whole.ByKind.Keys).Order(StringComparer.Ordinal))
            Line(text, $"{kind,-18} {RaisedOf(score, kind),6}   {RaisedOf(baseline, kind),6}");
        Line(text, $"true or false, missed or late: not known without --truth");
        return text.ToString();
    }

    static int RaisedOf(Score score, string kind) => score.Whole.ByKind.GetValueOrDefault(kind)?.False ?? 0;

    static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
