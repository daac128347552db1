using System.Globalization;

namespace Rahdari.Hosting;

/// <summary>Conversions of corridor time: UTC in whole microseconds since 1970, on the wire RFC 3339.</summary>
public static class CorridorTime
{
    const string Form = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    public static long ToMicros(this DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    public static DateTimeOffset FromMicros(long micros) =>
        DateTimeOffset.UnixEpoch.AddTicks(micros * TimeSpan.TicksPerMicrosecond);

    /// <summary>Drops what is finer than a microsecond and any offset.</summary>
    public static DateTimeOffset ToCorridorTime(this DateTimeOffset time) => FromMicros(time.ToMicros());

    /// <summary>RFC 3339, UTC, always six decimals: the one spelling used in signed bytes.</summary>
    public static string ToRfc3339(this DateTimeOffset time) =>
        time.ToUniversalTime().ToString(Form, CultureInfo.InvariantCulture);

    /// <summary>Reads exactly the spelling <see cref="ToRfc3339"/> writes.</summary>
    public static bool TryParseExact(string text, out DateTimeOffset time) => DateTimeOffset.TryParseExact(
        text, Form, CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
}
