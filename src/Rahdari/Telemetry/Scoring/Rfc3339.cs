namespace Rahdari.Telemetry.Scoring;

/// <summary>
/// Times as RFC 3339, section 5.6, has them: T and Z in either case (or a space for the T), a fraction of any length
/// (kept to 100 ns), the offset always there, and second 60 in the last minute of a UTC day.
/// </summary>
static class Rfc3339
{
    public const string Example = "such as 2026-09-01T05:00:00Z";

    /// <returns>Null where it is a time; else what is wrong with it.</returns>
    public static string? Read(ReadOnlySpan<byte> text, out DateTimeOffset time)
    {
        const string No = $"is no time of RFC 3339, {Example}";
        time = default;
        if (text.Length < 19 || text[4] != '-' || text[7] != '-'
            || text[10] is not ((byte)'T' or (byte)'t' or (byte)' ')
            || text[13] != ':' || text[16] != ':' || !Digits(text[..4], out var year)
            || !Digits(text[5..7], out var month) || !Digits(text[8..10], out var day)
            || !Digits(text[11..13], out var hour) || !Digits(text[14..16], out var minute)
            || !Digits(text[17..19], out var second)) return No;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) || hour > 23
            || minute > 59 || second > 60) return No;
        var rest = text[19..];
        var fraction = 0L;
        if (!rest.IsEmpty && rest[0] == '.')
        {
            var digits = rest[1..].IndexOfAnyExceptInRange((byte)'0', (byte)'9');
            if (digits < 0) digits = rest.Length - 1;
            if (digits == 0) return No;
            for (var i = 0; i < 7; i++) fraction = fraction * 10 + (i < digits ? rest[1 + i] - '0' : 0);
            rest = rest[(1 + digits)..];
        }
        if (rest.IsEmpty) return $"has no offset from UTC: a time ends with Z or an offset, {Example}";
        if (!Offset(rest, out var offset)) return No;
        var ticks = new DateTime(year, month, day, hour, minute, 0).Ticks - offset.Ticks;
        if (ticks < 0 || ticks > DateTime.MaxValue.Ticks - 2 * TimeSpan.TicksPerMinute) return No;
        if (second == 60 && new DateTime(ticks) is not { Hour: 23, Minute: 59 }) return No;
        time = new(ticks + second * TimeSpan.TicksPerSecond + fraction, TimeSpan.Zero);
        return null;
    }

    static bool Offset(ReadOnlySpan<byte> text, out TimeSpan offset)
    {
        offset = default;
        if (text is [(byte)'Z' or (byte)'z']) return true;
        if (text.Length != 6 || text[0] is not ((byte)'+' or (byte)'-') || text[3] != ':'
            || !Digits(text[1..3], out var hours) || !Digits(text[4..6], out var minutes) || hours > 23
            || minutes > 59) return false;
        offset = new TimeSpan(hours, minutes, 0) * (text[0] == '-' ? -1 : 1);
        return true;
    }

    static bool Digits(ReadOnlySpan<byte> text, out int number)
    {
        number = 0;
        foreach (var digit in text)
        {
            if (digit is < (byte)'0' or > (byte)'9') return false;
            number = number * 10 + digit - '0';
        }
        return true;
    }
}
