using System.Text;

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
    /// <summary>See <see cref="DecodedFrame.Authenticated"/>.</summary>
    public bool? Authenticated { get; init; }

    /// <summary>The offset of the device's clock, where its login told it.</summary>
    public TimeSpan? Zone { get; init; }

    /// <summary>The SIM card that the device told last on this connection; null before.</summary>
    public SimCardNumber? SimCard { get; init; }

    /// <summary>Parts of longer messages that are not whole yet.</summary>
    public MessageParts Parts { get; init; } = MessageParts.None;

    /// <summary>
    /// The password for one unlocking that the device drew and told last; null before, and once it was used. It lives
    /// as long as the connection and is written down nowhere.
    /// </summary>
    public string? OneTimePassword { get; init; }

    public static readonly DeviceSession Fresh = new();

    /// <summary>
    /// The session of a frame that names its device: this one where it is that device's, else one that knows nothing
    /// but the name. The name becomes a new text only where it is another one.
    /// </summary>
    internal DeviceSession Named(ReadOnlySpan<char> id) => id.SequenceEqual(DeviceId) ? this : new(id.ToString());

    /// <inheritdoc cref="Named(ReadOnlySpan{char})"/>
    /// <param name="id">ASCII.</param>
    internal DeviceSession Named(ReadOnlySpan<byte> id) =>
        Ascii.Equals(id, DeviceId) ? this : new(Encoding.ASCII.GetString(id));

    /// <summary>A frame of the connection that cannot be read: no message, no answer, and why.</summary>
    internal DecodedFrame Fail(ChecksumVerdict checksum, DecodeError error) => new()
    {
        Checksum = checksum, DeviceId = DeviceId, Authenticated = Authenticated, Session = this, Error = error,
    };

    /// <inheritdoc cref="Fail(ChecksumVerdict, DecodeError)"/>
    internal DecodedFrame Fail(ChecksumVerdict checksum, string code, int offset, string detail) =>
        Fail(checksum, new(code, offset, detail));

    /// <inheritdoc cref="Fail(ChecksumVerdict, DecodeError)"/>
    /// <remarks>Of a protocol without a checksum, or before it was looked at.</remarks>
    internal DecodedFrame Fail(string code, int offset, string detail) =>
        Fail(ChecksumVerdict.None, new(code, offset, detail));
}

/// <param name="Zone">The offset of the device's clock for protocols whose times carry no zone.</param>
/// <param name="Now">The time to answer a device that asks for it; null leaves its question unanswered.</param>
/// <param name="RegistrationKey">The secret that registration codes are made of; without it a registration is
/// refused and no code is believed.</param>
/// <param name="Simulated">The node's data are invented: an answer over HTTP says so.</param>
/// <param name="KnownNetwork">The connection comes from a private network that only known devices are in.</param>
public sealed record DecodeOptions(
    TimeSpan? Zone = null, DateTimeOffset? Now = null, ReadOnlyMemory<byte>? RegistrationKey = null,
    bool Simulated = false, bool KnownNetwork = false)
{
    public static readonly DecodeOptions Default = new();
}

/// <summary>One frame, read. <see cref="Reply"/> may only be sent once every message of the frame is durable.</summary>
public sealed record DecodedFrame
{
    public required ChecksumVerdict Checksum { get; init; }
    public string? DeviceId { get; init; }

    /// <summary>Null: nothing is proved, as with most protocols. True: on this connection the device showed a secret
    /// that this node issued to a connection from a known network and to no other. False: it tried, and the secret was
    /// wrong.</summary>
    public bool? Authenticated { get; init; }
    public IReadOnlyList<DeviceMessage> Messages { get; init; } = [];

    /// <summary>The longer message this frame completed, which its messages and places are of; null where they are of
    /// the frame.</summary>
    public byte[]? Whole { get; init; }

    /// <summary>Where each message's own bytes lie in the frame; empty where each one is the whole frame.</summary>
    public IReadOnlyList<Range> Places { get; init; } = [];

    /// <summary>What the device waits for; null where the frame wants no answer.</summary>
    public byte[]? Reply { get; init; }

    /// <summary>Where a secret lies that the sender showed; it is written down nowhere.</summary>
    public Range? Secret { get; init; }

    /// <summary>Where passwords of the device itself lie, in the bytes the places are of: whoever keeps the frame
    /// covers them.</summary>
    public IReadOnlyList<Range> Hidden { get; init; } = [];

    /// <summary>What the sender is told whose secret opens nothing; null: the protocol has no word for it.</summary>
    public byte[]? SecretRefused { get; init; }

    /// <summary>Nothing after this frame is read: the connection ends once the answer is sent.</summary>
    public bool EndsConnection { get; init; }
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

    /// <summary>A device may speak over several connections at a time, as over HTTP, where each request is its
    /// own.</summary>
    bool HasManyLines => false;

    /// <summary>The intervals <see cref="DeviceCommand.ReportEvery"/> can be encoded with; null where the protocol has
    /// no such command.</summary>
    (int LeastSeconds, int MostSeconds)? ReportIntervals => null;

    /// <summary>Looks for one frame at the head of <paramref name="buffer"/>.</summary>
    FrameScan Scan(ReadOnlySpan<byte> buffer);

    /// <summary>
    /// Reads one whole frame. Never throws on any bytes: what cannot be read becomes <see cref="DecodedFrame.Error"/>.
    /// </summary>
    DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options);

    /// <summary>
    /// Where passwords and keys lie in bytes that need be no frame: cut off, damaged, several frames, another
    /// protocol's. Whoever keeps such bytes covers them.
    /// </summary>
    IReadOnlyList<Range> SecretsIn(ReadOnlySpan<byte> bytes) => [];

    /// <summary>
    /// A command's bytes; null where the protocol has no such command, or none that is described well enough to be
    /// sent. An unlocking by a password that stays the same is never encoded.
    /// </summary>
    /// <param name="serial">The platform's own running number, where the protocol has a place for one.</param>
    byte[]? Encode(DeviceCommand command, string deviceId, int serial) => null;
}
