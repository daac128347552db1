namespace Rahdari.Devices.Queclink;

/// <summary>
/// The group every family writes alike, wherever it stands: accuracy, km/h, azimuth, altitude, longitude, latitude,
/// yyyymmddhhmmss, country, network, area, cell, and somewhere behind them the odometer. It is found by its shape: two
/// coordinates with a fraction and a time of fourteen digits, numbers or nothing in the four fields before.
/// </summary>
static class QueclinkPlace
{
    /// <summary>Fields of the group from the longitude to the cell: so far apart at least are two longitudes.</summary>
    public const int Behind = 7;

    /// <summary>Fields of the group before the longitude.</summary>
    const int Before = 4;

    /// <summary>Digits of a coordinate's fraction: six are sent; fewer make the shape less sure.</summary>
    const int MinFraction = 4;

    /// <summary>Writes where the longitudes of the groups stand; answers how many.</summary>
    public static int Find(TextFields fields, int start, Span<int> found)
    {
        var count = 0;
        for (var i = Math.Max(start, Before + 1); i + 2 < fields.Count && count < found.Length; i++)
        {
            if (!IsGroup(fields, i)) continue;
            found[count++] = i;
            i += Behind - 1;
        }
        return count;
    }

    /// <param name="longitude">Where the longitude stands. The position is null where it is no place on earth.</param>
    /// <param name="repeats">The report repeats the place last known, unless its accuracy is above 0.</param>
    public static DeviceMessage Read(
        TextFields fields, int longitude, bool repeats, RecordClass record, int? serial,
        IReadOnlyList<DeviceEvent> events)
    {
        var time = TimeOf(fields[longitude + 2]);
        var taken = !repeats || Decimals.Fixed(fields[longitude - 4], 1) > 0;
        var position = time is null ? null : Decimals.Place(fields[longitude + 1], fields[longitude]);
        // The oldest family writes whether there is a fix first and the accuracy last: the group ends one field later.
        var altitude = IsOldest(fields, longitude) ? longitude - 2 : longitude - 1;
        if (altitude == longitude - 2) taken = fields[longitude - 5].SequenceEqual("1"u8);
        var (speed, course) = (Decimals.Fixed(fields[altitude - 2], 3), Decimals.Fixed(fields[altitude - 1], 0));
        return new()
        {
            Kind = MessageKind.Position,
            Record = record,
            DeviceSerial = serial,
            Events = events,
            Time = time,
            // Without a fix the device repeats its last position and the time of it: valid for that time.
            Valid = taken && position is { } place && place != default,
            Position = position,
            AltitudeMetres = Decimals.Fixed(fields[altitude], 0) is { } metres and > -100_000 and < 100_000
                ? (int)metres
                : null,
            Speed = speed is >= 0 and <= 1_000_000 ? new Speed((int)speed) : null,
            CourseDegrees = course is >= 0 and <= 360 ? (int)course % 360 : null,
            OdometerMetres = Odometer(fields, longitude + Behind),
        };
    }

    /// <summary>False where the report says that the place was not taken for it: no accuracy, or no fix in the oldest
    /// family.</summary>
    public static bool IsCurrent(TextFields fields, int longitude) => IsOldest(fields, longitude)
        ? fields[longitude - 5].SequenceEqual("1"u8)
        : Decimals.Fixed(fields[longitude - 4], 1) != 0;

    /// <summary>A clock that was never set writes years of the last century; the place is read all the same.</summary>
    static DateTimeOffset? TimeOf(ReadOnlySpan<byte> text) => !text.StartsWith("19"u8)
        ? Decimals.Time(text)
        : Decimals.Whole(text.Slice(2, 6)) is { } date && Decimals.Whole(text[8..]) is { } time
            ? Calendar.Utc(date / 10_000 - 100, date / 100 % 100, date % 100, time)
            : null;

    /// <summary>Speed and altitude alone have a fraction: one field earlier than with the other families.</summary>
    static bool IsOldest(TextFields fields, int longitude) =>
        fields[longitude - 4].Contains((byte)'.') && fields[longitude - 2].Contains((byte)'.')
        && !fields[longitude - 1].IsEmpty && !fields[longitude - 1].Contains((byte)'.')
        && !fields[longitude - 3].Contains((byte)'.');

    static bool IsGroup(TextFields fields, int longitude)
    {
        if (fields[longitude + 2].Length != 14 || !Decimals.AreDigits(fields[longitude + 2])) return false;
        if (!IsCoordinate(fields[longitude]) || !IsCoordinate(fields[longitude + 1])) return false;
        for (var i = longitude - Before; i < longitude; i++)
            if (!fields[i].IsEmpty && Decimals.Fixed(fields[i], 0) is null) return false;
        return true;
    }

    static bool IsCoordinate(ReadOnlySpan<byte> field)
    {
        var point = field.IndexOf((byte)'.');
        return point > 0 && field.Length - point - 1 >= MinFraction && Decimals.Fixed(field, 0) is not null;
    }

    /// <summary>Kilometres with one decimal, first among the three fields behind the cell; families differ.</summary>
    static long? Odometer(TextFields fields, int start)
    {
        for (var i = start; i < start + 3; i++)
        {
            var field = fields[i];
            if (field.Length > 2 && field[^2] == '.')
                return Decimals.Fixed(field, 3) is >= 0 and { } metres ? metres : null;
        }
        return null;
    }
}
