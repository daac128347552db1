using System.Buffers.Binary;

namespace Rahdari.Devices.Ruptela;

/// <summary>
/// The records of one packet: time 4, extension 1, [extended: parts of the record 4 bits, this part 4 bits,]
/// priority 1, longitude 4, latitude 4, altitude 2, angle 2, satellites 1, speed 2, dilution 1, event id, then
/// input/output elements by size. An extended record too long for one part goes on in the parts that follow it.
/// </summary>
ref struct RuptelaRecords(ReadOnlySpan<byte> payload, int start, int parts, bool extended)
{
    /// <summary>Stands for a coordinate where there is no fix.</summary>
    public const int NoCoordinate = int.MinValue;

    /// <summary>
    /// Tenths of a metre. Documents differ in whether the height has a sign. No road is a kilometre below the sea, so
    /// what reads lower is a height above 3,276.7 m, as the passes of the Hindu Kush have.
    /// </summary>
    const int LowestAltitude = -10_000;

    const int NoAltitude = short.MinValue, NoAngle = 0xFFFF, NoSpeed = 0xFFFF, NoSatellites = 0xFF;

    readonly bool extended = extended;
    ByteFields fields = new(payload, start);

    /// <summary>Where the next record starts, in the payload.</summary>
    public readonly int Position => fields.Position;

    public int PartsLeft { get; private set; } = parts;

    /// <summary>The record read last has coordinates that are neither absent nor on earth.</summary>
    public bool Misplaced { get; private set; }

    readonly int HeadBytes => extended ? 23 : 22;

    /// <summary>A record's head, its event id and four empty groups.</summary>
    public static int MinBytes(bool extended) => (extended ? 23 + 2 : 22 + 1) + 4;

    public static GeoPosition? Place(int latitude, int longitude) =>
        latitude == NoCoordinate || longitude == NoCoordinate ? null : Coordinates.FromE7(latitude, longitude);

    /// <summary>Reads one record with all its parts; null where its lengths lead beyond the payload.</summary>
    public DeviceMessage? Read()
    {
        var elements = new Elements();
        if (!ReadPart(out var head, ref elements)) return null;
        while (PartsLeft > 0 && NextContinues())
            if (!ReadPart(out _, ref elements)) return null;

        var place = head[(extended ? 7 : 6)..];
        int longitude = BinaryPrimitives.ReadInt32BigEndian(place),
            latitude = BinaryPrimitives.ReadInt32BigEndian(place[4..]);
        int altitude = BinaryPrimitives.ReadInt16BigEndian(place[8..]),
            angle = BinaryPrimitives.ReadUInt16BigEndian(place[10..]), satellites = place[12],
            speed = BinaryPrimitives.ReadUInt16BigEndian(place[13..]);
        if (altitude is > NoAltitude and < LowestAltitude) altitude += 1 << 16;
        var position = Place(latitude, longitude);
        Misplaced = position is null && latitude != NoCoordinate && longitude != NoCoordinate;
        return new()
        {
            Kind = MessageKind.Position,
            Time = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(head)),
            Valid = position is not null,
            Position = position,
            AltitudeMetres = position is null || altitude == NoAltitude ? null : altitude / 10,
            Speed = position is null || speed == NoSpeed ? null : Speed.FromKilometresPerHour(speed),
            CourseDegrees = position is null || angle is NoAngle or > 36_000 ? null : angle / 100 % 360,
            Satellites = satellites == NoSatellites ? null : satellites,
            Charging = elements.Charging,
            OdometerMetres = elements.OdometerMetres,
            Events = RuptelaEvents.Of(elements.EventId, elements.EventValue),
        };
    }

    /// <summary>Whether the next part belongs to the record just read: its number is among the parts and not
    /// 0.</summary>
    readonly bool NextContinues()
    {
        if (!extended || fields.Rest is not [_, _, _, _, _, var numbers, ..]) return false;
        int parts = numbers >> 4, number = numbers & 0x0F;
        return number > 0 && number <= parts;
    }

    bool ReadPart(out ReadOnlySpan<byte> head, ref Elements elements)
    {
        PartsLeft--;
        var width = extended ? 2 : 1;
        if (!fields.Take(HeadBytes, out head) || !fields.Number(width, out var eventId)) return false;
        elements.EventId = (int)eventId;
        for (var size = 1; size <= 8; size *= 2)
        {
            if (!fields.Number(1, out var count)) return false;
            for (var i = 0UL; i < count; i++)
            {
                if (!fields.Number(width, out var id) || !fields.Number(size, out var value)) return false;
                elements.Add((int)id, value);
            }
        }
        return true;
    }

    /// <summary>The elements that the one vocabulary or the message has a place for.</summary>
    struct Elements
    {
        public int EventId;

        /// <summary>Null where the record does not carry the element that caused it.</summary>
        public ulong? EventValue;
        public bool? Charging;
        public long? OdometerMetres;

        public void Add(int id, ulong value)
        {
            if (id == EventId) EventValue = value;
            if (id == RuptelaEvents.Charging) Charging = value > 0;
            if (id == RuptelaEvents.Odometer && value <= uint.MaxValue) OdometerMetres = (long)value;
        }
    }
}
