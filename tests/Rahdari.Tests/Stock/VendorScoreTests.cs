using Rahdari.Hosting;
using Rahdari.Stock;

namespace Rahdari.Tests.Stock;

public sealed class VendorScoreTests
{
    static readonly DateTimeOffset Day = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    static long Micros(double hours) => Day.AddHours(hours).ToMicros();

    static Dictionary<string, IReadOnlyDictionary<int, long>> Heard(params (string Device, double Hours)[] times) =>
        times.Select(t => DeviceDay.Of(t.Device, Micros(t.Hours), null, 0)).GroupBy(d => d.Device)
            .ToDictionary(g => g.Key, g => (IReadOnlyDictionary<int, long>)g.GroupBy(d => d.Day)
                .ToDictionary(d => d.Key, d => d.Aggregate((a, b) => a.Plus(b)).HalfHours));

    static VendorScore Score(
        IReadOnlyList<DeviceTrip> trips, Dictionary<string, IReadOnlyDictionary<int, long>> heard, double now,
        AlertTally? alerts = null) => VendorScore.Of(
        "V", 3, 1, trips, alerts ?? new(0, 0, 0), heard, Micros(-1000), Micros(now), TimeSpan.FromMinutes(60));

    [Fact]
    public void Coverage_counts_half_hours_of_fitted_devices_across_midnight()
    {
        var score = Score(
            [new("a", "V", Micros(23.1), Micros(25.9), null)],
            // The half hour of fitting does not count, nor one after it was taken off.
            Heard(("a", 23.2), ("a", 23.6), ("a", 24.6), ("a", 24.9), ("a", 26.2)), 48);
        Assert.Equal((4L, 2L, 500_000L), (score.SlotsExpected, score.SlotsHeard, score.CoveragePerMillion));
    }

    [Fact]
    public void A_device_is_dead_on_fit_where_nothing_is_heard_in_time_and_too_short_a_trip_tells_nothing()
    {
        var score = Score(
            [
                new("a", "V", Micros(1), Micros(9), Micros(9 + 48)), new("b", "V", Micros(1), Micros(9), null),
                new("c", "V", Micros(1), Micros(1.9), null),
            ],
            Heard(("a", 1.7), ("b", 5)), 100);
        Assert.Equal((2, 1, 500_000L), (score.Tried, score.DeadOnFit, score.DeadOnFitPerMillion));
        Assert.Equal((1, 2L), (score.Returned, score.ReturnDays));
    }

    [Fact]
    public void A_device_fitted_before_the_window_is_neither_tried_nor_dead()
    {
        // It was heard then; the days before the window are not read.
        var score = Score([new("a", "V", Micros(-1010), null, null)], Heard(("a", 5)), 10);
        Assert.Equal((1, 0, 0), (score.Trips, score.Tried, score.DeadOnFit));
    }

    [Fact]
    public void The_battery_of_a_day_is_of_the_newest_reading_in_whatever_order_they_come()
    {
        var early = DeviceDay.Of("a", Micros(8), 80, Micros(13));
        var late = DeviceDay.Of("a", Micros(12), 39, Micros(12));
        var silent = DeviceDay.Of("a", Micros(14), null, Micros(14));
        foreach (var day in new[] { early.Plus(late).Plus(silent), late.Plus(silent).Plus(early) })
            Assert.Equal((39, Micros(12)), (day.BatteryPercent, day.BatteryMicros));
    }

    [Fact]
    public void Shares_of_nothing_are_not_told()
    {
        var score = Score([], Heard(), 10);
        Assert.Equal(
            ((long?)null, (long?)null, (long?)null, (long?)null),
            (score.CoveragePerMillion, score.FalseAlarmsPerMillion, score.DeadOnFitPerMillion, score.ReturnDays));
        Assert.Equal(250_000, Score([], Heard(), 10, new(9, 4, 1)).FalseAlarmsPerMillion);
    }

    [Fact]
    public void Percentiles_are_of_the_nearest_rank()
    {
        var spread = new Spread([5, 1, 3, 2, 4, 10, 6, 7, 8, 9]);
        Assert.Equal((5L, 9L, 10L), (spread.Median, spread.Percentile(90), spread.Percentile(100)));
        Assert.Null(new Spread([]).Median);
    }
}
