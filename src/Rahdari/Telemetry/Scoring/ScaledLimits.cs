using System.Reflection;
using Rahdari.Corridors;

namespace Rahdari.Telemetry.Scoring;

/// <summary>A pack whose limits and margins are multiplied, for a curve of recall against false alarms.</summary>
static class ScaledLimits
{
    /// <summary>What the rules raise alarms by; each of their keys begins so.</summary>
    static readonly string[] Causes =
    [
        "OffCorridor", "Learned", "WrongDirection", "Stop", "NightStop", "Silence", "Frozen", "Jamming", "Apart",
        "Drift", "Implausible",
    ];

    /// <summary>
    /// Words of keys that say how devices report and how long a place is doubted, which no limit changes.
    /// </summary>
    static readonly string[] Evidence =
        ["Seldom", "OnItsWay", "Overlap", "Hole", "Radius", "Edge", "Probation", "Again", "Astray"];

    /// <summary>Metres and seconds of a cause; a key added later belongs to them by its name.</summary>
    static readonly PropertyInfo[] Scaled =
    [
        .. typeof(JudgingRules).GetProperties().Where(p => p.PropertyType == typeof(int) && p.CanWrite
            && Causes.Any(c => p.Name.StartsWith(c, StringComparison.Ordinal))
            && !Evidence.Any(e => p.Name.Contains(e, StringComparison.Ordinal))
            && (p.Name.EndsWith("Seconds", StringComparison.Ordinal)
                || p.Name.EndsWith("Metres", StringComparison.Ordinal)
                || p.Name.EndsWith("MetresBeyond", StringComparison.Ordinal))),
    ];

    public static IEnumerable<string> Keys => Scaled.Select(p => p.Name);

    public static CorridorPack Of(CorridorPack pack, double factor) => pack with
    {
        Judging = new([.. pack.Judging.Rows.Select(r => r with { Value = Of(r.Value, factor) })]),
        Routes =
        [
            .. pack.Routes.Select(r => r with
            {
                HotSpots =
                [
                    .. r.HotSpots.Select(h => h with
                    {
                        LimitMinutes = Math.Max(1, (int)Math.Round(h.LimitMinutes * factor)),
                    }),
                ],
            }),
        ],
    };

    static JudgingRules Of(JudgingRules rules, double factor)
    {
        var scaled = rules with { };
        foreach (var key in Scaled) key.SetValue(scaled, (int)Math.Round((int)key.GetValue(rules)! * factor));
        return scaled;
    }
}
