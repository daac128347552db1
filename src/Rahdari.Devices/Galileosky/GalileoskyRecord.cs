using System.Buffers.Binary;

namespace Rahdari.Devices.Galileosky;

/// <summary>One record in the making: tags fill it in whatever order they come.</summary>
ref struct GalileoskyRecord
{
    /// <summary>Bytes of the fixed part of a compressed record.</summary>
    public const int MinimalBytes = 10;

    DateTimeOffset? time;
    GeoPosition? position;
    bool? valid;
    int? satellites, course, altitude, number;
    Speed? speed;
    long? odometer;

    /// <summary>Whether a place was told, readable or not.</summary>
    public bool HasPlace { get; private set; }

    /// <summary>Whether it holds an answer to a command.</summary>
    public bool HasAnswer { get; private set; }

    public readonly bool HasTime => time is not null;

    /// <summary>Whether every value could be read.</summary>
    public bool IsWhole { get; private set; }

    public static GalileoskyRecord Begin() => new() { IsWhole = true };

    /// <param name="value">The tag's value, as long as the tag's.</param>
    public void Take(byte tag, ReadOnlySpan<byte> value)
    {
        switch (tag)
        {
            case GalileoskyTags.Record:
                number = BinaryPrimitives.ReadUInt16LittleEndian(value);
                break;
            case GalileoskyTags.Time:
                time = DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32LittleEndian(value));
                break;
            case GalileoskyTags.Place:
                // The source: 0 is satellites, others are base stations and failures.
                (valid, satellites) = ((value[0] & 0xF0) == 0, value[0] & 0x0F);
                Place(
                    BinaryPrimitives.ReadInt32LittleEndian(value[1..]) * 10L,
                    BinaryPrimitives.ReadInt32LittleEndian(value[5..]) * 10L);
                break;
            case GalileoskyTags.SpeedCourse:
                speed = new(BinaryPrimitives.ReadUInt16LittleEndian(value) * 100);
                var tenths = BinaryPrimitives.ReadUInt16LittleEndian(value[2..]);
                if (tenths <= 3600) course = tenths / 10 % 360;
                else IsWhole = false;
                break;
            case GalileoskyTags.Altitude:
                altitude = BinaryPrimitives.ReadInt16LittleEndian(value);
                break;
            case GalileoskyTags.Odometer:
                odometer = BinaryPrimitives.ReadUInt32LittleEndian(value);
                break;
            case GalileoskyTags.Answer:
                HasAnswer = true;
                break;
        }
    }

    /// <summary>
    /// The fixed part of a compressed record, from its highest bit: 1 free, 25 seconds of the year, 1 invalid, 22
    /// longitude and 21 latitude as parts of the circle and half circle, 10 others.
    /// </summary>
    /// <param name="now">The year is not in the record: it is the last one that does not make its time one of
    /// tomorrow or later. Without a time to compare with the record has none.</param>
    public void TakeMinimal(ReadOnlySpan<byte> bytes, DateTimeOffset? now)
    {
        var bits = BinaryPrimitives.ReadUInt64BigEndian(bytes);
        var low = BinaryPrimitives.ReadUInt16BigEndian(bytes[8..]);
        var seconds = (long)(bits >> 38 & (1 << 25) - 1);
        var longitude = (long)(bits >> 15 & (1 << 22) - 1);
        var latitude = (long)(bits & (1 << 15) - 1) << 6 | (long)low >> 10;
        valid = (bits >> 37 & 1) == 0;
        Place(
            (latitude * 1_800_000_000L >> 21) - 900_000_000, (longitude * 3_600_000_000L >> 22) - 1_800_000_000);
        if (now is not { } known)
        {
            IsWhole = false;
            return;
        }
        var year = known.UtcDateTime.Year;
        time = InYear(year, seconds);
        if (time > known.AddDays(1)) time = InYear(year - 1, seconds);
    }

    /// <summary>The place a satellite session tells, where the record has none of its own.</summary>
    public void TakeSession(DateTimeOffset at, long latitudeE7, long longitudeE7)
    {
        time = at;
        valid = false;
        Place(latitudeE7, longitudeE7);
    }

    public readonly DeviceMessage Message(RecordClass record) => new()
    {
        Kind = HasPlace ? MessageKind.Position : HasTime ? MessageKind.Event : MessageKind.Other,
        Record = record,
        Time = time,
        Valid = valid,
        Position = position,
        AltitudeMetres = altitude,
        Speed = speed,
        CourseDegrees = course,
        Satellites = satellites,
        OdometerMetres = odometer,
        DeviceSerial = number,
    };

    static DateTimeOffset InYear(int year, long seconds) =>
        new DateTimeOffset(year, 1, 1, 0, 0, 0, TimeSpan.Zero).AddSeconds(seconds);

    void Place(long latitudeE7, long longitudeE7)
    {
        HasPlace = true;
        position = Coordinates.FromE7(latitudeE7, longitudeE7);
        if (position is null) IsWhole = false;
    }
}
