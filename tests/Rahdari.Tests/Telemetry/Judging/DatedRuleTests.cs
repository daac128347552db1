using Rahdari.Corridors;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>A record is judged by the row of rules in force at its own time.</summary>
public sealed class DatedRuleTests
{
    const int Change = 300;

    /// <summary>The straight road, its rules changed at a minute.</summary>
    static Surroundings ChangedAt(int minute, Func<JudgingRules, JudgingRules> change)
    {
        var at = Start.AddMinutes(minute);
        var pack = Pack with
        {
            Judging = new([
                new(RoadRules, DateTimeOffset.MinValue, at, "before"), new(change(RoadRules), at, null, "after"),
            ]),
        };
        return new(pack, new CorridorGeometry(pack.Routes[0]));
    }

    static int Raised(IEnumerable<JournaledFix> fixes, AlertKind kind, Surroundings around) =>
        Judged(fixes, around: around).Findings.Raised().Count(r => r.Kind == kind);

    /// <summary>On the road, without a fix for twelve minutes from a minute on.</summary>
    static IEnumerable<JournaledFix> Blind(int minute) => Enumerable.Range(0, 20).Select(i => Fix(
        minute - 10 + i * 2, 20 + i * 1.6, valid: i is < 5 or > 11));

    /// <summary>A hundred minutes at a place 50 m outside an allowed stop.</summary>
    static IEnumerable<JournaledFix> Resting(int minute) =>
        Enumerable.Range(0, 11).Select(i => Fix(minute + i * 10, 102.05, kmh: 0));

    [Theory]
    [InlineData(100, 1)]
    [InlineData(Change + 20, 0)]
    public void Jamming_that_takes_more_records_is_no_alarm_from_that_date_on(int minute, int alarms)
    {
        var around = ChangedAt(Change, r => r with { JammingFixes = 20 });
        Assert.Equal(alarms, Raised(Blind(minute), AlertKind.Jamming, around));
        Assert.Equal(1, Raised(Blind(minute), AlertKind.Jamming, Around));
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(Change + 20, 1)]
    public void A_stop_at_the_edge_of_an_allowed_one_is_an_alarm_from_that_date_on(int minute, int alarms)
    {
        var around = ChangedAt(Change, r => r with { StopEdgeMetres = 0 });
        Assert.Equal(alarms, Raised(Resting(minute), AlertKind.UnplannedStop, around));
        Assert.Equal(0, Raised(Resting(minute), AlertKind.UnplannedStop, Around));
    }

    /// <summary>Back by 2,550 m of a line that may be wrong by 500, and no farther.</summary>
    static IEnumerable<JournaledFix> Back(int minute) => Enumerable.Range(0, 36).Select(i => Fix(
        minute + i, Math.Max(i < 30 ? 20 + i * 0.8 : 43.2 - (i - 29) * 0.8, 40.65)));

    [Theory]
    [InlineData(100, 0)]
    [InlineData(Change + 20, 1)]
    public void A_way_back_within_what_the_line_may_be_wrong_by_is_an_alarm_from_that_date_on(int minute, int alarms)
    {
        var around = ChangedAt(Change, r => r with { WrongDirectionAccuracyPerCent = 0 });
        Assert.Equal(alarms, Raised(Back(minute), AlertKind.WrongDirection, around));
        Assert.Equal(0, Raised(Back(minute), AlertKind.WrongDirection, Around));
    }

    [Fact]
    public void A_record_that_comes_after_the_change_is_judged_by_the_rules_of_its_own_time()
    {
        var around = ChangedAt(Change, r => r with { JammingFixes = 20 });
        var late = Blind(100).Select(f => f with { ReceivedAt = Start.AddMinutes(Change + 60), Late = true });
        Assert.Equal(1, Raised(late, AlertKind.Jamming, around));
    }
}
