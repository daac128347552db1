using System.Buffers.Binary;
using System.Text;

namespace Rahdari.Devices.Teltonika;

/// <summary>
/// Teltonika codecs 7, 8, 8 extended and 16; answers to commands (12, 13, 14) are recognised. The connection names its
/// device once, in the login. Source and quirks: README.md in this folder.
/// </summary>
sealed class TeltonikaDecoder : IDeviceProtocol
{
    public string Name => "teltonika";

    public int DecoderVersion => 4;

    public int MaxFrameBytes => TeltonikaFrame.MaxBytes;

    public FrameScan Scan(ReadOnlySpan<byte> buffer) => TeltonikaFrame.Scan(buffer);

    public DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        if (frame is [TeltonikaFrame.Ping]) return Simple(session, MessageKind.Heartbeat, ChecksumVerdict.None);
        if (frame.Length < 2) return session.Fail(ChecksumVerdict.None, NoFrame(frame.Length));
        var length = BinaryPrimitives.ReadUInt16BigEndian(frame);
        if (length == 0) return Packet(frame, session);
        if (length <= TeltonikaFrame.MaxIdDigits && IsDigits(frame[2..])) return Login(frame, length, session);
        if (frame.Length > 8 && frame[4] == 1) return Datagram(frame, length, session);
        return session.Fail(ChecksumVerdict.None, NoFrame(0));
    }

    static DecodedFrame Login(ReadOnlySpan<byte> frame, int length, DeviceSession session)
    {
        if (frame.Length != 2 + length || length < TeltonikaFrame.MinIdDigits)
            return session.Fail(ChecksumVerdict.None, LengthError(frame.Length, 2 + length));
        session = new(Encoding.ASCII.GetString(frame[2..]));
        var login = Simple(session, MessageKind.Login, ChecksumVerdict.None);
        return login with { Reply = TeltonikaEncoder.LoginAccepted() };
    }

    static DecodedFrame Packet(ReadOnlySpan<byte> frame, DeviceSession session)
    {
        const int shortest = TeltonikaFrame.HeaderBytes + TeltonikaFrame.MinDataBytes + TeltonikaFrame.ChecksumBytes;
        if (frame.Length < shortest)
            return session.Fail(ChecksumVerdict.Bad, LengthError(frame.Length, shortest));
        if (frame[2] != 0 || frame[3] != 0) return session.Fail(ChecksumVerdict.None, NoFrame(2));
        var whole = TeltonikaFrame.HeaderBytes + TeltonikaFrame.ChecksumBytes
            + (long)BinaryPrimitives.ReadUInt32BigEndian(frame[4..]);
        var data = frame[TeltonikaFrame.HeaderBytes..^TeltonikaFrame.ChecksumBytes];
        var told = BinaryPrimitives.ReadUInt32BigEndian(frame[^TeltonikaFrame.ChecksumBytes..]);
        var computed = Crc16.Ibm(data);
        // A checksum over a wrong number of bytes proves nothing, so a wrong length is a bad checksum too.
        var checksum = whole == frame.Length && told == computed ? ChecksumVerdict.Ok : ChecksumVerdict.Bad;
        if (whole != frame.Length) return session.Fail(checksum, LengthError(frame.Length, whole));
        if (checksum == ChecksumVerdict.Bad)
            return session.Fail(checksum, new(
                DecodeCodes.ChecksumBad, frame.Length - TeltonikaFrame.ChecksumBytes,
                $"the frame says {told:X4}, its bytes give {computed:X4}"));
        return Data(data, TeltonikaFrame.HeaderBytes, session, checksum);
    }

    /// <summary>
    /// The same data in a UDP datagram: length 2, packet id 2, 1, record packet id 1, IMEI length 2, IMEI, data. It has
    /// no checksum of its own; the answer repeats both ids.
    /// </summary>
    static DecodedFrame Datagram(ReadOnlySpan<byte> frame, int length, DeviceSession session)
    {
        if (frame.Length != 2 + length)
            return session.Fail(ChecksumVerdict.None, LengthError(frame.Length, 2 + length));
        int digits = BinaryPrimitives.ReadUInt16BigEndian(frame[6..]);
        var start = 8 + digits;
        if (digits is < TeltonikaFrame.MinIdDigits or > TeltonikaFrame.MaxIdDigits
            || frame.Length < start + TeltonikaFrame.MinDataBytes || !IsDigits(frame[8..start]))
            return session.Fail(ChecksumVerdict.None, new(DecodeCodes.NotThisProtocol, 6, "the IMEI is not decimal"));
        session = new(Encoding.ASCII.GetString(frame[8..start]));
        var read = Data(frame[start..], start, session, ChecksumVerdict.None);
        if (read.Error is not null || read.Places.Count == 0) return read;
        return read with { Reply = [0, 5, frame[2], frame[3], 1, frame[5], (byte)read.Messages.Count] };
    }

    /// <summary>Records with the answer of a packet, or what else the data are.</summary>
    /// <param name="data">Codec, count, records, count.</param>
    /// <param name="offset">Where the data start in the frame.</param>
    static DecodedFrame Data(ReadOnlySpan<byte> data, int offset, DeviceSession session, ChecksumVerdict checksum)
    {
        if (TeltonikaCodec.IsCommandAnswer(data[0])) return Simple(session, MessageKind.Other, checksum);
        if (TeltonikaCodec.Of(data[0]) is not { } codec)
            return session.Fail(checksum, new(DecodeCodes.CodecUnknown, offset, $"codec {data[0]:X2} is unknown"));
        if (data[1] != data[^1])
            return session.Fail(checksum, new(
                DecodeCodes.CountsDiffer, offset + data.Length - 1, $"{data[1]} records before, {data[^1]} behind"));
        if (data[1] == 0)
            return session.Fail(checksum, new(DecodeCodes.RecordInvalid, offset + 1, "the packet holds no record"));
        var read = Records(data, offset, codec, session, checksum);
        if (read.Error is null || data[0] != TeltonikaCodec.Codec8) return read;
        var larger = Records(data, offset, TeltonikaCodec.Codec8WithSixteens, session, checksum);
        return larger.Error is null ? larger : read;
    }

    static DecodedFrame Records(
        ReadOnlySpan<byte> data, int offset, TeltonikaCodec codec, DeviceSession session, ChecksumVerdict checksum)
    {
        var messages = new DeviceMessage[data[1]];
        var places = new Range[messages.Length];
        var reader = new TeltonikaRecord(data[..^1], 2);
        for (var i = 0; i < messages.Length; i++)
        {
            var start = reader.Position;
            if (reader.Read(codec) is not { } message)
                return session.Fail(checksum, new(
                    DecodeCodes.RecordInvalid, offset + start, $"record {i + 1} leads beyond the packet's end"));
            (messages[i], places[i]) = (message, (offset + start)..(offset + reader.Position));
        }
        if (reader.Position != data.Length - 1)
            return session.Fail(checksum, new(
                DecodeCodes.RecordInvalid, offset + reader.Position, "bytes are left behind the last record"));
        return new()
        {
            Checksum = checksum, DeviceId = session.DeviceId, Session = session, Messages = messages, Places = places,
            Reply = TeltonikaEncoder.RecordsAccepted(messages.Length),
        };
    }

    static bool IsDigits(ReadOnlySpan<byte> bytes) => !bytes.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    static DecodeError NoFrame(int offset) =>
        new(DecodeCodes.NotThisProtocol, offset, "a frame is a login, a packet or a ping");

    static DecodeError LengthError(int have, long want) => have < want
        ? new(DecodeCodes.Truncated, have, $"the frame has {want} bytes by its header")
        : new(DecodeCodes.LengthWrong, (int)want, $"{have - want} bytes after the frame's end");

    static DecodedFrame Simple(DeviceSession session, MessageKind kind, ChecksumVerdict checksum) => new()
    {
        Checksum = checksum, DeviceId = session.DeviceId, Session = session, Messages = [new() { Kind = kind }],
    };
}
