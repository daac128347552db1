using System.Text;
using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Telemetry.Connecting;

namespace Rahdari.Telemetry.Decoding;

/// <summary>A frame as it came off the wire and what its decoder read.</summary>
/// <param name="Raw">The frame's bytes, exactly; the joined bytes where the frame completes a longer message.</param>
/// <param name="Fault">Why nothing of the frame can be kept; null where its messages can.</param>
sealed record ReceivedFrame(
    IDeviceProtocol Protocol, DecodedFrame Frame, byte[] Raw, DateTimeOffset ReceivedAt, DecodeError? Fault)
{
    /// <summary>Over which connection it came; null where it came over none of the device's own.</summary>
    public Arrival? Arrival { get; init; }

    /// <summary>Which vendor's platform passed it on, and when it says it received it; null where the device sent it
    /// here.</summary>
    public RelayedBy? Relay { get; init; }

    /// <summary>The secret its sender showed, which is in no other part of this; null where it showed none.</summary>
    public string? Secret { get; init; }

    /// <summary>Whom the messages are from; null where the frame is a fault.</summary>
    public DeviceId? Device => Fault is null ? new(Protocol.Name, Frame.DeviceId!) : null;
}

/// <param name="Vendor">The firm whose key the platform showed.</param>
/// <param name="ReceivedAt">By the platform's clock; null where its protocol cannot say.</param>
sealed record RelayedBy(PartyId Vendor, DateTimeOffset? ReceivedAt);

/// <summary>The stage that turns bytes into messages and tells frames apart that cannot be kept.</summary>
static class FrameDecoding
{
    /// <summary>A frame that names no device, on a connection that has not logged in.</summary>
    public const string NoLogin = "no-login";

    /// <summary>An id that is none here: too long, or not of letters, digits and dashes.</summary>
    public const string IdForm = "device-id-form";

    /// <param name="options">With the time of receipt. A device that asks for the time gets corridor time: its records
    /// are held against that.</param>
    public static ReceivedFrame Read(
        IDeviceProtocol protocol, ReadOnlySpan<byte> bytes, DeviceSession session, DecodeOptions options)
    {
        var receivedAt = options.Now ?? throw new ArgumentException("no time of receipt", nameof(options));
        var frame = protocol.Decode(bytes, session, options);
        var raw = frame.Whole ?? bytes.ToArray();
        var secret = frame.Secret is { } place ? Encoding.ASCII.GetString(raw.AsSpan(place)) : null;
        if (frame.Secret is { } shown) raw.AsSpan(shown).Fill((byte)'*');
        foreach (var hidden in frame.Hidden) raw.AsSpan(hidden).Fill((byte)'*');
        return new(protocol, frame, raw, receivedAt, FaultOf(frame)) { Secret = secret };
    }

    static DecodeError? FaultOf(DecodedFrame frame)
    {
        if (frame.Messages.Count == 0)
            return frame.Error ?? new(DecodeCodes.NotThisProtocol, 0, "the frame holds no message");
        if (frame.DeviceId is null) return new(NoLogin, 0, "the frame names no device and none has logged in");
        return DeviceId.IsSerial(frame.DeviceId)
            ? null
            : new(IdForm, 0, "the device id is not of 1 to 40 letters, digits and dashes");
    }
}
