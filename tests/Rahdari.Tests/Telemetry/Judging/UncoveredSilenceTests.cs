using Rahdari.Corridors;
using Rahdari.Telemetry.Judging;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>Silence where it was learned that nobody is heard from kilometre 100 to 130.</summary>
public sealed class UncoveredSilenceTests
{
    static readonly FollowedUnit LockOnly = Followed() with { Devices = [Followed().Devices[0]] };

    static readonly Surroundings Learned = MakeLearned();

    static Surroundings MakeLearned()
    {
        int?[] heard = [.. Enumerable.Range(0, 333).Select(k => (int?)(k is >= 100 and < 130 ? 0 : 99))];
        var route = Pack.Routes[0] with
        {
            Learned = new(
                [new(null, [.. Enumerable.Range(0, 31).Select(i => new LearnedPoint(new(30 + i / 10.0, 70), 250))])],
                new(heard, heard), new(Start, 20, 1_000, [])),
        };
        return new(Pack with { Routes = [route] }, new CorridorGeometry(route));
    }

    static bool IsTold(Hearing state, double minute, FollowedUnit unit) => Rules.Silence.Judge(
        state, unit, Start.AddMinutes(minute), Start.AddMinutes(-1_000), RoadRules, Learned).Findings.Raised().Any();

    static Hearing HeardTo(int kilometre, int minutesApart) => Heard(
        Enumerable.Range(0, kilometre / minutesApart + 1).Select(i => Fix(i * minutesApart, i * minutesApart)));

    [Fact]
    public void One_that_reports_seldom_may_have_come_to_where_nobody_hears_it()
    {
        Assert.True(IsTold(HeardTo(90, minutesApart: 1), 160, LockOnly));
        Assert.False(IsTold(HeardTo(90, minutesApart: 10), 160, LockOnly));
    }

    [Fact]
    public void One_that_the_other_passed_may_have_been_left_there_for_some_hours()
    {
        Hearing Both(int until, double metresEast) => Heard(
            Enumerable.Range(0, until).Select(i => Fix(i, 70 + i * 0.8, metresEast, device: Tracker)),
            HeardTo(100, 1));
        Assert.False(IsTold(Both(170, 0), 170, Followed()));
        Assert.True(IsTold(Both(290, 0), 290, Followed()));
        // Beside the road nobody knows where devices are heard.
        Assert.False(IsTold(Both(290, 3_000), 290, Followed()));
    }

    [Fact]
    public void How_far_apart_reports_come_is_learned_and_forgotten()
    {
        var (hearing, join) = (DeviceHearing.Empty, TimeSpan.FromHours(1));
        for (var i = 0; i <= 5; i++) hearing = hearing.At(Start.AddMinutes(i * 10), join);
        Assert.Equal(TimeSpan.FromMinutes(10), hearing.Interval);
        Assert.Equal(hearing.Interval, hearing.At(Start.AddMinutes(50).AddSeconds(3), join).Interval);
        for (var i = 1; i <= 30; i++) hearing = hearing.At(Start.AddMinutes(50 + i), join);
        Assert.True(hearing.Interval < TimeSpan.FromMinutes(2));
    }
}
