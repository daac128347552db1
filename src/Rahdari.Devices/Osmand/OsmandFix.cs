using System.Globalization;
using System.Text;

namespace Rahdari.Devices.Osmand;

/// <summary>
/// What parameters of a request, or members of its JSON, have said so far. A parameter without which a record is worth
/// nothing and that cannot be read refuses the request by its name; any other one is named and left out.
/// </summary>
struct OsmandFix(TimeSpan zone)
{
    /// <summary>Characters of an id: letters, digits, dot, dash and underscore.</summary>
    public const int MaxId = WrittenId.MaxLength;

    /// <summary>Milliseconds of the last second of the year 9999, and the seconds below which a number counts
    /// seconds.</summary>
    const long LastMillisecond = 253_402_300_799_999, FirstMillisecond = int.MaxValue;

    static readonly string[] TimeFormats =
        ["yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd HH:mm:ss"];

    readonly TimeSpan zone = zone;
    long? latitude, longitude, milliseconds;
    int? altitude, course, battery;
    Speed? speed;
    long? odometer;
    bool? charging;
    bool valid = true, panic;

    /// <summary>The name of the first parameter that refuses the request.</summary>
    public string? Refused { get; private set; }

    /// <summary>The name of the first parameter that was left out.</summary>
    public string? LeftOut { get; private set; }

    public void Latitude(ReadOnlySpan<byte> text, string name = "lat") => latitude = E7(text, 90, name);

    public void Longitude(ReadOnlySpan<byte> text, string name = "lon") => longitude = E7(text, 180, name);

    /// <summary>Seconds or milliseconds since 1970, or a date and time; one without a zone has the device's.</summary>
    public void Time(ReadOnlySpan<byte> text)
    {
        if (Number(text) is { } number)
        {
            milliseconds = number is >= 0 and <= LastMillisecond
                ? (long)(number < FirstMillisecond ? number * 1000 : number)
                : Refuse("timestamp");
            return;
        }
        Span<char> characters = stackalloc char[40];
        if (text.Length > characters.Length || !Ascii.IsValid(text))
        {
            milliseconds = Refuse("timestamp");
            return;
        }
        characters = characters[..Encoding.ASCII.GetChars(text, characters)];
        // A plus sign sent as it is means a blank in a query.
        if (characters.Length > 20 && characters[^6] == ' ') characters[^6] = '+';
        milliseconds = DateTime.TryParseExact(
            characters, TimeFormats, CultureInfo.InvariantCulture,
            DateTimeStyles.AdjustToUniversal, out var time)
            ? (long)(time.AddTicks(time.Kind == DateTimeKind.Unspecified ? -zone.Ticks : 0) - DateTime.UnixEpoch)
                .TotalMilliseconds
            : Refuse("timestamp");
    }

    /// <param name="metresPerHour">Of one unit of the number.</param>
    public void Speed(ReadOnlySpan<byte> text, int metresPerHour)
    {
        if (Number(text) is { } value and > -1000 and < 100_000)
            speed = value < 0 ? null : new Speed((int)(value * metresPerHour));
        else LeaveOut("speed");
    }

    public void Course(ReadOnlySpan<byte> text, string name)
    {
        if (Number(text) is { } value and >= -360 and <= 360) course = value < 0 ? null : (int)value % 360;
        else LeaveOut(name);
    }

    public void Altitude(ReadOnlySpan<byte> text)
    {
        if (Number(text) is { } value and > -100_000 and < 100_000) altitude = (int)value;
        else LeaveOut("altitude");
    }

    /// <param name="hundred">What stands for a full battery.</param>
    public void Battery(ReadOnlySpan<byte> text, int hundred, string name)
    {
        if (Number(text) is { } value && value <= hundred) battery = value < 0 ? null : (int)(value * 100 / hundred);
        else LeaveOut(name);
    }

    public void Odometer(ReadOnlySpan<byte> text)
    {
        if (Number(text) is { } value and >= 0 and < 1_000_000_000_000) odometer = (long)value;
        else LeaveOut("odometer");
    }

    public void Charging(bool value) => charging = value;

    public void Valid(bool value) => valid = value;

    public void Panic() => panic = true;

    /// <summary>The record; null where the request is refused.</summary>
    public DeviceMessage? Message()
    {
        if (latitude is null != longitude is null) Refuse(latitude is null ? "lat" : "lon");
        if (Refused is not null) return null;
        var position = latitude is { } lat && longitude is { } lon ? Coordinates.FromE7(lat, lon) : null;
        return new()
        {
            Kind = position is null ? MessageKind.Other : MessageKind.Position,
            Time = milliseconds is { } time ? DateTimeOffset.FromUnixTimeMilliseconds(time) : null,
            Valid = position is not null && valid,
            Position = position,
            AltitudeMetres = altitude,
            Speed = speed,
            CourseDegrees = course,
            BatteryPercent = battery,
            Charging = charging,
            OdometerMetres = odometer,
            Events = panic ? [DeviceEvent.Panic] : [],
        };
    }

    long? Refuse(string name)
    {
        Refused ??= name;
        return null;
    }

    void LeaveOut(string name) => LeftOut ??= name;

    long? E7(ReadOnlySpan<byte> text, int limit, string name) =>
        Number(text) is { } degrees && Math.Abs(degrees) <= limit
            ? (long)Math.Round(degrees * 10_000_000, MidpointRounding.AwayFromZero)
            : Refuse(name);

    /// <summary>A decimal number, with an exponent or without: Java writes small ones with it.</summary>
    static decimal? Number(ReadOnlySpan<byte> text) =>
        text.Length is > 0 and <= 40 && decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
            CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
