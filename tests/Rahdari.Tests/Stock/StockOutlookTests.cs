using FsCheck;
using FsCheck.Fluent;
using Rahdari.Stock;

namespace Rahdari.Tests.Stock;

public sealed class StockOutlookTests
{
    static readonly DateOnly Today = new(2026, 3, 2);

    [Fact]
    public void A_shortage_is_told_with_its_day_and_its_numbers()
    {
        // Four a day are fitted, twelve lie there, two units wait for two each; five come back on the third day.
        var outlook = StockOutlook.Of(
            new(Today, 12, 4, 120, 30, [.. Enumerable.Repeat(Today.AddDays(3), 5)]), 7);
        Assert.Equal([8, 4, 0, 1, -3, -7, -11], outlook.Days.Select(d => d.Left));
        Assert.Equal(new StockDay(Today.AddDays(4), 0, 4, -3), outlook.Shortage);
        Assert.Equal(11, outlook.MostMissing);
    }

    [Fact]
    public void Whole_devices_are_counted_when_their_parts_make_one()
    {
        var outlook = StockOutlook.Of(new(Today, 1, 0, 1, 3, []), 8);
        Assert.Equal([0, 0, 0, 1, 0, 0, 1, 0], outlook.Days.Select(d => d.Needed));
        Assert.Equal(Today.AddDays(6), outlook.Shortage!.Day);
    }

    [Fact]
    public void An_office_that_fits_nothing_never_runs_out()
    {
        Assert.Null(StockOutlook.Of(new(Today, 0, 0, 0, 0, []), 14).Shortage);
        Assert.Equal(0, StockOutlook.Of(new(Today, 0, 0, 0, 0, []), 0).MostMissing);
    }

    [Fact]
    public void What_is_left_at_the_end_is_what_was_there_and_came_less_what_was_needed() =>
        Prop.ForAll<byte, ushort, byte[]>((free, fitted, backOn) =>
        {
            var back = backOn.Select(d => Today.AddDays(d % 14)).ToList();
            var outlook = StockOutlook.Of(new(Today, free, free / 2, fitted, fitted % 31, back), 14);
            return outlook.Days[^1].Left == free - free / 2 + back.Count - outlook.Days.Sum(d => d.Needed);
        }).QuickCheckThrowOnFailure();
}
