namespace Rahdari.Devices.Meitrack;

/// <summary>
/// The report in text: event, latitude, longitude, yymmddhhmmss, A|V, satellites, signal, km/h, course, dilution,
/// altitude, metres, seconds, cell, inputs and outputs, voltages, and more that depends on the model.
/// </summary>
static class MeitrackText
{
    /// <summary>Fields looked at; the rest stays in the last one.</summary>
    const int MaxFields = 16;

    /// <summary>The report; null where the text is another one.</summary>
    public static DecodedFrame? Report(ReadOnlySpan<byte> frame, int start, DeviceSession session)
    {
        Span<Range> places = stackalloc Range[MaxFields];
        var fields = new TextFields(frame[start..], (byte)',', places);
        // Before the event some models send one number more.
        var first = IsStatus(fields[4]) ? 1 : IsStatus(fields[5]) ? 2 : -1;
        if (first < 0 || fields.Number(first - 1) is not { } code || fields.Count <= first + 4) return null;
        var (position, time) = (Decimals.Place(fields[first], fields[first + 1]), Decimals.Time(fields[first + 2]));
        var (speed, course) = (Decimals.Fixed(fields[first + 6], 3), Decimals.Fixed(fields[first + 7], 0));
        var message = new DeviceMessage
        {
            Kind = MessageKind.Position,
            Time = time,
            Valid = position is not null && fields[first + 3].SequenceEqual("A"u8),
            Position = position,
            Satellites = fields.Number(first + 4),
            Speed = speed is >= 0 and <= 1_000_000 ? new Speed((int)speed) : null,
            CourseDegrees = course is >= 0 and <= 360 ? (int)course % 360 : null,
            AltitudeMetres = Decimals.Fixed(fields[first + 9], 0) is { } altitude and > -100_000 and < 100_000
                ? (int)altitude
                : null,
            OdometerMetres = Decimals.Fixed(fields[first + 10], 0) is { } metres and >= 0 ? metres : null,
            Events = MeitrackEvents.Of(code),
        };
        var error = position is null
            ? new DecodeError(
                DecodeCodes.FieldInvalid, start + fields.OffsetOf(first), "latitude and longitude are no place")
            : time is null
                ? new(DecodeCodes.FieldInvalid, start + fields.OffsetOf(first + 2), "date and time are none")
                : null;
        return MeitrackDecoder.Simple(session, message, error);
    }

    static bool IsStatus(ReadOnlySpan<byte> field) => field is [(byte)'A' or (byte)'V'];
}
