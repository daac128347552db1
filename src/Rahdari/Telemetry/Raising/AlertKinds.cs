namespace Rahdari.Telemetry.Raising;

public static class AlertKinds
{
    static readonly Dictionary<AlertKind, string> Slugs =
        Enum.GetValues<AlertKind>().ToDictionary(k => k, k => ToKebab(k.ToString()));

    /// <summary>The name on the wire and in catalogues.</summary>
    public static string Slug(this AlertKind kind) => Slugs[kind];

    public static string Slug(this AlertSeverity severity) => ToKebab(severity.ToString());

    public static string Slug(this AlertFinding finding) => ToKebab(finding.ToString());

    static string ToKebab(string name) => System.Text.Json.JsonNamingPolicy.KebabCaseLower.ConvertName(name);
}
