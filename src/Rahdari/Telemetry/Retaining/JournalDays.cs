using Rahdari.Corridors;
using Rahdari.Hosting;

namespace Rahdari.Telemetry.Retaining;

/// <summary>How many days the journal is kept.</summary>
static class JournalDays
{
    /// <summary>
    /// Three years and a leap day: so long after acceptance of a declaration may a guarantor still be told what he owes
    /// (Convention on a common transit procedure, appendix I, article 117), and so long the track may be asked for.
    /// </summary>
    public const int Default = 1_096;

    /// <summary>A device's memory is read 60 days back (<see cref="Enriching.DeviceMemories"/>), and a day more
    /// for what is on its way.</summary>
    public const int Least = 61;

    /// <summary>A century.</summary>
    public const int Most = 36_525;

    /// <summary>What the settings say, and no less than the rules need: a record so old is believed and judged with its
    /// unit's others.</summary>
    public static int Of(NodeSettings node, CorridorPack pack) => Math.Max(
        Math.Max(node.JournalDays, Least),
        pack.Judging.Rows.Select(r => r.Value.OldestRecordDays + 1).DefaultIfEmpty(0).Max());
}
