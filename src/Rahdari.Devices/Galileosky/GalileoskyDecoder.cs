using System.Buffers.Binary;

namespace Rahdari.Devices.Galileosky;

/// <summary>
/// Galileosky trackers over TCP: packets of tagged records, compressed records, photographs, and packets by way of
/// Iridium. The first packet of a connection names the tracker. Source and quirks: README.md in this folder.
/// </summary>
sealed class GalileoskyDecoder : IDeviceProtocol
{
    public string Name => "galileosky";

    public int DecoderVersion => 6;

    public int MaxFrameBytes => GalileoskyFrame.MaxBytes;

    public FrameScan Scan(ReadOnlySpan<byte> buffer) => GalileoskyFrame.Scan(buffer);

    public DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        if (frame.Length > 0
            && frame[0] is not (GalileoskyFrame.Data or GalileoskyFrame.Photo or GalileoskyFrame.Compressed))
            return session.Fail(ChecksumVerdict.None, DecodeCodes.NotThisProtocol, 0, "no packet starts so");
        if (GalileoskyFrame.IsNothing(frame))
            return Done(frame, session, [new() { Kind = MessageKind.Heartbeat }], [], null);
        if (frame.Length < 6 || GalileoskyFrame.WholeLength(frame) is var whole && whole == 0)
            return session.Fail(ChecksumVerdict.Bad, DecodeCodes.LengthWrong, 1, "the length is none");
        if (frame.Length != whole)
            return session.Fail(
                ChecksumVerdict.Bad,
                frame.Length < whole ? DecodeCodes.Truncated : DecodeCodes.LengthWrong, Math.Min(frame.Length, whole),
                $"the packet has {whole} bytes by its header");
        if (GalileoskyFrame.IsIridium(frame)) return Iridium(frame, session, options);
        var computed = Crc16.Modbus(frame[..^2]);
        var told = BinaryPrimitives.ReadUInt16LittleEndian(frame[^2..]);
        if (computed != told)
            return session.Fail(
                ChecksumVerdict.Bad, DecodeCodes.ChecksumBad, frame.Length - 2,
                $"the packet says {told:X4}, its bytes give {computed:X4}");
        return frame[0] switch
        {
            GalileoskyFrame.Data => Records(frame, session),
            GalileoskyFrame.Compressed => Compressed(frame, session, options),
            // A part of a photograph: kept as it is.
            _ => Done(frame, session, [new() { Kind = MessageKind.Event }], [], null),
        };
    }

    static DecodedFrame Records(ReadOnlySpan<byte> frame, DeviceSession session)
    {
        var rows = new GalileoskyRows(ClassOf(frame));
        rows.ReadTagged(frame, GalileoskyFrame.HeadBytes, frame.Length - 2, ref session);
        if (rows.Messages.Count > 0) return Done(frame, session, rows.Messages, rows.Places, rows.Error);
        // Names and versions alone are what a connection begins with.
        var kind = rows.Error is not null || rows.HasAnswer ? MessageKind.Event : MessageKind.Login;
        return Done(frame, session, [new() { Kind = kind }], [], rows.Error);
    }

    static DecodedFrame Compressed(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        var rows = new GalileoskyRows(ClassOf(frame));
        rows.ReadCompressed(frame, GalileoskyFrame.HeadBytes, frame.Length - 2, options.Now);
        return rows.Messages.Count > 0
            ? Done(frame, session, rows.Messages, rows.Places, rows.Error)
            : Done(frame, session, [new() { Kind = MessageKind.Event }], [], rows.Error);
    }

    static RecordClass ClassOf(ReadOnlySpan<byte> frame) =>
        GalileoskyFrame.HasMoreWaiting(frame) ? RecordClass.Stored : RecordClass.Live;

    /// <summary>
    /// By way of Iridium (big-endian): session of number 4, IMEI 15, status 1, counts 4, time 4; place of flags 1,
    /// degrees and thousandths of minutes, radius 4; then the tracker's own data, tagged or compressed. No answer.
    /// </summary>
    static DecodedFrame Iridium(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        const int imeiAt = 10, timeAt = 30, placeAt = 34, dataAt = 48;
        if (frame.Length < dataAt + 3)
            return session.Fail(
                ChecksumVerdict.None, DecodeCodes.LengthWrong, frame.Length,
                $"a session has at least {dataAt + 3} bytes");
        if (Named(session, frame.Slice(imeiAt, GalileoskyTags.ImeiBytes)) is not { } named)
            return session.Fail(ChecksumVerdict.None, DecodeCodes.FieldInvalid, imeiAt, "the IMEI is not decimal");
        int flags = frame[placeAt + 3];
        var latitude = Minutes(frame[(placeAt + 4)..]);
        var longitude = Minutes(frame[(placeAt + 7)..]);
        var rows = new GalileoskyRows(RecordClass.Live)
        {
            Brought = (
                DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(frame[timeAt..])),
                (flags & 2) != 0 ? -latitude : latitude, (flags & 1) != 0 ? -longitude : longitude),
        };
        // The session has named the tracker; what its records call it is not looked at.
        var unnamed = named;
        if (AreTags(frame[(dataAt + 3)..])) rows.ReadTagged(frame, dataAt + 3, frame.Length, ref unnamed);
        else rows.ReadCompressed(frame, dataAt + 3, frame.Length, options.Now);
        if (rows.Messages.Count == 0) rows.Messages.Add(rows.Bare());
        return Done(frame, named, rows.Messages, rows.Messages.Count > 1 ? rows.Places : [], rows.Error) with
        {
            Checksum = ChecksumVerdict.None, Reply = null,
        };
    }

    /// <summary>Degrees 1 and thousandths of minutes 2 in 1e-7 degrees.</summary>
    static long Minutes(ReadOnlySpan<byte> bytes) =>
        bytes[0] * 10_000_000L + BinaryPrimitives.ReadUInt16BigEndian(bytes[1..]) * 500L / 3;

    /// <summary>Whether data are tagged: all of them are known, or, before one that is not, a time or a place and
    /// something else.</summary>
    static bool AreTags(ReadOnlySpan<byte> bytes)
    {
        var (tags, told) = (0, false);
        for (; !bytes.IsEmpty; tags++)
        {
            var length = GalileoskyTags.Length(bytes);
            if (length == 0 || length > bytes.Length) return told && tags > 1;
            told |= bytes[0] is GalileoskyTags.Time or GalileoskyTags.Place;
            bytes = bytes[length..];
        }
        return true;
    }

    /// <summary>Null where the bytes are no IMEI.</summary>
    static DeviceSession? Named(DeviceSession session, ReadOnlySpan<byte> imei) =>
        Decimals.AreDigits(imei) ? session.Named(imei) : null;

    /// <summary>The answer repeats the packet's checksum; a photograph's part is answered under its own kind.</summary>
    static DecodedFrame Done(
        ReadOnlySpan<byte> frame, DeviceSession session, IReadOnlyList<DeviceMessage> messages,
        IReadOnlyList<Range> places, DecodeError? error) => new()
        {
            Checksum = ChecksumVerdict.Ok,
            DeviceId = session.DeviceId,
            Session = session,
            Messages = messages,
            Places = places,
            Reply = [frame[0] == GalileoskyFrame.Photo ? GalileoskyFrame.Photo : (byte)0x02, frame[^2], frame[^1]],
            Error = error,
        };
}
