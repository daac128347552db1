namespace Rahdari.Devices.Jt600;

/// <summary>
/// The 17 bytes every binary record starts with: DDMMYY, hhmmss, DDMM.MMMM, DDDMM.MMMM with a nibble of flags, speed
/// in knots, course in units of two degrees.
/// </summary>
readonly ref struct Jt600FixBlock
{
    public const int Bytes = 17;

    const int Fixed = 1, North = 2, East = 4;

    public DateTimeOffset? Time { get; private init; }
    public GeoPosition? Position { get; private init; }
    public bool Valid { get; private init; }
    public Speed Speed { get; private init; }
    public int? CourseDegrees { get; private init; }

    /// <summary>The first byte that cannot be read, counted from the block's start; -1 where all can.</summary>
    public int BadOffset { get; private init; }

    /// <param name="block">At least <see cref="Bytes"/> bytes.</param>
    public static Jt600FixBlock Read(ReadOnlySpan<byte> block)
    {
        var time = ReadTime(block[..6]);
        var position = ReadPosition(block.Slice(6, 9));
        int course = block[16];
        return new()
        {
            Time = time,
            Position = position,
            Valid = (block[14] & Fixed) != 0,
            Speed = Speed.FromKnots(block[15]),
            CourseDegrees = course <= 180 ? course * 2 % 360 : null,
            BadOffset = time is null ? 0 : position is null ? 6 : course > 180 ? 16 : -1,
        };
    }

    public static void Write(Span<byte> block, DeviceMessage message)
    {
        var time = (message.Time ?? throw new ArgumentException("a record needs a time", nameof(message))).UtcDateTime;
        Bcd.Write(block[..3], time.Day * 10_000 + time.Month * 100 + time.Year % 100);
        Bcd.Write(block[3..6], time.Hour * 10_000 + time.Minute * 100 + time.Second);
        var position = message.Position ?? default;
        Bcd.Write(block[6..10], DegreesMinutes(position.LatitudeE7));
        var flags = (message.Valid == true ? Fixed : 0) | (position.LatitudeE7 >= 0 ? North : 0)
            | (position.LongitudeE7 >= 0 ? East : 0) | 8;
        Bcd.Write(block[10..15], DegreesMinutes(position.LongitudeE7) * 10);
        block[14] = (byte)(block[14] | flags);
        block[15] = (byte)Math.Clamp(Knots(message.Speed ?? default), 0, 255);
        block[16] = (byte)(((message.CourseDegrees ?? 0) % 360 + 360) % 360 / 2);
    }

    static DateTimeOffset? ReadTime(ReadOnlySpan<byte> bytes)
    {
        if (!Bcd.TryRead(bytes[..3], out var date) || !Bcd.TryRead(bytes[3..], out var time)) return null;
        return Calendar.Utc((int)date % 100, (int)date / 100 % 100, (int)date / 10_000, (int)time);
    }

    static GeoPosition? ReadPosition(ReadOnlySpan<byte> bytes)
    {
        var flags = bytes[8] & 0x0F;
        if (!Bcd.TryRead(bytes[..4], out var latitude) || !Bcd.TryRead(bytes[4..8], out var longitude)) return null;
        var last = bytes[8] >> 4;
        if (last > 9) return null;
        return Coordinates.FromDegreesMinutes(
            latitude, (flags & North) != 0, longitude * 10 + last, (flags & East) != 0);
    }

    /// <summary>Whole knots, rounded to the nearest.</summary>
    static int Knots(Speed speed) => (speed.MetresPerHour + 926) / 1852;

    static long DegreesMinutes(int e7)
    {
        var absolute = Math.Abs((long)e7);
        var (degrees, minutes) = (absolute / 10_000_000, (absolute % 10_000_000 * 3 + 25) / 50);
        return minutes == 600_000 ? (degrees + 1) * 1_000_000 : degrees * 1_000_000 + minutes;
    }
}
