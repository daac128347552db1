using FsCheck;
using FsCheck.Fluent;
using Rahdari.Crossings;
using Rahdari.Tests.Movements;

namespace Rahdari.Tests.Crossings;

public sealed class CustomsClockTests
{
    static readonly DateTimeOffset Gate = Scene.Start, Limit = Gate.AddDays(10);

    static Closure Shut(double from, double? until, double? reopened = null) => new(
        $"n-{from}", "TORKHAM", Scene.Pk, Gate.AddDays(from), until is { } u ? Gate.AddDays(u) : null,
        reopened is { } r ? Gate.AddDays(r) : null, "works");

    static double Days(double until, params Closure[] closures) =>
        (CustomsClock.Extend(Gate, Limit, Gate.AddDays(until), closures) - Gate).TotalDays;

    [Fact]
    public void Only_the_overlap_of_closure_and_time_under_way_counts()
    {
        Assert.Equal(10, Days(20));
        Assert.Equal(12, Days(20, Shut(3, 5)));
        Assert.Equal(12, Days(20, Shut(-4, 2)));
        Assert.Equal(11, Days(4, Shut(3, 9)));
        Assert.Equal(13, Days(6, Shut(3, null)));
        Assert.Equal(10, Days(20, Shut(-9, -1)));
    }

    [Fact]
    public void Notices_of_both_sides_that_overlap_count_once() =>
        Assert.Equal(14, Days(20, Shut(3, 6), Shut(5, 7), Shut(4, 5)));

    [Fact]
    public void A_reopening_ends_a_notice_before_its_time() => Assert.Equal(11, Days(20, Shut(3, 9, reopened: 4)));

    [Fact]
    public void A_closure_after_the_unit_is_late_adds_nothing()
    {
        Assert.Equal(10, Days(30, Shut(11, 20)));
        Assert.Equal(18, Days(30, Shut(9, 12), Shut(12.5, 17.5), Shut(25, 28)));
    }

    [Fact]
    public void The_limit_is_never_drawn_in_and_never_moved_by_more_than_the_time_under_way() =>
        Prop.ForAll(ArbMap.Default.ArbFor<(byte, byte, bool)[]>(), ArbMap.Default.ArbFor<byte>(), (shut, until) =>
        {
            var closures = shut.Select((s, i) =>
                Shut(s.Item1 / 8.0 - 5 + i * 0.01, s.Item3 ? null : s.Item1 / 8.0 - 5 + s.Item2 / 8.0));
            var days = Days(until / 8.0, [.. closures]);
            Assert.InRange(days, 10, 10 + until / 8.0 + 1e-6);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Theory]
    [InlineData("Asia/Karachi", "2026-03-02T18:59:00Z", 1, "2026-03-03T19:00:00Z")]
    [InlineData("Asia/Karachi", "2026-03-02T19:00:00Z", 1, "2026-03-04T19:00:00Z")]
    [InlineData("Asia/Kabul", "2026-03-02T04:00:00Z", 0, "2026-03-02T19:30:00Z")]
    public void Days_count_in_the_offices_zone(string zone, string departed, int days, string limit) => Assert.Equal(
        DateTimeOffset.Parse(limit),
        CustomsClock.LimitAfterDays(DateTimeOffset.Parse(departed), days, TimeZoneInfo.FindSystemTimeZoneById(zone)));
}
