using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>What receivers err by, alone and beside the unit's other device, is no incident.</summary>
public sealed class HonestPlaceTests
{
    static IEnumerable<AlertKind> KindsOf(IEnumerable<JournaledFix> fixes) =>
        Judged(fixes.OrderBy(f => f.Message.Time)).Findings.Raised().Select(r => r.Kind);

    /// <summary>Both devices drive until a minute, and stand then.</summary>
    static IEnumerable<JournaledFix> Both(int minutes, int standsFrom, Func<int, double> trackerEast)
    {
        for (var i = 0; i < minutes; i++)
        {
            var (kilometre, kmh) = (10 + Math.Min(i, standsFrom) * 0.8, i < standsFrom ? 48 : 0);
            yield return Fix(i, kilometre, kmh: kmh);
            yield return Fix(i + 0.2, kilometre, trackerEast(i), kmh, device: Tracker);
        }
    }

    [Fact]
    public void One_place_far_off_while_both_stand_freezes_neither() =>
        Assert.Empty(KindsOf(Both(60, 30, i => i == 33 ? 1_200 : i >= 30 ? i % 3 : 0)));

    [Fact]
    public void A_receiver_that_stands_still_is_found_though_the_other_clock_is_minutes_off()
    {
        var fixes = new List<JournaledFix>();
        for (var i = 0; i < 60; i++)
        {
            // By its own clock the tracker passes each place four minutes later.
            fixes.Add(Fix(i, 10 + Math.Min(i, 35) * 0.8, kmh: i < 35 ? 48 : 0));
            fixes.Add(Fix(i + 4, 10 + i * 0.8, kmh: 48, device: Tracker, receivedAtMinute: i));
        }
        Assert.Contains(AlertKind.FrozenPosition, KindsOf(fixes));
    }

    [Fact]
    public void After_a_time_without_records_a_slide_is_looked_for_anew()
    {
        var reckoning = new Reckoning();
        for (var i = 0; i < 90; i++)
        {
            // Half an hour is missing in the middle.
            if (i is > 40 and < 60) continue;
            reckoning.Take(
                new()
                {
                    Device = "jt600:1", AtMicros = i * 90_000_000L, ReceivedMicros = 0, Valid = true,
                    LatitudeE7 = (int)(30e7 + i * 1_250 / 110_850.0 * 1e7), LongitudeE7 = 700_000_000,
                    SpeedMetresPerHour = 47_000, CourseDegrees = (i * 7 % 11 + 355) % 360,
                }, null, Drive.RoadRules);
            Assert.False(reckoning.IsSliding);
        }
        Assert.True(reckoning.Points[^1].Variance >= reckoning.Points[0].Variance);
    }

    [Fact]
    public void A_turn_that_no_report_tells_of_is_no_slide()
    {
        var reckoning = new Reckoning();
        for (var i = 0; i < 100; i++)
        {
            // Twice it comes out some hundred metres short of what its speed says.
            var metres = i * 625.0 - (i > 60 ? 560 : 0) - (i > 64 ? 560 : 0);
            reckoning.Take(
                new()
                {
                    Device = "jt600:1", AtMicros = i * 45_000_000L, ReceivedMicros = 0, Valid = true,
                    LatitudeE7 = (int)(30e7 + metres / 110_850 * 1e7), LongitudeE7 = 700_000_000,
                    SpeedMetresPerHour = 50_000, CourseDegrees = (i * 7 % 11 + 355) % 360,
                }, null, Drive.RoadRules);
        }
        Assert.False(reckoning.IsSliding);
    }

    [Fact]
    public void An_open_lock_whose_place_is_not_known_yet_is_in_its_yard()
    {
        var open = Shut with { Locked = false };
        var fixes = Enumerable.Range(0, 5).Select(i => Fix(i * 2, 0, kmh: 0, seal: open, valid: i > 1))
            .Concat(Enumerable.Range(5, 20).Select(i => Fix(i * 2, (i - 5) * 1.6)));
        Assert.Empty(KindsOf(fixes));
    }

    [Fact]
    public void Rocks_over_one_of_two_receivers_are_no_jammer_for_a_while()
    {
        IEnumerable<JournaledFix> Blind(int minutes) => Enumerable.Range(0, 80).SelectMany(i => new[]
        {
            Fix(i, 10 + i * 0.8, kmh: 48, valid: i < 40 || i >= 40 + minutes),
            Fix(i + 0.2, 10 + i * 0.8, kmh: 48, device: Tracker),
        });
        Assert.Empty(KindsOf(Blind(11)));
        Assert.Contains(AlertKind.Jamming, KindsOf(Blind(25)));
    }

    [Theory]
    [InlineData(11, false)]
    [InlineData(25, true)]
    public void A_roof_over_a_unit_that_stands_is_no_jammer_for_a_while(int minutes, bool told)
    {
        var fixes = Enumerable.Range(0, 20).Select(i => Fix(i, 10 + i * 0.8, kmh: 48))
            .Concat(Enumerable.Range(20, 12).Select(i => Fix(i, 26, kmh: 0)))
            .Concat(Enumerable.Range(32, minutes).Select(i => Fix(i, 26, kmh: 0, valid: false)));
        Assert.Equal(told, KindsOf(fixes).Contains(AlertKind.Jamming));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_place_that_slides_while_the_device_stands_is_led_astray_where_it_cannot_queue(bool beside)
    {
        var reckoning = new Reckoning();
        for (var i = 0; i < 50; i++)
        {
            // After half an hour it says that it stands, and is told 60 m farther aside each minute.
            var (driven, slid) = (Math.Min(i, 30) * 800, Math.Max(0, i - 30) * 60);
            reckoning.Take(
                new()
                {
                    Device = "jt600:1", AtMicros = i * 60_000_000L, ReceivedMicros = 0, Valid = true,
                    LatitudeE7 = (int)(30e7 + driven / 110_850.0 * 1e7),
                    LongitudeE7 = (int)(70e7 + slid / 96_500.0 * 1e7),
                    SpeedMetresPerHour = i < 30 ? 48_000 : 0, CourseDegrees = (i * 7 % 11 + 355) % 360,
                }, beside && slid > 0 ? slid : null, Drive.RoadRules);
        }
        Assert.Equal(beside, reckoning.IsSliding);
    }
}
