using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry.Relaying;

/// <summary>One frame as a vendor's platform passes it on.</summary>
/// <param name="Device">Whose it is, where the frame itself does not say.</param>
/// <param name="ReceivedAt">By the platform's clock.</param>
sealed record RelayFrame(IDeviceProtocol Protocol, DeviceId? Device, DateTimeOffset ReceivedAt, byte[] Bytes);

/// <summary>What became of a frame.</summary>
enum RelayOutcome
{
    /// <summary>Its records are durable.</summary>
    Accepted,

    /// <summary>The same frame of the same device came from this vendor before.</summary>
    Duplicate,

    /// <summary>It is kept as it is, with the reason, and is evidence of nothing.</summary>
    Faulty,
}

/// <summary>What the vendor is told of a frame.</summary>
/// <param name="Index">Its place in the batch, from 0.</param>
/// <param name="Code">Why it is faulty; of an accepted one, which of its fields could not be read.</param>
/// <param name="Offset">The byte at fault.</param>
/// <param name="Doubt">What speaks against the platform's time of receipt; null where nothing does.</param>
sealed record RelayResult(
    int Index, RelayOutcome Result, DeviceId? Device, string? Code = null, int? Offset = null, string? Detail = null,
    RelayDoubt? Doubt = null);

/// <summary>Codes of frames that a platform could not pass on, besides those of decoding.</summary>
static class RelayCodes
{
    /// <summary>The bytes are no frame of the protocol, or more than one.</summary>
    public const string NotOneFrame = "not-one-frame";

    /// <summary>The frame names another device than the platform does.</summary>
    public const string DeviceDiffers = "device-differs";

    /// <summary>The device is not the vendor's to pass on.</summary>
    public const string DeviceNotVendors = "device-not-vendors";

    /// <summary>A platform logged in with a key of this node that is unknown, withdrawn or no vendor's.</summary>
    public const string KeyUnknown = "relay-key-unknown";
}
