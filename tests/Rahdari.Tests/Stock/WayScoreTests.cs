using Rahdari.Hosting;
using Rahdari.Stock;

namespace Rahdari.Tests.Stock;

public sealed class WayScoreTests
{
    static readonly DateTimeOffset Day = new(2026, 3, 2, 0, 0, 0, TimeSpan.Zero);

    static long Micros(double hours) => Day.AddHours(hours).ToMicros();

    [Fact]
    public void Each_way_counts_what_came_over_it_of_the_devices_heard_over_it()
    {
        DeviceTrip[] trips =
        [
            new("own", "V", Micros(1), Micros(5), null), new("both", "V", Micros(1), Micros(5), null),
            new("dead", "V", Micros(1), Micros(5), null),
        ];
        DeviceDay[] days =
        [
            DeviceDay.Of("own", Micros(2), null, 0), DeviceDay.Of("both", Micros(2), null, 0),
            DeviceDay.Of("both", Micros(2.1), null, 0, relayed: true),
            DeviceDay.Of("both", Micros(3), null, 0, relayed: true),
        ];
        var direct = Heard(days, d => d.Direct);
        var relayed = Heard(days, d => d.Relayed);

        var own = WayScore.Of(
            trips, new(3, 2, 1), direct, d => direct.ContainsKey(d) || !relayed.ContainsKey(d), Micros(-99), Micros(9));
        var passed = WayScore.Of(trips, new(1, 1, 0), relayed, relayed.ContainsKey, Micros(-99), Micros(9));

        Assert.Equal((3, 21L, 2L), (own.Devices, own.SlotsExpected, own.SlotsHeard));
        Assert.Equal((1, 7L, 2L), (passed.Devices, passed.SlotsExpected, passed.SlotsHeard));
        Assert.Equal((500_000L, 0L), (own.FalseAlarmsPerMillion, passed.FalseAlarmsPerMillion));
    }

    [Fact]
    public void A_day_heard_over_both_ways_keeps_them_apart_and_together()
    {
        var day = DeviceDay.Of("d", Micros(2), null, 0)
            .Plus(DeviceDay.Of("d", Micros(3), null, 0, relayed: true));

        Assert.Equal(day.HalfHours, day.Direct | day.Relayed);
        Assert.Equal(0, day.Direct & day.Relayed);
    }

    static Dictionary<string, IReadOnlyDictionary<int, long>> Heard(
        IEnumerable<DeviceDay> days, Func<DeviceDay, long> bits) => days.GroupBy(d => d.Device)
            .Where(g => g.Any(d => bits(d) != 0))
            .ToDictionary(g => g.Key, g => (IReadOnlyDictionary<int, long>)g.GroupBy(d => d.Day)
                .ToDictionary(d => d.Key, d => d.Aggregate(0L, (all, one) => all | bits(one))));
}
