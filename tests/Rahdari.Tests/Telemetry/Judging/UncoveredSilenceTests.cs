using Rahdari.Corridors;
using Rahdari.Telemetry.Journaling;
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
            Enumerable.Range(0, until).Select(i => Fix(i, 70 + Math.Min(i, 200) * 0.8, metresEast, device: Tracker)),
            HeardTo(100, 1));
        Assert.False(IsTold(Both(170, 0), 170, Followed()));
        Assert.False(IsTold(Both(400, 0), 400, Followed()));
        Assert.True(IsTold(Both(490, 0), 490, Followed()));
        // Beside the road nobody knows where devices are heard.
        Assert.False(IsTold(Both(490, 3_000), 490, Followed()));
    }

    /// <summary>Told by every minute of a drive to a kilometre, where its place was known last, and how far aside.
    /// </summary>
    static Hearing Told(int kilometre, int knownTo, double metresEast = 0)
    {
        var (hearing, device) = (Hearing.Empty, SealDevice.ToString());
        for (var k = 0; k <= kilometre; k++)
            hearing = hearing.At(
                device, Start.AddMinutes(k), Fix(k, Math.Min(k, knownTo), metresEast).Message.Position,
                TimeSpan.FromHours(1), age: TimeSpan.FromMinutes(Math.Max(0, k - knownTo)));
        return hearing;
    }

    [Theory]
    [InlineData(94, 94, 0, true)]
    [InlineData(94, 84, 0, false)]
    [InlineData(94, 94, 6_000, false)]
    public void It_may_have_come_as_far_as_its_place_is_old_or_lies_aside(
        int kilometre, int knownTo, double metresEast, bool told) =>
        Assert.Equal(told, IsTold(Told(kilometre, knownTo, metresEast), kilometre + 70, LockOnly));

    [Theory]
    [InlineData(60, false)]
    [InlineData(61, true)]
    [InlineData(300, true)]
    public void A_place_too_old_to_tell_where_it_is_by_now_explains_no_silence(int minutesOld, bool told) =>
        Assert.Equal(told, IsTold(Told(90 + minutesOld, 90), 90 + minutesOld + 70, LockOnly));

    [Fact]
    public void How_old_a_place_may_be_is_the_rules_to_say()
    {
        bool With(int seconds) => Rules.Silence.Judge(
            Told(120, 90), LockOnly, Start.AddMinutes(190), Start.AddMinutes(-1_000),
            RoadRules with { UncoveredPlaceSeconds = seconds }, Learned).Findings.Raised().Any();
        Assert.True(With(1_799));
        Assert.False(With(1_800));
    }

    [Fact]
    public void A_place_grows_old_also_while_nothing_is_known_of_another()
    {
        var (hearing, device, join) = (Told(80, 80), SealDevice.ToString(), TimeSpan.FromHours(1));
        hearing = hearing.At(device, Start.AddMinutes(200), place: null, join);
        Assert.Equal(TimeSpan.FromMinutes(120), hearing.Of(SealDevice).AgeAt(Start.AddMinutes(200)));
    }

    [Fact]
    public void One_that_has_had_no_place_for_long_is_where_the_other_is()
    {
        var fixes = Enumerable.Range(0, 120).SelectMany(i => (IEnumerable<JournaledFix>)[
            Fix(i, i * 0.8), Fix(i + 0.1, i * 0.8, device: Tracker, valid: i < 50)]);
        var (watch, _) = Judged(fixes);
        watch.Hear(Tracker.ToString(), Start.AddMinutes(120), RoadRules);
        var at = Start.AddMinutes(120);
        Assert.InRange(watch.Hearing.Of(Tracker).PlaceAt(at)!.Value.Latitude, 30.84, 30.87);
        Assert.InRange(watch.Hearing.Of(Tracker).AgeAt(at).TotalMinutes, 0, 2);
    }

    [Fact]
    public void One_whose_receiver_stands_still_is_heard_from_where_the_other_is()
    {
        var fixes = Enumerable.Range(0, 100).SelectMany(i => (IEnumerable<JournaledFix>)[
            Fix(i, i * 0.8), Fix(i + 0.1, Math.Min(i, 40) * 0.8, device: Tracker)]);
        var (watch, _) = Judged(fixes);
        watch.Hear(Tracker.ToString(), Start.AddMinutes(100), RoadRules);
        var place = watch.Hearing.Of(Tracker).LastPlace!.Value;
        Assert.InRange(place.Latitude, 30.68, 30.75);
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
