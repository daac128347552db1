using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Telemetry.Enriching;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>What a rule can find. The slug is the name in kebab case.</summary>
public enum AlertKind
{
    OffCorridor, UnplannedStop, Silence, SealOpened, RopeCut, CoverOpened, Unlocked, ImplausibleJump, IdentityConflict,
    WrongDirection, HotSpotStop, NightStop, Jamming, FrozenPosition, Drift, Battery, DevicesApart,
    DevicesSwapped,
    BehindPlan, PastTimeLimit, OfficeZone,
    ReturnedAfterExit, DeviceTakenAway,
    OpeningAttempted, Distress, OtherSimCard,
}

public enum AlertSeverity { Notice, Warning, Critical }

public enum AlertFinding { Confirmed, FalseAlarm, Authorised, DeviceFault, Unknown }

/// <param name="From">Event time of the cause.</param>
/// <param name="Until">Event time up to which the cause is known to last.</param>
/// <param name="Late">The record that raised it arrived late (stored, or older than one already journaled).</param>
/// <param name="SentenceKey">Catalogue key of the one-sentence explanation.</param>
/// <param name="SentenceArgs">Its arguments, name then value, in pairs.</param>
/// <param name="Identity">How sure it is that the record which raised it is from the device; null where no record
/// did.</param>
/// <param name="Relay">The vendor whose platform passed that record on; null where the device itself sent it.</param>
/// <param name="CutFrom">The alert this cause was counted to until a later record showed that they are two.</param>
[EventType("alert-raised")]
public sealed record AlertRaised(
    string AlertId, UnitId Unit, AlertKind Kind, AlertSeverity Severity, DateTimeOffset From, DateTimeOffset Until,
    bool Late, DeviceId? Device, int? LatitudeE7, int? LongitudeE7, string SentenceKey,
    IReadOnlyList<string> SentenceArgs, string? CutFrom = null, IdentityGrade? Identity = null,
    string? Relay = null) : EventBody
{
    /// <summary>The second unit, where the cause is two units' (swapped devices); null mostly.</summary>
    public UnitId? OtherUnit { get; init; }
}

/// <summary>A later record of the same cause widens the open alert; no second one is raised.</summary>
/// <param name="SentenceKey">The explanation from now on, as in <see cref="AlertRaised"/>; null leaves it.</param>
[EventType("alert-extended")]
public sealed record AlertExtended(
    string AlertId, DateTimeOffset From, DateTimeOffset Until, bool Late, string? SentenceKey = null,
    IReadOnlyList<string>? SentenceArgs = null) : EventBody;

/// <summary>Later evidence shows that the cause began later or ended earlier than was said.</summary>
[EventType("alert-narrowed")]
public sealed record AlertNarrowed(string AlertId, DateTimeOffset From, DateTimeOffset Until) : EventBody;

/// <summary>
/// Records that came later show that there was no such cause. The alert is closed and stays on the record.
/// </summary>
/// <param name="JoinedTo">The alert its cause turned out to be a part of; null where there was no cause.</param>
/// <param name="Explained">What an office recorded since that explains it: the opening was authorised.</param>
[EventType("alert-refuted")]
public sealed record AlertRefuted(string AlertId, string? JoinedTo = null, OfficeAct? Explained = null) : EventBody;

/// <summary>Nobody has acknowledged the alert for as long as its severity allows.</summary>
/// <param name="Level">One more each time that passes; the same one is said once.</param>
[EventType("alert-escalated")]
public sealed record AlertEscalated(string AlertId, int Level) : EventBody;

[EventType("alert-acknowledged")]
public sealed record AlertAcknowledged(string AlertId, OfficerId By) : EventBody;

[EventType("alert-resolved")]
public sealed record AlertResolved(string AlertId, OfficerId By, AlertFinding Finding, Sealed<string> Note) : EventBody;
