namespace Rahdari.Devices;

/// <summary>What a look at the head of a connection's buffer found.</summary>
public enum FrameScanKind
{
    /// <summary>A frame may be starting; more bytes are needed.</summary>
    NeedMore,

    /// <summary>A whole frame lies at the head.</summary>
    Frame,

    /// <summary>The head is no frame of this protocol; drop these bytes and report them.</summary>
    Garbage,
}

/// <param name="Kind">What was found.</param>
/// <param name="Length">Bytes the frame or the garbage takes; 0 when more are needed.</param>
public readonly record struct FrameScan(FrameScanKind Kind, int Length)
{
    public static readonly FrameScan NeedMore = new(FrameScanKind.NeedMore, 0);
    public static FrameScan Frame(int length) => new(FrameScanKind.Frame, length);
    public static FrameScan Garbage(int length) => new(FrameScanKind.Garbage, length);
}

public enum ChecksumVerdict
{
    /// <summary>The protocol has no checksum.</summary>
    None,
    Ok,
    Bad,
}

/// <summary>Why a frame could not be read: a stable code; the offset counts bytes from the frame's start.</summary>
public sealed record DecodeError(string Code, int Offset, string Detail);

/// <summary>What earlier frames of the same connection told (a login, mostly).</summary>
public sealed record DeviceSession(string? DeviceId = null)
{
    public static readonly DeviceSession Fresh = new();
}

/// <param name="Zone">The offset of the device's clock for protocols whose times carry no zone.</param>
/// <param name="Now">The time to answer a device that asks for it; null leaves its question unanswered.</param>
public sealed record DecodeOptions(TimeSpan? Zone = null, DateTimeOffset? Now = null)
{
    public static readonly DecodeOptions Default = new();
}

/// <summary>One frame, read. <see cref="Reply"/> may only be sent once every message of the frame is durable.</summary>
public sealed record DecodedFrame
{
    public required ChecksumVerdict Checksum { get; init; }
    public string? DeviceId { get; init; }
    public IReadOnlyList<DeviceMessage> Messages { get; init; } = [];

    /// <summary>Where each message's own bytes lie in the frame; empty where each one is the whole frame.</summary>
    public IReadOnlyList<Range> Places { get; init; } = [];

    /// <summary>What the device waits for; null where the frame wants no answer.</summary>
    public byte[]? Reply { get; init; }
    public DecodeError? Error { get; init; }
    public required DeviceSession Session { get; init; }
}

/// <summary>
/// One wire protocol: pure functions from bytes to messages. Implementations hold no state between calls.
/// </summary>
public interface IDeviceProtocol
{
    /// <summary>The name used by commands, ports and metrics, for example <c>jt600</c>.</summary>
    string Name { get; }

    /// <summary>Raised whenever the same bytes may decode to something else; kept with every stored message.</summary>
    int DecoderVersion { get; }

    /// <summary>The longest frame the protocol allows, in bytes. A longer one is garbage.</summary>
    int MaxFrameBytes { get; }

    /// <summary>Looks for one frame at the head of <paramref name="buffer"/>.</summary>
    FrameScan Scan(ReadOnlySpan<byte> buffer);

    /// <summary>
    /// Reads one whole frame. Never throws on any bytes: what cannot be read becomes <see cref="DecodedFrame.Error"/>.
    /// </summary>
    DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options);
}
