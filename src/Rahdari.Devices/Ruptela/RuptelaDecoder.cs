using System.Buffers.Binary;
using System.Globalization;

namespace Rahdari.Devices.Ruptela;

/// <summary>
/// Ruptela trackers over TCP. Every frame names its device and has a checksum. Source and quirks: README.md in this
/// folder.
/// </summary>
sealed class RuptelaDecoder : IDeviceProtocol
{
    public string Name => "ruptela";

    public int DecoderVersion => 2;

    public int MaxFrameBytes => RuptelaFrame.MaxBytes;

    public FrameScan Scan(ReadOnlySpan<byte> buffer) => RuptelaFrame.Scan(buffer);

    public DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session, DecodeOptions options)
    {
        if (frame.Length < RuptelaFrame.MinBytes)
            return session.Fail(ChecksumVerdict.Bad, new(
                DecodeCodes.Truncated, frame.Length, $"a frame has at least {RuptelaFrame.MinBytes} bytes"));
        var length = RuptelaFrame.Length(frame);
        var id = BinaryPrimitives.ReadUInt64BigEndian(frame[RuptelaFrame.LengthBytes..]);
        if (id >= RuptelaFrame.IdLimit)
            return session.Fail(ChecksumVerdict.None, new(
                DecodeCodes.NotThisProtocol, RuptelaFrame.LengthBytes, "the IMEI has more than 16 digits"));
        var told = BinaryPrimitives.ReadUInt16BigEndian(frame[^RuptelaFrame.ChecksumBytes..]);
        var computed = RuptelaChecksum.Of(frame[RuptelaFrame.LengthBytes..^RuptelaFrame.ChecksumBytes]);
        // A length that differs while the checksum of all there is holds is named, and the frame is used.
        var lengthError = length == frame.Length ? null
            : frame.Length < length
                ? new DecodeError(DecodeCodes.Truncated, frame.Length, $"the frame has {length} bytes by its header")
                : new DecodeError(DecodeCodes.LengthWrong, 0, $"the header says {length} bytes of {frame.Length}");
        if (told != computed)
            return session.Fail(ChecksumVerdict.Bad, lengthError ?? new(
                DecodeCodes.ChecksumBad, frame.Length - RuptelaFrame.ChecksumBytes,
                $"the frame says {told:X4}, its bytes give {computed:X4}"));
        var read = Command(frame, Named(session, id));
        return lengthError is null ? read : read with { Error = read.Error ?? lengthError };
    }

    static DecodedFrame Command(ReadOnlySpan<byte> frame, DeviceSession session)
    {
        var command = frame[RuptelaFrame.HeaderBytes - 1];
        var payload = frame[RuptelaFrame.HeaderBytes..^RuptelaFrame.ChecksumBytes];
        return command switch
        {
            RuptelaCommand.Records => Records(payload, session, extended: false),
            RuptelaCommand.ExtendedRecords => Records(payload, session, extended: true),
            RuptelaCommand.TroubleCodes => TroubleCodes(payload, session),
            RuptelaCommand.Identification => Simple(session, MessageKind.Login, command),
            RuptelaCommand.Heartbeat => Simple(session, MessageKind.Heartbeat, command),
            RuptelaCommand.DriverRegistration => Simple(session, MessageKind.Other, command),
            // Answers to commands, parts of files: known to be whole, of no use here.
            _ => Simple(session, MessageKind.Other, null),
        };
    }

    /// <summary>Records left 1, count 1, records.</summary>
    static DecodedFrame Records(ReadOnlySpan<byte> payload, DeviceSession session, bool extended)
    {
        if (payload.Length < 2)
            return session.Fail(ChecksumVerdict.Ok, Invalid(0, "the count of records is missing"));
        int parts = payload[1];
        if (parts == 0) return session.Fail(ChecksumVerdict.Ok, Invalid(1, "the packet holds no record"));
        if (parts * RuptelaRecords.MinBytes(extended) > payload.Length - 2)
            return session.Fail(ChecksumVerdict.Ok, Invalid(1, $"{parts} records do not fit into the packet"));
        var messages = new DeviceMessage[parts];
        var places = new Range[parts];
        var count = 0;
        DecodeError? error = null;
        var reader = new RuptelaRecords(payload, 2, parts, extended);
        while (reader.PartsLeft > 0)
        {
            var start = reader.Position;
            if (reader.Read() is not { } message)
                return session.Fail(ChecksumVerdict.Ok, Invalid(start, "a record leads beyond the packet's end"));
            if (reader.Misplaced)
                error ??= new(
                    DecodeCodes.FieldInvalid, RuptelaFrame.HeaderBytes + start, "a record lies at no place on earth");
            places[count] = (RuptelaFrame.HeaderBytes + start)..(RuptelaFrame.HeaderBytes + reader.Position);
            messages[count++] = message;
        }
        if (reader.Position != payload.Length)
            return session.Fail(ChecksumVerdict.Ok, Invalid(
                reader.Position, "bytes are left behind the last record"));
        return new()
        {
            Checksum = ChecksumVerdict.Ok,
            DeviceId = session.DeviceId,
            Session = session,
            Messages = count == parts ? messages : messages[..count],
            Places = count == parts ? places : places[..count],
            Reply = RuptelaEncoder.Accepted(RuptelaCommand.RecordsAnswer),
            Error = error,
        };
    }

    /// <summary>Count 1, then 19 bytes each: reserved 1, time 4, longitude 4, latitude 4, origin 1, code 5.</summary>
    static DecodedFrame TroubleCodes(ReadOnlySpan<byte> payload, DeviceSession session)
    {
        const int bytes = 19, fromMemory = 2;
        if (payload.Length < 1 || payload[0] == 0 || payload.Length != 1 + payload[0] * bytes)
            return session.Fail(ChecksumVerdict.Ok, Invalid(0, "the count of codes does not fit the packet"));
        var messages = new DeviceMessage[payload[0]];
        var places = new Range[messages.Length];
        for (var i = 0; i < messages.Length; i++)
        {
            var at = 1 + i * bytes;
            var code = payload.Slice(at, bytes);
            places[i] = (RuptelaFrame.HeaderBytes + at)..(RuptelaFrame.HeaderBytes + at + bytes);
            var position = RuptelaRecords.Place(
                BinaryPrimitives.ReadInt32BigEndian(code[9..]), BinaryPrimitives.ReadInt32BigEndian(code[5..]));
            messages[i] = new()
            {
                Kind = MessageKind.Position,
                Record = code[13] == fromMemory ? RecordClass.Stored : RecordClass.Live,
                Time = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(code[1..])),
                Position = position,
                Valid = position is not null,
            };
        }
        return new()
        {
            Checksum = ChecksumVerdict.Ok,
            DeviceId = session.DeviceId,
            Session = session,
            Messages = messages,
            Places = places,
            Reply = RuptelaEncoder.Accepted(RuptelaCommand.Answer(RuptelaCommand.TroubleCodes)),
        };
    }

    static DecodedFrame Simple(DeviceSession session, MessageKind kind, byte? answered) => new()
    {
        Checksum = ChecksumVerdict.Ok,
        DeviceId = session.DeviceId,
        Session = session,
        Messages = [new() { Kind = kind }],
        Reply = answered is { } command ? RuptelaEncoder.Accepted(RuptelaCommand.Answer(command)) : null,
    };

    /// <param name="offset">Counted from the payload's start.</param>
    static DecodeError Invalid(int offset, string detail) =>
        new(DecodeCodes.RecordInvalid, RuptelaFrame.HeaderBytes + offset, detail);

    /// <summary>The IMEI with its leading zeros; a new text only where it is another device's.</summary>
    static DeviceSession Named(DeviceSession session, ulong id)
    {
        Span<char> digits = stackalloc char[20];
        id.TryFormat(digits, out var written, "D15", CultureInfo.InvariantCulture);
        return session.Named(digits[..written]);
    }
}
