using Rahdari.Devices;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>What one record says about one rule's cause at the record's own time.</summary>
/// <param name="Bad">True where it shows the cause, false where it shows its absence.</param>
/// <param name="From">Since when the record shows it; null for its own time.</param>
/// <param name="Weight">How much it counts; one for a record like any other.</param>
readonly record struct Evidence(bool Bad, DateTimeOffset? From = null, double Weight = 1)
{
    /// <summary>It shows what an officer allowed, and nothing of a cause; null mostly.</summary>
    public Permission? Allowed { get; init; }

    /// <summary>By which sensors the device shows it; none where that makes no difference.</summary>
    public Sensors Sensors { get; init; }
}

/// <summary>One cause as far as records in order of their time have shown it: bad evidence with no good between.
/// </summary>
/// <param name="GoodBefore">The last good evidence before it; null for none.</param>
/// <param name="FromLate">The record that dates its beginning came late.</param>
/// <param name="Place">Where it was first shown, if that is believed.</param>
sealed record Episode(
    DateTimeOffset From, DateTimeOffset Until, int Count, double Weight, DateTimeOffset? GoodBefore, bool FromLate,
    GeoPosition? Place)
{
    public TimeSpan Length => Until - From;
}

/// <summary>What a cause has become besides what named it.</summary>
sealed record Further(AlertKind Kind, Sentence Sentence);

/// <summary>An episode that was enough for an alert.</summary>
/// <param name="Group">Causes of one group and overlapping time are one to an operator.</param>
/// <param name="Device">Whose it is; the group's causes of several devices are merged where the rule says so.</param>
/// <param name="RaisedAt">Event time of the record that made it enough.</param>
/// <param name="Late">That record came late.</param>
/// <param name="ClosedAt">Time of the good evidence that ended it; null while it goes on.</param>
sealed record Cause(
    string Group, AlertKind Kind, AlertSeverity Severity, string Device, bool IsPerDevice, DateTimeOffset From,
    DateTimeOffset Until, DateTimeOffset? GoodBefore, DateTimeOffset? ClosedAt, DateTimeOffset RaisedAt, bool Late,
    bool FromLate, GeoPosition? Place, Sentence Sentence)
{
    /// <summary>How sure it is that the record which made it enough is from the device.</summary>
    public IdentityGrade? Identity { get; init; }

    /// <summary>The vendor whose platform passed that record on; null where none did.</summary>
    public string? Relay { get; init; }

    /// <summary>One record shows it: it is told at once, whatever may still come.</summary>
    public bool IsUrgent { get; init; }

    /// <summary>It turned out to be a position led astray, and is told as that.</summary>
    public bool IsAstray { get; init; }

    /// <summary>How many of one kind and device, one soon after the other, it stands for.</summary>
    public int Times { get; init; } = 1;

    /// <summary>By which sensors it was shown.</summary>
    public Sensors Sensors { get; init; }

    /// <summary>In the order it became so.</summary>
    public IReadOnlyList<Further> Also { get; init; } = [];

    public bool Is(AlertKind kind) => Kind == kind || Also.Any(a => a.Kind == kind);
}
