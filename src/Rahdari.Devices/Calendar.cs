namespace Rahdari.Devices;

/// <summary>Times as devices spell them.</summary>
static class Calendar
{
    /// <param name="year">Two digits, of this century.</param>
    /// <param name="time">hhmmss as one number.</param>
    /// <returns>Null where no such day or time exists.</returns>
    public static DateTimeOffset? Utc(int year, int month, int day, int time)
    {
        var (hour, minute, second) = (time / 10_000, time / 100 % 100, time % 100);
        if (month is < 1 or > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
        if (day > DateTime.DaysInMonth(2000 + year, month)) return null;
        return new(2000 + year, month, day, hour, minute, second, TimeSpan.Zero);
    }
}
