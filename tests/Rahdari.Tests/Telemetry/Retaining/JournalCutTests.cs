using FsCheck;
using FsCheck.Fluent;
using Rahdari.Telemetry.Retaining;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Retaining;

public sealed class JournalCutTests
{
    const int Days = 100;

    /// <summary>Day 1,000 since 1970; other times are days before it.</summary>
    static readonly long Now = Micros(1_000);

    static readonly JournalFacts Nothing = new(Now);

    [Fact]
    public void What_nobody_needs_is_kept_its_days() => AssertHeld(HoldReason.Age, Days, Nothing);

    [Theory, InlineData(HoldReason.Judging), InlineData(HoldReason.Segments), InlineData(HoldReason.Stock)]
    public void What_a_reader_has_not_read_is_kept_from_its_first_row_on(object reader)
    {
        AssertHeld((HoldReason)reader, 130, Nothing with
        {
            Unread = [new((HoldReason)reader, "pk/live", Ago(120)), new((HoldReason)reader, "pk/late", Ago(130))],
        }, "pk/late");
        // A reader that is not behind holds nothing.
        AssertHeld(HoldReason.Age, Days, Nothing with { Unread = [new((HoldReason)reader, "pk/live", Ago(1))] });
    }

    [Fact]
    public void The_track_of_a_unit_not_discharged_is_kept_from_a_day_before_its_first_fitting() =>
        AssertHeld(
            HoldReason.Unit, 301, Nothing with { Tracks = [new(Unit, Ago(300), null), new(Unit, Ago(200), null)] },
            Unit.ToString());

    [Fact]
    public void A_track_is_kept_whole_so_many_days_after_the_discharge()
    {
        AssertHeld(HoldReason.Discharge, 301, Nothing with { Tracks = [new(Unit, Ago(300), Ago(Days))] });
        AssertHeld(HoldReason.Age, Days, Nothing with { Tracks = [new(Unit, Ago(300), Ago(Days) - 1)] });
    }

    [Fact]
    public void An_alert_nobody_has_resolved_keeps_itself_and_its_unit_s_track()
    {
        AssertHeld(HoldReason.Alert, 151, Nothing with { Alerts = [new("a-1", Ago(150), Ago(140))] }, "a-1");
        AssertHeld(HoldReason.Alert, 161, Nothing with { Alerts = [new("a-1", Ago(150), Ago(160))] }, "a-1");
        AssertHeld(HoldReason.Alert, 151, Nothing with { Alerts = [new("a-1", Ago(150), null)] }, "a-1");
    }

    [Fact]
    public void What_is_kept_apart_is_kept_until_an_officer_has_decided_or_the_device_is_long_silent()
    {
        AssertHeld(HoldReason.Quarantine, 400, Apart(400, Days, released: false));
        var silent = Apart(400, Days + 1, released: false);
        AssertHeld(HoldReason.Age, Days, silent);
    }

    [Fact]
    public void What_was_released_is_kept_until_it_is_copied_however_long_the_device_is_silent() =>
        AssertHeld(HoldReason.Release, 400, Apart(400, 300, released: true));

    [Fact]
    public void Whoever_holds_a_unit_on_the_way_does_not_hide_who_else_holds()
    {
        var cut = JournalCut.Decide(
            Nothing with { Tracks = [new(Unit, Ago(300), null)], Unread = [new(HoldReason.Stock, "pk/live", Ago(2))] },
            Days);
        Assert.Equal([HoldReason.Unit, HoldReason.Age, HoldReason.Stock], cut.Holds.Select(h => h.Reason));
    }

    /// <summary>
    /// Random facts and random days of a journal: the cut is never beyond what anybody needs, and no day that is
    /// dropped holds a row that a reader, a unit, an alert or an officer may still ask for.
    /// </summary>
    [Fact]
    public void Nothing_anybody_needs_is_ever_dropped() => Prop.ForAll(Facts().ToArbitrary(), facts =>
    {
        var before = JournalCut.Decide(facts, Days).BeforeMicros;
        Assert.True(before <= Now - Micros(Days));
        var dropped = Enumerable.Range(0, 1_000).Where(day => Micros(day + 1) - 1 < before).ToList();
        Assert.All(Needed(facts), need => Assert.DoesNotContain((int)(need / Micros(1)), dropped));
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(500));

    /// <summary>Receipts of rows that somebody needs, told from the facts without the rule.</summary>
    static IEnumerable<long> Needed(JournalFacts facts)
    {
        foreach (var unread in facts.Unread) yield return unread.NextReceivedMicros;
        foreach (var track in facts.Tracks)
        {
            // A refold reads a day before the first fitting; a unit's discharge begins the days its track is kept.
            if (track.DischargedMicros is { } end && Now - end > Micros(Days)) continue;
            yield return track.FittedMicros - Micros(1);
            yield return track.FittedMicros;
            if (track.DischargedMicros is { } at) yield return at;
        }
        foreach (var alert in facts.Alerts)
        {
            yield return alert.FromMicros;
            if (alert.FittedMicros is { } fitted) yield return fitted - Micros(1);
        }
        foreach (var apart in facts.Apart)
            if (apart.IsReleased || Now - apart.LastMicros <= Micros(Days)) yield return apart.SinceMicros;
    }

    static Gen<JournalFacts> Facts()
    {
        // Any hour of the last 990 days.
        var time = Gen.Choose(0, 990 * 24).Select(hours => Now - hours * 3_600_000_000L);
        var maybe = Gen.OneOf(time.Select(t => (long?)t), Gen.Constant((long?)null));
        Gen<IReadOnlyList<T>> Some<T>(Gen<T> one) =>
            Gen.Choose(0, 3).SelectMany(n => one.ListOf(n)).Select(l => (IReadOnlyList<T>)[.. l]);
        var unread = Gen.Elements(HoldReason.Judging, HoldReason.Segments, HoldReason.Stock)
            .SelectMany(_ => time, (reader, at) => new UnreadFact(reader, "pk/live", at));
        var track = time.SelectMany(_ => maybe, (fitted, ended) => new TrackFact(
            Unit, Math.Min(fitted, ended ?? fitted), ended));
        var alert = time.SelectMany(_ => maybe, (from, fitted) => new AlertFact("a", from, fitted));
        var apart = time.SelectMany(_ => time, (since, last) => (since, last)).SelectMany(
            _ => Gen.Elements(true, false),
            (t, released) => new ApartFact("d", Math.Min(t.since, t.last), Math.Max(t.since, t.last), released));
        return Some(unread).SelectMany(u => Some(track).SelectMany(t => Some(alert).SelectMany(a => Some(apart).Select(
            k => Nothing with { Unread = u, Tracks = t, Alerts = a, Apart = k }))));
    }

    static JournalFacts Apart(int since, int last, bool released) =>
        Nothing with { Apart = [new("jt600:1", Ago(since), Ago(last), released)] };

    static void AssertHeld(HoldReason by, int daysAgo, JournalFacts facts, string? of = null)
    {
        var cut = JournalCut.Decide(facts, Days);
        Assert.Equal((by, Ago(daysAgo)), (cut.By.Reason, cut.BeforeMicros));
        if (of is not null) Assert.Equal(of, cut.By.Of);
    }

    static long Ago(int days) => Now - Micros(days);

    static long Micros(int days) => days * 86_400_000_000L;
}
