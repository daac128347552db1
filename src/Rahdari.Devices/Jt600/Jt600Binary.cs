using System.Buffers.Binary;

namespace Rahdari.Devices.Jt600;

/// <summary>The binary frames: one JT701/JT701D record (long form), or records of older trackers (short).</summary>
static class Jt600Binary
{
    /// <summary>From this version on the record ends with fence, wake-up source, IMEI and network codes.</summary>
    public const int FirstVersionWithTail = 0x17;

    /// <summary>The JT701D's version: everything is acknowledged by its serial.</summary>
    public const int Jt701D = 0x19;

    // Offsets within the body of the long form, after the fix block.
    const int Mileage = 17, Satellites = 21, Status = 26, Battery = 28, WakeUp = 35;

    /// <summary>A record without a tail: to the signal.</summary>
    const int LongRecordBytes = 34;

    /// <summary>The battery byte of a lock on its charger.</summary>
    public const int ChargingMark = 0xFF;

    public static DecodedFrame Decode(ReadOnlySpan<byte> frame, DeviceSession session)
    {
        if (frame.Length < Jt600Frame.LongHeaderBytes)
            return session.Fail(DecodeCodes.Truncated, frame.Length, "the header has 10 bytes");
        if (!Bcd.IsDecimal(frame.Slice(1, 5)))
            return session.Fail(DecodeCodes.NotThisProtocol, 1, "the terminal id is not decimal");
        var length = Jt600Frame.BinaryLength(frame);
        if (length == 0)
            return session.Fail(DecodeCodes.LengthWrong, 7, "the length fits neither form");
        if (frame.Length < length)
            return session.Fail(DecodeCodes.Truncated, frame.Length, $"the frame has {length} bytes by its header");
        var trailing = frame.Length == length
            ? null
            : new DecodeError(DecodeCodes.LengthWrong, length, $"{frame.Length - length} bytes after the frame's end");
        session = Named(session, frame.Slice(1, 5));
        return Jt600Frame.IsShortForm(frame)
            ? DecodeShort(frame[..length], session, trailing)
            : DecodeLong(frame[..length], session, trailing);
    }

    /// <summary>One record; before the version with a tail there may be several, one behind the other.</summary>
    static DecodedFrame DecodeLong(ReadOnlySpan<byte> frame, DeviceSession session, DecodeError? error)
    {
        int version = frame[6], serial = frame[^1];
        var body = frame[Jt600Frame.LongHeaderBytes..];
        var several = version < FirstVersionWithTail && (body.Length - 1) % LongRecordBytes == 0;
        var messages = new DeviceMessage[several ? (body.Length - 1) / LongRecordBytes : 1];
        var places = messages.Length > 1 ? new Range[messages.Length] : [];
        var asksAnswer = false;
        for (var i = 0; i < messages.Length; i++)
        {
            var start = i * LongRecordBytes;
            var record = several ? body.Slice(start, LongRecordBytes) : body;
            messages[i] = LongRecord(record, version, frame[7], serial, out var badOffset);
            var place = Jt600Frame.LongHeaderBytes + start;
            if (places.Length > 0) places[i] = place..(place + LongRecordBytes);
            error ??= BadField(badOffset, place);
            asksAnswer |= (BinaryPrimitives.ReadUInt16BigEndian(record[Status..]) & Jt600Status.AckRequired) != 0;
        }
        return new()
        {
            Checksum = ChecksumVerdict.None,
            DeviceId = session.DeviceId,
            Session = session,
            Messages = messages,
            Places = places,
            Reply = version >= Jt701D ? Jt600Encoder.Received(serial)
                : asksAnswer ? Jt600Encoder.ReceivedOld()
                : null,
            Error = error,
        };
    }

