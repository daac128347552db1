using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Relaying;

/// <summary>Frames of one device that a platform says it received in an hour.</summary>
public sealed record DeviceCount(DeviceId Device, long Frames);

/// <summary>
/// A vendor has said, over its signature, how many frames of each device its platform received in an hour. Whoever has
/// the event can write the statement again and check the signature (<see cref="CountStatement"/>).
/// </summary>
/// <param name="Hour">Its beginning, UTC, by the platform's clock.</param>
/// <param name="PublicKey">The vendor's as this node knew it then: Ed25519, 32 bytes, base64.</param>
/// <param name="Signature">64 bytes, base64.</param>
[EventType("relay-count-stated")]
public sealed record RelayCountStated(
    PartyId Vendor, DateTimeOffset Hour, IReadOnlyList<DeviceCount> Counts, string PublicKey, string Signature)
    : EventBody;

/// <summary>What is out of order with a vendor's hour once it should be complete.</summary>
public enum RelayGap
{
    /// <summary>Frames came, and the vendor has not said how many it received.</summary>
    Unstated,

    /// <summary>Less came than the vendor says it received: withheld, lost or on its way.</summary>
    FewerReceived,

    /// <summary>More came than the vendor says it received.</summary>
    MoreReceived,
}

/// <summary>The node has noted that a vendor's hour is out of order. What comes later does not change that it was.
/// </summary>
/// <param name="Devices">How many devices it is about.</param>
/// <param name="Stated">Frames the vendor counted, of these devices; 0 where it has said nothing.</param>
/// <param name="Received">Frames that came, of these devices.</param>
[EventType("relay-gap-noted")]
public sealed record RelayGapNoted(
    PartyId Vendor, DateTimeOffset Hour, RelayGap Gap, int Devices, long Stated, long Received) : EventBody;
