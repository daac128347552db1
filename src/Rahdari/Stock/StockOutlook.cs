namespace Rahdari.Stock;

/// <summary>What a forecast starts from: counted from the books and from the boards, for one office.</summary>
/// <param name="Today">The office's own day.</param>
/// <param name="Free">In its store and not booked.</param>
/// <param name="Wanted">Devices that units released there wait for now.</param>
/// <param name="FittedInWindow">Devices fitted there in the last <paramref name="WindowDays"/> days.</param>
/// <param name="ExpectedBack">Day on which each device that is out, or on its way from another office, is expected
/// there; those overdue are left out, they are not counted on.</param>
sealed record StockCount(
    DateOnly Today, int Free, int Wanted, int FittedInWindow, int WindowDays, IReadOnlyList<DateOnly> ExpectedBack);

/// <param name="Back">Devices expected back on that day.</param>
/// <param name="Needed">Devices that will be asked for on that day.</param>
/// <param name="Left">In the store at its end; below zero is what is missing.</param>
sealed record StockDay(DateOnly Day, int Back, int Needed, int Left);

/// <summary>
/// Whether an office will run out of devices: free ones, less those waited for, plus those expected back, less what is
/// fitted on an average day. Whole devices: a part of a device needed is counted when the parts make one.
/// </summary>
sealed record StockOutlook(IReadOnlyList<StockDay> Days)
{
    /// <summary>The first day on which devices are missing; null where none is within sight.</summary>
    public StockDay? Shortage => Days.FirstOrDefault(d => d.Left < 0);

    /// <summary>The most that will be missing on any day; 0 for none.</summary>
    public int MostMissing => Days.Count == 0 ? 0 : Math.Max(0, -Days.Min(d => d.Left));

    /// <param name="days">How far ahead, today included.</param>
    public static StockOutlook Of(StockCount count, int days)
    {
        var outlook = new List<StockDay>(days);
        var left = count.Free - count.Wanted;
        for (var i = 0; i < days; i++)
        {
            var day = count.Today.AddDays(i);
            var back = count.ExpectedBack.Count(d => d == day);
            var needed = NeededThrough(count, i) - NeededThrough(count, i - 1);
            left += back - needed;
            outlook.Add(new(day, back, needed, left));
        }
        return new(outlook);
    }

    /// <summary>Devices asked for from tomorrow up to day i; what was asked for today is waiting or fitted.</summary>
    static int NeededThrough(StockCount count, int i) =>
        i <= 0 || count.WindowDays <= 0 ? 0 : (int)((long)count.FittedInWindow * i / count.WindowDays);
}