    static DeviceMessage LongRecord(ReadOnlySpan<byte> record, int version, byte type, int serial, out int badOffset)
    {
        var fix = Jt600FixBlock.Read(record);
        badOffset = fix.BadOffset;
        int status = BinaryPrimitives.ReadUInt16BigEndian(record[Status..]), battery = record[Battery];
        var wakeUp = version >= FirstVersionWithTail && record.Length > WakeUp + 1 ? record[WakeUp] & 0x0F : -1;
        return new()
        {
            Kind = MessageKind.Position,
            Record = ClassOf(type),
            Time = fix.Time,
            Valid = fix.Valid,
            Position = fix.Position,
            Speed = fix.Speed,
            CourseDegrees = fix.CourseDegrees,
            Satellites = record[Satellites],
            BatteryPercent = battery <= 100 ? battery : null,
            Charging = battery == ChargingMark ? true : null,
            OdometerMetres = BinaryPrimitives.ReadUInt32BigEndian(record[Mileage..]) * 1000L,
            DeviceSerial = serial,
            Seal = Jt600Status.Seal(status, version),
            Events = Jt600Status.Events(status, wakeUp),
        };
    }

    static DecodedFrame DecodeShort(ReadOnlySpan<byte> frame, DeviceSession session, DecodeError? error)
    {
        var version = frame[6] >> 4;
        var records = frame[Jt600Frame.ShortHeaderBytes..^1];
        var messages = new DeviceMessage[records.Length / Jt600Frame.ShortRecordBytes];
        var places = new Range[messages.Length];
        for (var i = 0; i < messages.Length; i++)
        {
            var start = i * Jt600Frame.ShortRecordBytes;
            var record = records.Slice(start, Jt600Frame.ShortRecordBytes);
            var fix = Jt600FixBlock.Read(record);
            var place = Jt600Frame.ShortHeaderBytes + start;
            places[i] = place..(place + Jt600Frame.ShortRecordBytes);
            error ??= BadField(fix.BadOffset, place);
            messages[i] = ShortRecord(fix, record[Jt600FixBlock.Bytes..], version) with
            {
                Record = ClassOf(frame[6]),
                DeviceSerial = frame[^1],
            };
        }
        return new()
        {
            Checksum = ChecksumVerdict.None,
            DeviceId = session.DeviceId,
            Session = session,
            Messages = messages,
            Places = places,
            Error = error,
        };
    }

    /// <param name="tail">The ten bytes after the fix block; the version nibble says what they are.</param>
    static DeviceMessage ShortRecord(Jt600FixBlock fix, ReadOnlySpan<byte> tail, int version) => new()
    {
        Kind = MessageKind.Position,
        Time = fix.Time,
        Valid = fix.Valid,
        Position = fix.Position,
        Speed = fix.Speed,
        CourseDegrees = fix.CourseDegrees,
        Satellites = version == 1 ? tail[0] : null,
        AltitudeMetres = version == 1 ? BinaryPrimitives.ReadUInt16BigEndian(tail[3..]) : null,
        OdometerMetres = version switch
        {
            2 => BinaryPrimitives.ReadUInt32BigEndian(tail[5..]) * 1000L,
            3 => ((tail[4] & 0x0FL) << 16 | BinaryPrimitives.ReadUInt16BigEndian(tail[5..])) * 1000L,
            _ => null,
        },
    };

    static RecordClass ClassOf(byte type) => (type & 0x0F) switch
    {
        2 => RecordClass.Alarm,
        3 or 4 => RecordClass.Stored,
        _ => RecordClass.Live,
    };

    static DecodeError? BadField(int offset, int blockStart) => offset < 0
        ? null
        : new(DecodeCodes.FieldInvalid, blockStart + offset, offset switch
        {
            0 => "date and time are none",
            6 => "latitude and longitude are no place",
            _ => "the course is beyond 360 degrees",
        });

    static DeviceSession Named(DeviceSession session, ReadOnlySpan<byte> id)
    {
        Span<char> digits = stackalloc char[10];
        Bcd.Spell(id, digits);
        return session.Named(digits);
    }
}
