using System.Buffers.Binary;

namespace Rahdari.Devices.Teltonika;

/// <summary>How a codec writes its input/output elements: bytes of an id, of a count, and what else it adds.</summary>
readonly record struct TeltonikaCodec(
    int IdBytes, int CountBytes, bool GenerationType = false, bool VariableElements = false, int LargestElement = 8,
    bool Masked = false)
{
    public const byte Codec7 = 0x07, Codec8 = 0x08, Codec16 = 0x10, Codec8Extended = 0x8E;

    /// <summary>
    /// Codec 8 with a fifth group, of elements of 16 bytes, as some units send it. It is tried only where the packet
    /// does not add up as plain codec 8, and believed only where every byte is then accounted for.
    /// </summary>
    public static readonly TeltonikaCodec Codec8WithSixteens = new(1, 1, LargestElement: 16);

    public static TeltonikaCodec? Of(byte codec) => codec switch
    {
        Codec7 => new(1, 1, LargestElement: 4, Masked: true),
        Codec8 => new(1, 1),
        Codec16 => new(2, 1, GenerationType: true),
        Codec8Extended => new(2, 2, VariableElements: true),
        _ => null,
    };

    /// <summary>Codecs 12, 13 and 14 carry commands and what the device answers to them, 15 what a serial port
    /// said.</summary>
    public static bool IsCommandAnswer(byte codec) => codec is 0x0C or 0x0D or 0x0E or 0x0F;
}

