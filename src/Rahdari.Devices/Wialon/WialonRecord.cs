namespace Rahdari.Devices.Wialon;

/// <summary>
/// One record: ddmmyy; hhmmss; DDMM.mmmm; N|S; DDDMM.mmmm; E|W; km/h; course; altitude; satellites, and in the long
/// form dilution; inputs; outputs; voltages; driver; parameters. NA stands for what is not known.
/// </summary>
static class WialonRecord
{
    public const int ShortFields = 10, LongFields = 16;

    /// <summary>Satellites from which a position is a fix.</summary>
    const int FixSatellites = 3;

    const int ParameterField = 15;

    /// <param name="error">What could not be read and is left out.</param>
    /// <returns>Null where there are fewer fields than a record has.</returns>
    public static DeviceMessage? Read(TextFields fields, RecordClass record, int offset, out DecodeError? error)
    {
        error = null;
        if (fields.Count < ShortFields) return null;
        var (time, position) = (Time(fields[0], fields[1]), Place(fields));
        var satellites = fields.Number(9);
        if (time is null && !(IsUnknown(fields[0]) && IsUnknown(fields[1])))
            error = new(DecodeCodes.FieldInvalid, offset + fields.OffsetOf(0), "date and time are none");
        else if (position is null && !(IsUnknown(fields[2]) && IsUnknown(fields[4])))
            error = new(DecodeCodes.FieldInvalid, offset + fields.OffsetOf(2), "latitude and longitude are no place");
        var (speed, course) = (Decimals.Fixed(fields[6], 3), Decimals.Fixed(fields[7], 0));
        return new()
        {
            Kind = MessageKind.Position,
            Record = record,
            Time = time,
            Valid = position is not null && satellites is null or >= FixSatellites,
            Position = position,
            Speed = speed is >= 0 and <= 1_000_000 ? new Speed((int)speed) : null,
            CourseDegrees = course is >= 0 and <= 360 ? (int)course % 360 : null,
            AltitudeMetres = Decimals.Fixed(fields[8], 0) is { } metres and > -100_000 and < 100_000
                ? (int)metres
                : null,
            Satellites = satellites,
            Events = IsPanic(fields[ParameterField]) ? [DeviceEvent.Panic] : [],
        };
    }

    /// <summary>The time of day may have a fraction, which is read to milliseconds.</summary>
    static DateTimeOffset? Time(ReadOnlySpan<byte> date, ReadOnlySpan<byte> time)
    {
        if (date.Length != 6 || time.Length < 6 || Decimals.Whole(date) is not { } day) return null;
        if (Decimals.Whole(time[..6]) is not { } second) return null;
        var whole = Calendar.Utc(day % 100, day / 100 % 100, day / 10_000, second);
        if (time.Length == 6) return whole;
        return time[6] == '.' && time.Length <= 16 && Decimals.Fixed(time[5..], 3) is { } milliseconds
            ? whole?.AddMilliseconds(milliseconds % 1000)
            : null;
    }

    static GeoPosition? Place(TextFields fields)
    {
        if (E7(fields[2], 90) is not { } latitude || E7(fields[4], 180) is not { } longitude) return null;
        int? north = fields[3] is [(byte)'N'] ? 1 : fields[3] is [(byte)'S'] ? -1 : null,
            east = fields[5] is [(byte)'E'] ? 1 : fields[5] is [(byte)'W'] ? -1 : null;
        return north is { } n && east is { } e ? new(latitude * n, longitude * e) : null;
    }

    /// <summary>Degrees and minutes with up to six decimals that count; a millionth of a minute is 1/6 of 1e-7
    /// degrees.</summary>
    static int? E7(ReadOnlySpan<byte> text, int limit)
    {
        if (text is [(byte)'-' or (byte)'+', ..] || Decimals.Fixed(text, 6) is not { } value) return null;
        var (degrees, minutes) = (value / 100_000_000, value % 100_000_000);
        var exact = degrees * 10_000_000 + (minutes + 3) / 6;
        return minutes < 60_000_000 && exact <= limit * 10_000_000L ? (int)exact : null;
    }

    static bool IsUnknown(ReadOnlySpan<byte> field) => field.IsEmpty || field.SequenceEqual("NA"u8);

    /// <summary>The one parameter the protocol itself defines: the panic button.</summary>
    static bool IsPanic(ReadOnlySpan<byte> parameters)
    {
        while (!parameters.IsEmpty)
        {
            var end = parameters.IndexOf((byte)',');
            var parameter = end < 0 ? parameters : parameters[..end];
            if (parameter.SequenceEqual("SOS:1:1"u8)) return true;
            parameters = end < 0 ? [] : parameters[(end + 1)..];
        }
        return false;
    }
}
