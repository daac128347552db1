using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rahdari.Ledger;

namespace Rahdari.Transparency.Verifying;

/// <summary>How a report is told: words for people, JSON for programs. The same verdict in both.</summary>
static class ReportText
{
    public static readonly JsonSerializerOptions Json = new()
    {
        // Base64 stands unescaped: '+' is no danger outside HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    const string SimulatedMark = "SIMULATED: every entry of this log is invented";

    /// <summary>Origins of demonstrations say so, by agreement; no real policy accepts one.</summary>
    public static bool IsSimulated(string? origin) => origin?.Contains("demo", StringComparison.Ordinal) == true;

    public static string Verdict(LogReport report) => report switch
    {
        { IsConsistent: false } => "not consistent",
        { TrustMet: null } => "self-consistent, signer not checked",
        { TrustMet: true } => $"consistent, vouched for by {string.Join(", ", report.VouchedBy)}",
        { VouchedBy: [] } => "self-consistent, but nobody you trust vouches for it",
        _ => $"self-consistent, but {string.Join(", ", report.VouchedBy)} alone do not meet your policy",
    };

    public static JsonObject ToJson(LogReport report) => new()
    {
        ["origin"] = report.Head?.Origin,
        ["size"] = report.Head?.Size,
        ["root"] = report.Head?.Root.ToBase64(),
        ["verdict"] = Verdict(report),
        ["consistent"] = report.IsConsistent,
        ["trustMet"] = report.TrustMet,
        ["vouchedBy"] = Texts(report.VouchedBy),
        ["cosigners"] = Texts(report.Cosigners),
        ["ahead"] = report.Ahead,
        ["findings"] = ToJson(report.Findings),
        ["simulated"] = IsSimulated(report.Head?.Origin),
    };

    public static JsonArray ToJson(IEnumerable<LogFinding> findings) => [.. findings.Select(f =>
        (JsonNode)new JsonObject { ["code"] = f.Code, ["file"] = f.File, ["detail"] = f.Detail })];

    public static void Write(TextWriter output, LogReport report)
    {
        if (report.Head is { } head)
            output.WriteLine($"{head.Origin}: {head.Size} entries, root {head.Root.ToBase64()}");
        if (IsSimulated(report.Head?.Origin)) output.WriteLine(SimulatedMark);
        foreach (var finding in report.Findings) output.WriteLine($"{finding.File}: {finding.Code}: {finding.Detail}");
        output.WriteLine(Verdict(report));
    }

    static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode)t)];
}
