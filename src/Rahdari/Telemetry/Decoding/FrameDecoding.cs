using System.Security.Cryptography;
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

    /// <summary>Of each message's own bytes, or of the frame where they have none: a mark of what is covered there;
    /// null or not there where nothing is.</summary>
    public IReadOnlyList<byte[]?> Marks { get; init; } = [];

    /// <param name="message">Its place in the frame.</param>
    public byte[]? MarkOf(int message) =>
        Marks.Count == 0 ? null : Marks[Frame.Places.Count == 0 ? 0 : message];

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
        var frame = WithCard(protocol.Decode(bytes, session, options));
        var raw = frame.Whole ?? bytes.ToArray();
        var marks = options.RegistrationKey is { } key && frame.Hidden.Count > 0
            ? MarksOf(protocol, frame, raw, key.Span)
            : [];
        var secret = frame.Secret is { } place ? Encoding.ASCII.GetString(raw.AsSpan(place)) : null;
        if (frame.Secret is { } shown) raw.AsSpan(shown).Fill((byte)'*');
        foreach (var hidden in frame.Hidden) raw.AsSpan(hidden).Fill((byte)'*');
        return new(protocol, frame, raw, receivedAt, FaultOf(frame)) { Secret = secret, Marks = marks };
    }

    /// <summary>
    /// Records that differ in nothing but a password are two, and the password is covered when they are compared. So a
    /// mark of it is made first. A password has few possible values: the mark is made under a secret of the node that
    /// is in no database, and whoever has the records alone cannot try them.
    /// </summary>
    static byte[]?[] MarksOf(IDeviceProtocol protocol, DecodedFrame frame, byte[] raw, ReadOnlySpan<byte> key)
    {
        var marks = new byte[]?[Math.Max(1, frame.Places.Count)];
        for (var i = 0; i < marks.Length; i++)
        {
            var (start, length) = (frame.Places.Count == 0 ? Range.All : frame.Places[i])
                .GetOffsetAndLength(raw.Length);
            var hidden = frame.Hidden.Where(h =>
                h.Start.GetOffset(raw.Length) >= start && h.End.GetOffset(raw.Length) <= start + length).ToList();
            if (hidden.Count == 0) continue;
            using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, key);
            hash.AppendData(Encoding.UTF8.GetBytes($"covered\n{protocol.Name}\n{frame.DeviceId}\n"));
            foreach (var place in hidden)
            {
                hash.AppendData(Encoding.ASCII.GetBytes($"{place.Start.GetOffset(raw.Length) - start}:"));
                hash.AppendData(raw.AsSpan(place));
            }
            marks[i] = hash.GetHashAndReset();
        }
        return marks;
    }

    /// <summary>The card that a record tells is the connection's until another one is told.</summary>
    static DecodedFrame WithCard(DecodedFrame frame)
    {
        for (var i = frame.Messages.Count - 1; i >= 0; i--)
            if (frame.Messages[i].SimCard is { } card)
                return frame.Session.SimCard == card
                    ? frame
                    : frame with { Session = frame.Session with { SimCard = card } };
        return frame;
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
