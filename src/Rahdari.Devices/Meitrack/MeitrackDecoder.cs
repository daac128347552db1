namespace Rahdari.Devices.Meitrack;

/// <summary>
/// Meitrack trackers and locks over TCP. Every frame names its device and has a checksum. Source and quirks: README.md
/// in this folder.
/// </summary>
sealed class MeitrackDecoder : IDeviceProtocol
{
    /// <summary>Shortest and longest device id, and the length of a command.</summary>
    const int MinId = 5, MaxId = 20, CommandBytes = 3;

    public string Name => "meitrack";

    public int DecoderVersion => 2;

    public int MaxFrameBytes => MeitrackFrame.MaxBytes;

    public (int LeastSeconds, int MostSeconds)? ReportIntervals =>
        (MeitrackEncoder.LeastInterval, MeitrackEncoder.MostInterval);

    public FrameScan Scan(ReadOnlySpan<byte> buffer) => MeitrackFrame.Scan(buffer);

    public DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        if (!frame.StartsWith("$$"u8) || frame.Length < 4)
            return session.Fail(ChecksumVerdict.None, DecodeCodes.NotThisProtocol, 0, "a frame starts with $$");
        var declared = MeitrackFrame.DeclaredEnd(frame);
        if (declared < 0)
            return session.Fail(ChecksumVerdict.Bad, DecodeCodes.Truncated, frame.Length, "the frame has no content");
        var body = frame;
        if (body[^1] == '\n') body = body[..^1];
        if (body[^1] == '\r') body = body[..^1];
        if (!MeitrackFrame.IsIntact(body))
        {
            return body.Length < 3 || body[^3] != '*'
                ? session.Fail(ChecksumVerdict.Bad, DecodeCodes.Truncated, frame.Length, "the frame has no checksum")
                : session.Fail(
                    ChecksumVerdict.Bad, DecodeCodes.ChecksumBad, body.Length - 2,
                    $"the bytes give {MeitrackFrame.Sum(body[..^2]):X2}");
        }
        // The checksum covers every byte, so a wrong count is told and does no harm.
        var lengthError = declared == body.Length + 2
            ? null
            : new DecodeError(DecodeCodes.LengthWrong, 3, $"the frame says {declared} bytes of {body.Length + 2}");
        var read = Content(body[..^3], session);
        return lengthError is null ? read : read with { Error = read.Error ?? lengthError };
    }

    public byte[]? Encode(DeviceCommand command, string deviceId, int serial) => command switch
    {
        DeviceCommand.PositionNow => MeitrackEncoder.PositionNow(deviceId, serial),
        DeviceCommand.ReportEvery report => MeitrackEncoder.ReportEvery(deviceId, serial, report.Interval),
        _ => null,
    };

    /// <param name="frame">The frame up to its star.</param>
    static DecodedFrame Content(ReadOnlySpan<byte> frame, DeviceSession session)
    {
        var idStart = frame.IndexOf((byte)',') + 1;
        var idLength = frame[idStart..].IndexOf((byte)',');
        if (idLength is < MinId or > MaxId || !IsId(frame.Slice(idStart, idLength)))
            return session.Fail(ChecksumVerdict.Ok, DecodeCodes.NotThisProtocol, idStart, "the device id is none");
        var commandStart = idStart + idLength + 1;
        if (frame.Length < commandStart + CommandBytes)
            return session.Fail(ChecksumVerdict.Ok, DecodeCodes.NotThisProtocol, commandStart, "there is no command");
        session = session.Named(frame.Slice(idStart, idLength));
        var command = frame.Slice(commandStart, CommandBytes);
        var payloadStart = commandStart + CommandBytes + 1;
        if (payloadStart <= frame.Length)
        {
            if (command.SequenceEqual("CCC"u8)) return MeitrackBinary.Fixed(frame, payloadStart, session);
            if (command.SequenceEqual("CCE"u8)) return MeitrackBinary.Tagged(frame, payloadStart, session);
            if (MeitrackText.Report(frame, payloadStart, session) is { } report) return report;
        }
        // Answers to commands, parts of photographs: known to be whole, of no use here.
        return Simple(session, new() { Kind = MessageKind.Other });
    }

    internal static DecodedFrame Simple(
        DeviceSession session, DeviceMessage message, DecodeError? error = null) => new()
        {
            Checksum = ChecksumVerdict.Ok,
            DeviceId = session.DeviceId,
            Session = session,
            Messages = [message],
            Error = error,
        };

    static bool IsId(ReadOnlySpan<byte> id)
    {
        foreach (var c in id)
            if (!char.IsAsciiLetterOrDigit((char)c)) return false;
        return true;
    }
}
