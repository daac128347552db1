using Rahdari.Corridors;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>A position led astray or held aside is no way off the corridor, here learned and 400 m wide.</summary>
public sealed class AstrayTests
{
    static readonly Surroundings Narrow = NarrowBy(RoadRules);

    static Surroundings NarrowBy(JudgingRules rules) => new(
        Pack with { Judging = new([new(rules, DateTimeOffset.MinValue, null, "test")]) },
        new(Pack.Routes[0] with
        {
            Learned = new(
                [new(null, [.. Enumerable.Range(0, 31).Select(i => new LearnedPoint(new(30 + i / 10.0, 70), 200))])],
                new([], []), new(Start, 20, 1_000, ["test"])),
        }));

    static List<Finding> Judge(IEnumerable<JournaledFix> fixes, Surroundings? around = null) =>
        [.. Judged(fixes.OrderBy(f => f.Message.Time), around: around ?? Narrow).Findings];

    static IEnumerable<AlertKind> KindsOf(IEnumerable<JournaledFix> fixes) =>
        Judge(fixes).Raised().Select(r => r.Kind).Distinct().Order();

    /// <summary>Reports each 40 s of one device that drives north, and what its receiver makes of it.</summary>
    /// <param name="east">Metres it says to be beside the road, by the minute.</param>
    /// <param name="standsFrom">From that minute it stands, and says so.</param>
    static IEnumerable<JournaledFix> Way(
        Func<double, double> east, double minutes = 110, double standsFrom = 1_000, bool tracker = false,
        Func<double, bool>? valid = null)
    {
        for (var i = 0; i * 2 / 3.0 < minutes; i++)
        {
            var at = i * 2 / 3.0 + (tracker ? 0.1 : 0);
            var stands = at >= standsFrom;
            var fix = Fix(
                at, 10 + Math.Min(at, standsFrom) * 0.8, east(at), stands ? 0 : 48, valid: valid?.Invoke(at) ?? true,
                device: tracker ? Tracker : SealDevice);
            // A compass errs by some degrees to and fro.
            yield return fix with { Message = fix.Message with { CourseDegrees = (i * 7 % 11 + 355) % 360 } };
        }
    }

    /// <summary>From minute 30 on, so many metres a second until it is that far aside.</summary>
    static Func<double, double> Slide(double speed, double metres) =>
        at => Math.Min(metres, Math.Max(0, at - 30) * 60 * speed);

    [Fact]
    public void A_slide_that_is_lost_sight_of_is_not_over()
    {
        // For six minutes there is no place; then it is where it was led.
        var fixes = Way(Slide(2, 1_800), valid: at => at is < 60 or > 66);
        Assert.Equal([AlertKind.Drift], KindsOf(fixes));
    }