/// <summary>One record of a packet: time, priority, place, then input/output elements by size.</summary>
ref struct TeltonikaRecord(ReadOnlySpan<byte> data, int start)
{
    const int Panic = 2;
    const long LastMillisecond = 253_402_300_799_999;

    /// <summary>Codec 7 counts its seconds from here.</summary>
    static readonly DateTimeOffset Since2007 = new(2007, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Bytes of each part of a masked place: place, altitude, course, speed, satellites, cell, strength of its
    /// signal, operator.</summary>
    static ReadOnlySpan<byte> MaskedBytes => [8, 2, 1, 1, 1, 4, 1, 4];

    ByteFields fields = new(data, start);

    /// <summary>Where the next record starts, in the bytes given.</summary>
    public readonly int Position => fields.Position;

    /// <summary>Reads one record; null where its lengths lead beyond the data.</summary>
    public DeviceMessage? Read(TeltonikaCodec codec)
    {
        if (codec.Masked) return ReadMasked(codec);
        if (!fields.Take(24, out var head)) return null;
        var milliseconds = BinaryPrimitives.ReadUInt64BigEndian(head);
        int priority = head[8], satellites = head[21], course = BinaryPrimitives.ReadUInt16BigEndian(head[19..]);
        var elements = new Elements();
        if (!ReadElements(codec, ref elements)) return null;
        return new()
        {
            Kind = MessageKind.Position,
            Record = priority == Panic ? RecordClass.Alarm : RecordClass.Live,
            Time = milliseconds <= LastMillisecond ? DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds) : null,
            Valid = satellites > 0,
            Position = Coordinates.FromE7(
                BinaryPrimitives.ReadInt32BigEndian(head[13..]), BinaryPrimitives.ReadInt32BigEndian(head[9..])),
            AltitudeMetres = BinaryPrimitives.ReadInt16BigEndian(head[17..]),
            Speed = Speed.FromKilometresPerHour(BinaryPrimitives.ReadUInt16BigEndian(head[22..])),
            CourseDegrees = course <= 360 ? course % 360 : null,
            Satellites = satellites,
            BatteryPercent = elements.BatteryPercent,
            OdometerMetres = elements.OdometerMetres,
            SimCard = elements.SimCard,
            Events = TeltonikaEvents.Of(elements.EventId, elements.EventValue, priority == Panic),
        };
    }

    /// <summary>
    /// Codec 7: time and priority in one number, then what its masks announce: a place of up to eight parts, elements
    /// of one, two and four bytes.
    /// </summary>
    DeviceMessage? ReadMasked(TeltonikaCodec codec)
    {
        if (!fields.Number(4, out var first) || !fields.Number(1, out var parts)) return null;
        var message = new DeviceMessage
        {
            Kind = MessageKind.Event,
            Record = (int)(first >> 30) == Panic ? RecordClass.Alarm : RecordClass.Live,
            Time = Since2007.AddSeconds(first & 0x3FFFFFFF),
            Events = TeltonikaEvents.Of(0, null, (int)(first >> 30) == Panic),
        };
        if ((parts & 1) != 0)
        {
            if (!fields.Number(1, out var mask) || ReadPlace(message, (int)mask) is not { } placed) return null;
            message = placed;
        }
        for (var size = 1; size <= codec.LargestElement; size *= 2)
        {
            // Bits 1 to 3: groups of one, two and four bytes.
            if ((parts & (ulong)size << 1) == 0) continue;
            if (!fields.Number(codec.CountBytes, out var count)) return null;
            for (var i = 0UL; i < count; i++)
                if (!fields.Number(codec.IdBytes, out _) || !fields.Number(size, out _)) return null;
        }
        return message;
    }

    DeviceMessage? ReadPlace(DeviceMessage message, int mask)
    {
        if ((mask & 1) != 0)
        {
            if (!fields.Take(8, out var place)) return null;
            var position = Coordinates.FromE7(
                E7(BinaryPrimitives.ReadSingleBigEndian(place)), E7(BinaryPrimitives.ReadSingleBigEndian(place[4..])));
            message = message with { Kind = MessageKind.Position, Position = position };
        }
        for (var bit = 1; bit < MaskedBytes.Length; bit++)
        {
            if ((mask & 1 << bit) == 0) continue;
            if (!fields.Number(MaskedBytes[bit], out var value)) return null;
            message = bit switch
            {
                1 => message with { AltitudeMetres = (short)value },
                // A turn has 256 parts.
                2 => message with { CourseDegrees = (int)value * 360 / 256 },
                3 => message with { Speed = Speed.FromKilometresPerHour((int)value) },
                4 => message with { Satellites = (int)value },
                _ => message,
            };
        }
        return message with { Valid = message.Position is null ? null : message.Satellites is null or > 0 };
    }

    /// <summary>Degrees as a floating number; what is no number lies beyond every place.</summary>
    static long E7(float degrees) => float.IsFinite(degrees) ? (long)Math.Round(degrees * 1e7) : long.MaxValue;

    bool ReadElements(TeltonikaCodec codec, ref Elements elements)
    {
        if (!fields.Number(codec.IdBytes, out var eventId)) return false;
        elements.EventId = (int)eventId;
        if (codec.GenerationType && !fields.Take(1, out _)) return false;
        if (!fields.Number(codec.CountBytes, out _)) return false;
        for (var size = 1; size <= codec.LargestElement; size *= 2)
        {
            if (!fields.Number(codec.CountBytes, out var count)) return false;
            for (var i = 0UL; i < count; i++)
            {
                if (!fields.Number(codec.IdBytes, out var id) || !fields.Number(size, out var value)) return false;
                elements.Add((int)id, value);
            }
        }
        return !codec.VariableElements || SkipVariableElements();
    }

    bool SkipVariableElements()
    {
        if (!fields.Number(2, out var count)) return false;
        for (var i = 0UL; i < count; i++)
            if (!fields.Number(2, out _) || !fields.Number(2, out var length) || !fields.Take((int)length, out _))
                return false;
        return true;
    }

    /// <summary>The elements that the one vocabulary or the message has a place for.</summary>
    struct Elements
    {
        public int EventId;

        /// <summary>Null where the record does not carry the element that caused it.</summary>
        public ulong? EventValue;
        public int? BatteryPercent;
        public long? OdometerMetres;
        ulong simCardFirst, simCardSecond;

        /// <summary>Null unless both its halves are there.</summary>
        public readonly SimCardNumber? SimCard => SimCardNumber.ReadHalves(simCardFirst, simCardSecond);

        public void Add(int id, ulong value)
        {
            if (id == EventId) EventValue = value;
            if (id == TeltonikaEvents.BatteryPercent && value <= 100) BatteryPercent = (int)value;
            if (id == TeltonikaEvents.TotalOdometer && value <= uint.MaxValue) OdometerMetres = (long)value;
            if (id == TeltonikaEvents.SimCardFirst) simCardFirst = value;
            if (id == TeltonikaEvents.SimCardSecond) simCardSecond = value;
        }
    }
}
