namespace Rahdari.Devices.Jt600;

/// <summary>
/// Jointech JT701, JT701D and the older JT600 family over TCP. Every message names its device; there is no login and
/// no checksum. Source and quirks: README.md in this folder.
/// </summary>
sealed class Jt600Decoder : IDeviceProtocol
{
    public string Name => "jt600";

    public int DecoderVersion => 4;

    public int MaxFrameBytes => Jt600Frame.MaxBytes;

    public (int LeastSeconds, int MostSeconds)? ReportIntervals =>
        (Jt600Encoder.LeastInterval, Jt600Encoder.MostInterval);

    public FrameScan Scan(ReadOnlySpan<byte> buffer) => Jt600Frame.Scan(buffer);

    public DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        if (frame.IsEmpty) return session.Fail(DecodeCodes.NotThisProtocol, 0, "the frame is empty");
        return frame[0] switch
        {
            Jt600Frame.BinaryStart => Jt600Binary.Decode(frame, session),
            Jt600Frame.TextStart => Jt600Text.Decode(frame, session, options),
            _ => session.Fail(DecodeCodes.NotThisProtocol, 0, "a frame starts with '$' or '('"),
        };
    }

    public IReadOnlyList<Range> SecretsIn(ReadOnlySpan<byte> bytes) => Jt600Text.SecretsIn(bytes);

    public byte[]? Encode(DeviceCommand command, string deviceId, int serial) => command switch
    {
        DeviceCommand.UnlockOnce unlock => Jt600Encoder.UnlockOnce(unlock.OneTimePassword),
        DeviceCommand.ReportEvery report => Jt600Encoder.ReportEvery(report.Interval),
        _ => null,
    };
}
