using System.Buffers.Binary;

namespace Rahdari.Devices.Gt06;

/// <summary>
/// The part of a message that is a fix: date and time 6, satellites 1 (low nibble), latitude 4 and longitude 4 in units
/// of 1/1,800,000 degree, speed 1, course and flags 2. Some messages leave satellites and speed out, or swap.
/// </summary>
readonly ref struct Gt06Fix
{
    public const int TimeBytes = 6, Bytes = 18;

    /// <summary>Without satellites and speed.</summary>
    public const int BareBytes = 16;

    /// <summary>With a speed of two bytes behind the flags.</summary>
    public const int SwappedBytes = 19;

    const int North = 1 << 10, West = 1 << 11, Fixed = 1 << 12, CourseMask = 0x3FF;

    public DateTimeOffset? Time { get; private init; }
    public GeoPosition? Position { get; private init; }
    public bool Valid { get; private init; }
    public int? Satellites { get; private init; }
    public Speed? Speed { get; private init; }
    public int? CourseDegrees { get; private init; }

    /// <summary>The first byte that cannot be read, counted from the fix's start; -1 where all can.</summary>
    public int BadOffset { get; private init; }

    /// <param name="bytes">At least <see cref="Bytes"/>.</param>
    public static Gt06Fix Read(ReadOnlySpan<byte> bytes, TimeSpan zone) => Read(
        TimeOf(bytes) - zone, bytes[7..], BinaryPrimitives.ReadUInt16BigEndian(bytes[16..]), bytes[6] & 0x0F,
        Rahdari.Devices.Speed.FromKilometresPerHour(bytes[15]), 7);

    /// <param name="bytes">At least <see cref="BareBytes"/>.</param>
    public static Gt06Fix ReadBare(ReadOnlySpan<byte> bytes, TimeSpan zone) => Read(
        TimeOf(bytes) - zone, bytes[6..], BinaryPrimitives.ReadUInt16BigEndian(bytes[14..]), null, null, 6);

    /// <param name="bytes">At least <see cref="SwappedBytes"/>.</param>
    public static Gt06Fix ReadSwapped(ReadOnlySpan<byte> bytes, TimeSpan zone) => Read(
        TimeOf(bytes) - zone, bytes[7..], BinaryPrimitives.ReadUInt16BigEndian(bytes[15..]), bytes[6] & 0x0F,
        Rahdari.Devices.Speed.FromKilometresPerHour(BinaryPrimitives.ReadUInt16BigEndian(bytes[17..])), 7);

    /// <summary>Module 33 of modular messages: Unix time 4, satellites 1, altitude 2, then as usual.</summary>
    /// <param name="bytes">At least <see cref="Bytes"/>.</param>
    public static Gt06Fix ReadModule(ReadOnlySpan<byte> bytes) => Read(
        DateTimeOffset.FromUnixTimeSeconds(BinaryPrimitives.ReadUInt32BigEndian(bytes)), bytes[7..],
        BinaryPrimitives.ReadUInt16BigEndian(bytes[16..]), bytes[4],
        Rahdari.Devices.Speed.FromKilometresPerHour(bytes[15]), 7);

    /// <summary>Year of this century, month, day, hour, minute, second, a byte each; null where it is none.</summary>
    public static DateTimeOffset? TimeOf(ReadOnlySpan<byte> bytes) => bytes[0] <= 99 && bytes[4] <= 59 && bytes[5] <= 59
        ? Calendar.Utc(bytes[0], bytes[1], bytes[2], bytes[3] * 10_000 + bytes[4] * 100 + bytes[5])
        : null;

    public DeviceMessage Message(RecordClass record, IReadOnlyList<DeviceEvent> events) => new()
    {
        Kind = MessageKind.Position,
        Record = record,
        Time = Time,
        Valid = Valid,
        Position = Position,
        Satellites = Satellites,
        Speed = Speed,
        CourseDegrees = CourseDegrees,
        Events = events,
    };

    static Gt06Fix Read(
        DateTimeOffset? time, ReadOnlySpan<byte> place, int flags, int? satellites, Speed? speed, int placeAt)
    {
        var latitude = E7(BinaryPrimitives.ReadUInt32BigEndian(place));
        var longitude = E7(BinaryPrimitives.ReadUInt32BigEndian(place[4..]));
        var position = Coordinates.FromE7(
            (flags & North) != 0 ? latitude : -latitude, (flags & West) != 0 ? -longitude : longitude);
        var course = flags & CourseMask;
        return new()
        {
            Time = time,
            Position = position,
            Valid = (flags & Fixed) != 0,
            Satellites = satellites,
            Speed = speed,
            CourseDegrees = course <= 360 ? course % 360 : null,
            BadOffset = time is null ? 0 : position is null ? placeAt : course > 360 ? placeAt + 8 : -1,
        };
    }

    /// <summary>A unit of 1/1,800,000 degree is 50/9 of 1e-7 degrees, rounded to the nearest.</summary>
    static long E7(uint units) => (units * 50L + 4) / 9;
}
