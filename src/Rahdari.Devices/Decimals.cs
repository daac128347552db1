namespace Rahdari.Devices;

/// <summary>Numbers as text frames spell them, read without floating point.</summary>
static class Decimals
{
    /// <summary>Digits before the point that are read; more are no number a device sends.</summary>
    const int MaxWholeDigits = 12;

    /// <summary>
    /// A decimal number, signed or not, as a whole count of its 10^-<paramref name="decimals"/> parts, cut towards
    /// zero; null where the text is none.
    /// </summary>
    public static long? Fixed(ReadOnlySpan<byte> text, int decimals)
    {
        var negative = text is [(byte)'-', ..];
        if (text is [(byte)'-' or (byte)'+', ..]) text = text[1..];
        var point = text.IndexOf((byte)'.');
        var whole = point < 0 ? text : text[..point];
        var fraction = point < 0 ? [] : text[(point + 1)..];
        if (whole.Length is 0 or > MaxWholeDigits || !AreDigits(whole) || !AreDigits(fraction)) return null;
        long value = 0;
        foreach (var c in whole) value = value * 10 + c - '0';
        for (var i = 0; i < decimals; i++) value = value * 10 + (i < fraction.Length ? fraction[i] - '0' : 0);
        return negative ? -value : value;
    }

    /// <summary>A whole number of at most nine digits, without sign; null where the text is none.</summary>
    public static int? Whole(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > 9 || !AreDigits(text)) return null;
        var value = 0;
        foreach (var c in text) value = value * 10 + c - '0';
        return value;
    }

    public static bool AreDigits(ReadOnlySpan<byte> text) => !text.ContainsAnyExceptInRange((byte)'0', (byte)'9');

    /// <summary>Decimal degrees, signed; null where they are no place on earth.</summary>
    public static GeoPosition? Place(ReadOnlySpan<byte> latitude, ReadOnlySpan<byte> longitude) =>
        Fixed(latitude, 7) is { } lat && Fixed(longitude, 7) is { } lon ? Coordinates.FromE7(lat, lon) : null;

    /// <summary>yyyymmddhhmmss or yymmddhhmmss of this century, UTC; null where there is no such time.</summary>
    public static DateTimeOffset? Time(ReadOnlySpan<byte> text)
    {
        if (text.Length == 14)
        {
            if (!text.StartsWith("20"u8)) return null;
            text = text[2..];
        }
        if (text.Length != 12) return null;
        return Whole(text[..6]) is { } date && Whole(text[6..]) is { } time
            ? Calendar.Utc(date / 10_000, date / 100 % 100, date % 100, time)
            : null;
    }

    /// <summary>Writes 1e-7 degrees as decimal degrees with six decimals, rounded to the nearest.</summary>
    public static string Degrees(int e7)
    {
        var rounded = (Math.Abs((long)e7) + 5) / 10;
        return FormattableString.Invariant($"{(e7 < 0 ? "-" : "")}{rounded / 1_000_000}.{rounded % 1_000_000:D6}");
    }
}
