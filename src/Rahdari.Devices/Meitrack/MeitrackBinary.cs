using System.Buffers.Binary;

namespace Rahdari.Devices.Meitrack;

/// <summary>The batches: records of fixed form (CCC) and records of numbered parameters (CCE), little-endian.</summary>
static class MeitrackBinary
{
    /// <summary>Bytes of a fixed record as published; the header may say more.</summary>
    public const int FixedBytes = 52;

    /// <summary>Version 2, bytes of a record 2, records left 4.</summary>
    public const int FixedHeaderBytes = 8;

    /// <summary>Records left 4, count 2.</summary>
    public const int TaggedHeaderBytes = 6;

    /// <summary>The second times count from, 2000-01-01T00:00:00Z, in seconds of Unix time.</summary>
    public const long Epoch = 946_684_800;

    /// <summary>A record of numbered parameters has its length, their number and four counts at least.</summary>
    const int MinTaggedBytes = 8;

    public static DecodedFrame Fixed(ReadOnlySpan<byte> frame, int start, DeviceSession session)
    {
        var payload = frame[start..];
        if (payload.Length < FixedHeaderBytes) return Invalid(session, start, "the header has 8 bytes");
        int told = BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]);
        // A length that cannot be a record's is named, and the published one taken where the records then add up.
        var bytes = told < FixedBytes ? FixedBytes : told;
        var records = payload[FixedHeaderBytes..];
        var left = records.Length % bytes;
        if (records.Length < bytes || bytes != told && left != 0)
            return Invalid(session, start + 2, $"records of {told} bytes do not fill {records.Length}");
        var messages = new DeviceMessage[records.Length / bytes];
        var places = new Range[messages.Length];
        var error = bytes != told || left != 0
            ? new DecodeError(
                DecodeCodes.RecordInvalid, start + 2, $"records of {told} bytes do not fill {records.Length}")
            : null;
        for (var i = 0; i < messages.Length; i++)
        {
            var at = start + FixedHeaderBytes + i * bytes;
            messages[i] = FixedRecord(frame.Slice(at, FixedBytes));
            places[i] = at..(at + bytes);
            if (messages[i].Position is null)
                error ??= new(DecodeCodes.FieldInvalid, at + 1, "latitude and longitude are no place");
        }
        var reply = MeitrackEncoder.Received(frame[2], session.DeviceId!, messages.Length);
        return Read(session, messages, places, error, reply);
    }

    /// <summary>Records left 4, count 2, then each record with its length.</summary>
    public static DecodedFrame Tagged(ReadOnlySpan<byte> frame, int start, DeviceSession session)
    {
        var payload = frame[start..];
        if (payload.Length < TaggedHeaderBytes) return Invalid(session, start, "the header has 6 bytes");
        int count = BinaryPrimitives.ReadUInt16LittleEndian(payload[4..]);
        if (count == 0 || count * MinTaggedBytes > payload.Length)
            return Invalid(session, start + 4, $"{count} records do not fit into the frame");
        var messages = new DeviceMessage[count];
        var places = new Range[count];
        DecodeError? error = null;
        var at = start + TaggedHeaderBytes;
        for (var i = 0; i < count; i++)
        {
            var bytes = frame.Length - at < 2 ? -1 : BinaryPrimitives.ReadUInt16LittleEndian(frame[at..]);
            var fits = bytes >= 0 && bytes <= frame.Length - at - 2;
            var reader = new MeitrackParameters(fits ? frame.Slice(at + 2, bytes) : []);
            if (!reader.Read())
            {
                error = new(DecodeCodes.RecordInvalid, at, $"record {i + 1} or its parameters lead beyond its end");
                if (i == 0) return Invalid(session, at, error.Detail);
                // What came before it was whole.
                return Read(session, messages[..i], places[..i], error);
            }
            messages[i] = reader.Message();
            places[i] = at..(at + 2 + bytes);
            if (reader.Misplaced)
                error ??= new(DecodeCodes.FieldInvalid, at, "latitude and longitude are no place");
            at += 2 + bytes;
        }
        if (at != frame.Length) error ??= new(DecodeCodes.RecordInvalid, at, "bytes are left behind the last record");
        return Read(session, messages, places, error);
    }

    /// <summary>
    /// Event 1, latitude 4, longitude 4, time 4, valid 1, satellites 1, signal 1, km/h 2, course 2, dilution 2,
    /// altitude 2, metres 4, seconds 4, cell 8, state 2, voltages 6, fence 4.
    /// </summary>
    static DeviceMessage FixedRecord(ReadOnlySpan<byte> record)
    {
        var position = Coordinates.FromE7(
            BinaryPrimitives.ReadInt32LittleEndian(record[1..]) * 10L,
            BinaryPrimitives.ReadInt32LittleEndian(record[5..]) * 10L);
        int course = BinaryPrimitives.ReadUInt16LittleEndian(record[18..]);
        return new()
        {
            Kind = MessageKind.Position,
            Time = TimeOf(BinaryPrimitives.ReadUInt32LittleEndian(record[9..])),
            Valid = position is not null && record[13] == 1,
            Position = position,
            Satellites = record[14],
            Speed = Speed.FromKilometresPerHour(BinaryPrimitives.ReadUInt16LittleEndian(record[16..])),
            CourseDegrees = course <= 360 ? course % 360 : null,
            AltitudeMetres = BinaryPrimitives.ReadInt16LittleEndian(record[22..]),
            OdometerMetres = BinaryPrimitives.ReadUInt32LittleEndian(record[24..]),
            Events = MeitrackEvents.Of(record[0]),
        };
    }

    public static DateTimeOffset TimeOf(uint seconds) => DateTimeOffset.FromUnixTimeSeconds(Epoch + seconds);

    static DecodedFrame Read(
        DeviceSession session, DeviceMessage[] messages, Range[] places, DecodeError? error,
        byte[]? reply = null) => new()
        {
            Checksum = ChecksumVerdict.Ok,
            DeviceId = session.DeviceId,
            Session = session,
            Messages = messages,
            Places = places,
            Reply = reply,
            Error = error,
        };

    static DecodedFrame Invalid(DeviceSession session, int offset, string detail) =>
        session.Fail(ChecksumVerdict.Ok, DecodeCodes.RecordInvalid, offset, detail);
}
