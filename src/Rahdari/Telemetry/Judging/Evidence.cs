using Rahdari.Devices;

namespace Rahdari.Telemetry.Judging;

/// <summary>What one record says about one rule's cause at the record's own time.</summary>
/// <param name="Bad">True where it shows the cause, false where it shows its absence.</param>
/// <param name="Place">Where, for causes that are a thing of one place; else null.</param>
readonly record struct Evidence(DateTimeOffset At, bool Bad, GeoPosition? Place = null);

/// <summary>
/// A stretch of time in which all evidence was alike and no two pieces of it lay farther apart than
/// <see cref="EvidenceTrack.Join"/>. Both ends are evidence, or touch what cut the stretch off.
/// </summary>
sealed record Run(bool Bad, DateTimeOffset From, DateTimeOffset Until, int Count, GeoPosition? Place)
{
    public static Run Of(Evidence e) => new(e.Bad, e.At, e.At, 1, e.Place);
}

/// <summary>One cause: bad runs with nothing good between them.</summary>
/// <param name="Closed">Something else is known to come after it.</param>
sealed record Episode(DateTimeOffset From, DateTimeOffset Until, int Count, GeoPosition? Place, bool Closed)
{
    public TimeSpan Length => Until - From;

    public bool Holds(DateTimeOffset time) => From <= time && time <= Until;
}

/// <summary>An alert raised from a track, as far as it was told to the record.</summary>
/// <param name="CauseAt">Event time of the first evidence it was raised on; it names the alert for good.</param>
sealed record TrackedAlert(string Id, DateTimeOffset CauseAt, DateTimeOffset From, DateTimeOffset Until);
