using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>What judging concludes: to be recorded as an event of the alert, or of the opening.</summary>
abstract record Finding(string AlertId)
{
    /// <param name="CutFrom">The alert this part of a cause was counted to before; null mostly.</param>
    public sealed record Raise(
        string AlertId, UnitId Unit, AlertKind Kind, AlertSeverity Severity, DateTimeOffset From, DateTimeOffset Until,
        bool Late, DeviceId? Device, GeoPosition? Place, Sentence Sentence, string? CutFrom) : Finding(AlertId)
    {
        /// <summary>How sure it is that the record is from the device; null where no record raises it.</summary>
        public IdentityGrade? Identity { get; init; }

        /// <summary>The second unit of a cause that is two units'; null mostly.</summary>
        public UnitId? OtherUnit { get; init; }

        /// <summary>The vendor whose platform passed that record on; null where none did.</summary>
        public string? Relay { get; init; }
    }

    /// <param name="Sentence">The explanation from now on; null leaves it as it is.</param>
    /// <param name="Also">What the cause has become besides; an operator sees the alert again.</param>
    public sealed record Extend(
        string AlertId, DateTimeOffset From, DateTimeOffset Until, bool Late, Sentence? Sentence = null,
        AlertKind? Also = null)
        : Finding(AlertId);

    /// <summary>Later evidence shows that the cause did not last as long.</summary>
    public sealed record Narrow(string AlertId, DateTimeOffset From, DateTimeOffset Until) : Finding(AlertId);

    /// <summary>The records do not show the cause any more: it is closed as refuted, and stays on the record.</summary>
    /// <param name="JoinedTo">The alert its cause turned out to be a part of; null where there was no cause.</param>
    public sealed record Refute(string AlertId, DateTimeOffset From, DateTimeOffset Until, string? JoinedTo)
        : Finding(AlertId)
    {
        /// <summary>What an office recorded since that explains it; null where nothing does.</summary>
        public OfficeAct? Explained { get; init; }
    }

    /// <summary>An opening that an office recorded: no alert, and a fact of the track.</summary>
    public sealed record Allow(string OpeningId, UnitId Unit, Opening Opening) : Finding(OpeningId);

    /// <summary>What is known by now does not show that opening as allowed any more.</summary>
    public sealed record Disallow(string OpeningId) : Finding(OpeningId);
}