    [Fact]
    public void What_lies_where_the_other_device_is_led_astray_is_led_there_too()
    {
        var fixes = Way(Slide(2, 1_800)).Concat(
            Way(Slide(2, 1_800), tracker: true, valid: at => at is < 60 or > 66));
        Assert.Equal([AlertKind.Drift], KindsOf(fixes));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_is_not_back_after_the_longest_slide_is_off_the_corridor_also_where_two_lie_there(bool two)
    {
        // While there is no place, what is slid from is forgotten.
        static bool IsSeen(double at) => at is < 60 or > 66;
        var fixes = Way(Slide(2, 1_800), minutes: 300, valid: IsSeen);
        if (two) fixes = fixes.Concat(Way(Slide(2, 1_800), minutes: 300, tracker: true, valid: IsSeen));
        Assert.Contains(AlertKind.OffCorridor, KindsOf(fixes));
    }

    [Fact]
    public void Once_it_is_back_on_the_road_it_is_believed_again()
    {
        var fixes = Way(at => at < 66 ? Slide(2, 1_800)(at) : at < 75 ? 0 : 600);
        Assert.Contains(AlertKind.OffCorridor, KindsOf(fixes));
    }

    [Fact]
    public void A_way_off_the_corridor_that_turns_out_to_be_a_slide_is_joined_to_it()
    {
        var findings = Judge(Way(Slide(0.8, 3_000)));
        var drift = Assert.Single(findings.Raised(), r => r.Kind == AlertKind.Drift);
        foreach (var off in findings.Raised().Where(r => r.Kind == AlertKind.OffCorridor))
            Assert.Contains(findings.OfType<Finding.Refute>(), r => r.AlertId == off.AlertId
                && r.JoinedTo == drift.AlertId);
    }

    [Fact]
    public void One_that_slides_off_beside_the_other_has_not_left_it_with_the_goods() =>
        Assert.DoesNotContain(
            AlertKind.OffCorridor, KindsOf(Way(Slide(1, 3_000)).Concat(Way(_ => 0, tracker: true))));

    [Theory]
    [InlineData(1.4, false)]
    [InlineData(6, true)]
    public void A_place_held_at_rest_shows_nothing_that_was_not_driven(double minutesAside, bool told) =>
        Assert.Equal(told, KindsOf(Way(
            at => at < 40 - minutesAside ? 0 : 242, minutes: 80, standsFrom: 40)).Contains(AlertKind.OffCorridor));

    [Theory]
    [InlineData(10, 540)]
    [InlineData(0.7, 720)]
    public void A_way_out_as_slow_as_a_slide_is_looked_at_for_longer(double metresASecond, int seconds)
    {
        // The compass is worth nothing, so that time alone tells.
        var fixes = Way(Slide(metresASecond, 700), minutes: 90).Select((f, i) => f with
        {
            Message = f.Message with { CourseDegrees = i * 97 % 360 },
        });
        var raised = Assert.Single(Judge(fixes).Raised());
        Assert.Equal(AlertKind.OffCorridor, raised.Kind);
        Assert.InRange((raised.Until - raised.From).TotalSeconds, seconds, seconds + 50);
    }

    [Theory]
    [InlineData(60, false)]
    [InlineData(80, true)]
    public void Whether_seven_tenths_not_driven_are_most_of_a_way_out_is_the_rules_to_say(int perCent, bool told)
    {
        // Aside at 0.8 m/s, of which the course, a degree to the east, accounts for three tenths.
        var fixes = Way(Slide(0.8, 1_200), minutes: 55).Select((f, i) => f with
        {
            Message = f.Message with { CourseDegrees = (i * 7 % 11 + (i < 45 ? 355 : 356)) % 360 },
        });
        var around = NarrowBy(RoadRules with { LearnedDisprovedPerCent = perCent });
        Assert.Equal(told, Judge(fixes, around).Raised().Any());
    }

    [Fact]
    public void Of_reports_ten_minutes_apart_two_are_enough()
    {
        var raised = Assert.Single(
            Judge(Way(at => at < 42 ? 0 : 500).Where((_, i) => i % 15 == 0)).Raised(),
            r => r.Kind == AlertKind.OffCorridor);
        Assert.InRange(Minute(raised.From), 42, 52);
        Assert.InRange(Minute(raised.Until), 52, 62);
    }

    [Fact]
    public void A_record_that_lies_inside_shows_no_way_off_whatever_the_others_say()
    {
        var seal = Way(_ => 160, minutes: 90, standsFrom: 40).Where((_, i) => i % 3 == 0);
        var tracker = Way(at => at < 35 ? 0 : 230, minutes: 90, standsFrom: 40, tracker: true);
        Assert.DoesNotContain(AlertKind.OffCorridor, KindsOf(seal.Concat(tracker)));
    }

    [Fact]
    public void One_place_far_off_that_is_held_while_both_stand_parts_nobody()
    {
        // Reports each three minutes: nobody creeps 1.4 km between two of them.
        var seal = Way(at => at < 50 ? 0 : 1_400, minutes: 90, standsFrom: 30)
            .Where((f, i) => i < 45 || i % 4 == 0);
        Assert.Empty(KindsOf(seal.Concat(Way(_ => 0, minutes: 90, standsFrom: 30, tracker: true))));
    }

    [Fact]
    public void A_place_pulled_aside_and_back_beside_the_other_is_no_drift()
    {
        // One stays 600 m behind for some minutes, as its speed does not say, and is with the other again; of the other
        // nothing comes for two minutes at a time.
        var seal = Way(at => at is > 50 and < 54 ? 260 : 0, minutes: 70)
            .Select(f => Led(f, -Math.Clamp((Minute(f.Message.Time!.Value) - 40) * 60, 0, 600)));
        Assert.DoesNotContain(AlertKind.Drift, KindsOf(seal.Concat(
            Way(_ => 0, minutes: 70, tracker: true).Where((_, i) => i % 4 == 0))));
    }

    [Fact]
    public void Two_that_came_to_rest_side_by_side_have_not_parted_by_that()
    {
        // The compass of the one is worth nothing: no slide is proved, and 1.2 km lie between them when both stop.
        var seal = Way(Slide(1.5, 1_200), minutes: 90, standsFrom: 50).Select((f, i) => f with
        {
            Message = f.Message with { CourseDegrees = i * 97 % 360 },
        });
        Assert.Empty(KindsOf(seal.Concat(Way(_ => 0, minutes: 90, standsFrom: 50, tracker: true))));
    }

    [Fact]
    public void What_is_led_along_the_road_lies_on_it_and_is_led_astray_all_the_same()
    {
        // Where the road bends it comes near it by itself, for some minutes, and leaves it again.
        var fixes = Way(
            at => at < 50 ? Slide(1, 3_000)(at) : at < 75 ? Math.Max(150, 1_200 - (at - 50) * 60)
                : Math.Min(600, 150 + (at - 75) * 60), minutes: 95);
        Assert.Equal([AlertKind.Drift], KindsOf(fixes));
    }

    [Fact]
    public void Who_comes_back_from_where_he_was_led_along_the_road_did_not_drive_back()
    {
        var fixes = Way(at => at < 70 ? Slide(1.5, 1_800)(at) : 0).Select(f => Led(
            f, Math.Clamp((Minute(f.Message.Time!.Value) - 30) * 120, 0, 4_000)
                * (Minute(f.Message.Time!.Value) < 70 ? 1 : 0)));
        Assert.Equal([AlertKind.Drift], KindsOf(fixes));
    }

    /// <summary>So many metres farther along the road.</summary>
    static JournaledFix Led(JournaledFix fix, double metres) => fix with
    {
        Message = fix.Message with
        {
            Position = fix.Message.Position!.Value with
            {
                LatitudeE7 = fix.Message.Position.Value.LatitudeE7 + (int)(metres / 110_850 * 1e7),
            },
        },
    };

    [Fact]
    public void A_first_place_after_a_time_without_one_is_held_at_rest_if_the_other_never_came_by()
    {
        var seal = Way(at => at > 44 ? 1_000 : 0, minutes: 80, standsFrom: 40, valid: at => at is < 38 or > 44);
        Assert.Empty(KindsOf(seal.Concat(Way(_ => 0, minutes: 80, standsFrom: 40, tracker: true))));
    }

    [Fact]
    public void Lying_apart_is_not_going_on_when_both_stop()
    {
        // The one is led 1.3 km ahead and passes where the other then stops, at the same minute.
        var seal = Way(_ => 0, minutes: 70, standsFrom: 50)
            .Select(f => Led(f, Math.Clamp((Minute(f.Message.Time!.Value) - 30) * 180, 0, 1_300)));
        var kinds = KindsOf(seal.Concat(Way(_ => 0, minutes: 70, standsFrom: 50, tracker: true)));
        Assert.DoesNotContain(AlertKind.FrozenPosition, kinds);
    }

    [Fact]
    public void Two_that_say_they_stand_have_not_parted()
    {
        var kinds = KindsOf(Way(_ => 0, minutes: 80, standsFrom: 28)
            .Concat(Way(Slide(1, 3_000), minutes: 80, standsFrom: 28, tracker: true)));
        Assert.Equal([AlertKind.Drift], kinds);
    }
}
