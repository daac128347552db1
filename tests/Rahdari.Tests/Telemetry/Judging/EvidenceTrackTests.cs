using Rahdari.Devices;
using Rahdari.Telemetry.Judging;

namespace Rahdari.Tests.Telemetry.Judging;

public sealed class EvidenceTrackTests
{
    static readonly DateTimeOffset Zero = new(2026, 9, 1, 0, 0, 0, TimeSpan.Zero);

    static EvidenceTrack Track(params IEnumerable<(int Minute, bool Bad)> evidence) => evidence.Aggregate(
        EvidenceTrack.Empty, (t, e) => t.With(new Evidence(Zero.AddMinutes(e.Minute), e.Bad), null));

    static string Show(EvidenceTrack track) => string.Join(
        ' ', track.Runs.Select(r => $"{(r.Bad ? "bad" : "good")}{Minute(r.From)}-{Minute(r.Until)}"));

    static double Minute(DateTimeOffset time) => (time - Zero).TotalMinutes;

    static string Causes(EvidenceTrack track) => string.Join(
        ' ', track.Episodes(null).Select(e => $"{Minute(e.From)}-{Minute(e.Until)}{(e.Closed ? "" : "..")}"));

    [Fact]
    public void Evidence_of_one_kind_within_half_an_hour_is_one_run() =>
        Assert.Equal("good0-30 good61-61", Show(Track((0, false), (30, false), (61, false))));

    [Fact]
    public void A_gap_without_a_word_does_not_end_a_cause() =>
        Assert.Equal("0-300..", Causes(Track((0, true), (300, true))));

    [Fact]
    public void Good_evidence_between_makes_two_causes_of_one()
    {
        var track = Track((0, true), (300, true), (100, false));
        Assert.Equal("bad0-0 good100-100 bad300-300", Show(track));
        Assert.Equal("0-0 300-300..", Causes(track));
    }

    [Fact]
    public void A_late_cause_inside_a_good_run_splits_it()
    {
        var track = Track((0, false), (10, false), (20, false), (30, false), (15, true), (17, true));
        Assert.Equal("good0-15 bad15-17 good17-30", Show(track));
        Assert.Equal("15-17", Causes(track));
    }

    [Fact]
    public void Two_late_causes_far_apart_in_a_good_run_stay_two()
    {
        var good = Enumerable.Range(0, 40).Select(i => (i * 10, false));
        Assert.Equal("55-55 255-255", Causes(Track([.. good, (55, true), (255, true)])));
        Assert.Equal("55-55 255-255", Causes(Track([.. good, (255, true), (55, true)])));
    }

    [Fact]
    public void A_gap_filled_later_makes_one_run() =>
        Assert.Equal("good0-60", Show(Track((0, false), (60, false), (30, false))));

    [Fact]
    public void At_one_and_the_same_time_both_are_kept()
    {
        Assert.Equal("0-0", Causes(Track((0, true), (0, false), (5, false))));
        Assert.Equal("0-0", Causes(Track((0, false), (0, true), (5, false))));
    }

    [Fact]
    public void Places_farther_apart_than_the_radius_are_of_two_causes()
    {
        var here = new GeoPosition(300_000_000, 700_000_000);
        var there = new GeoPosition(300_100_000, 700_000_000);
        var track = EvidenceTrack.Empty;
        foreach (var (minute, place) in new[] { (0, here), (10, here), (20, there), (30, there) })
            track = track.With(new Evidence(Zero.AddMinutes(minute), true, place), 200);
        Assert.Equal(2, track.Episodes(200).Count());
    }

    [Fact]
    public void What_is_kept_has_a_limit_and_the_newest_stays()
    {
        var track = Track(Enumerable.Range(0, 500).Select(i => (i * 100, i % 2 == 0)));
        Assert.Equal(64, track.Runs.Length);
        Assert.Equal(Zero.AddMinutes(49_900), track.Runs[^1].Until);
        // Mere gaps are forgotten without loss.
        Assert.Equal("0-49900..", Causes(Track(Enumerable.Range(0, 500).Select(i => (i * 100, true)))));
    }

    [Fact]
    public void Whatever_the_order_the_causes_are_the_same_where_records_are_close()
    {
        var random = new Random(1);
        for (var round = 0; round < 300; round++)
        {
            // Changes of state lie at least two joins apart, as a person's doings do at such a scale.
            var changes = Enumerable.Range(1, 4).Select(i => i * 100 + random.Next(30)).ToList();
            var evidence = Enumerable.Range(0, 60).Select(i => i * 8)
                .Select(m => (m, changes.Count(c => c <= m) % 2 == 1)).ToArray();
            var expected = Causes(Track(evidence));
            random.Shuffle(evidence);
            Assert.Equal(expected, Causes(Track(evidence)));
        }
    }

    [Fact]
    public void Runs_stay_in_order_and_apart_whatever_comes()
    {
        var random = new Random(2);
        for (var round = 0; round < 200; round++)
        {
            var track = Track(Enumerable.Range(0, 120).Select(_ => (random.Next(2_000), random.Next(2) == 0)));
            for (var i = 0; i < track.Runs.Length; i++)
            {
                Assert.True(track.Runs[i].From <= track.Runs[i].Until);
                if (i > 0) Assert.True(track.Runs[i - 1].Until <= track.Runs[i].From, Show(track));
            }
        }
    }
}
