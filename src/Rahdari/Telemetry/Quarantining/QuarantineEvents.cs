using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Quarantining;

/// <summary>What becomes of the records kept apart.</summary>
public enum QuarantineRuling
{
    /// <summary>They stay in the journal, and are evidence of nothing.</summary>
    KeepOut,

    /// <summary>They are judged, as late ones.</summary>
    Release,
}

/// <summary>
/// An officer has decided about a device under whose id two spoke. From then on its records are evidence again.
/// </summary>
/// <param name="Since">Receipt of the record that showed it; it names the quarantine.</param>
/// <param name="Source">
/// The address whose records are released; null for every address, and where none are released.
/// </param>
[EventType("quarantine-ended")]
public sealed record QuarantineEnded(
    DeviceId Device, DateTimeOffset Since, QuarantineRuling Ruling, string? Source, OfficerId By, Sealed<string> Reason)
    : EventBody;
