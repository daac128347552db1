using FsCheck;
using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Judging;

/// <summary>Records come late, and in any order: what is raised is the same cause, once.</summary>
public sealed class LateRecordTests
{
    static readonly SealState Cut = new(Locked: true, RopePresent: false, CoverClosed: true);

    /// <summary>Good until minute 60, a gap without coverage until 210, the rope cut in it at 130.</summary>
    static (List<JournaledFix> Before, List<JournaledFix> Kept, List<JournaledFix> After) Trip()
    {
        JournaledFix At(int minute, bool kept) => Fix(
            minute, 10 + minute * 0.8, seal: minute < 130 ? Shut : Cut,
            events: minute == 130 ? [DeviceEvent.RopeCut] : [], receivedAtMinute: kept ? 210 : minute, late: kept);
        return ([.. Enumerable.Range(0, 30).Select(i => At(i * 2, false))],
            [.. Enumerable.Range(30, 75).Select(i => At(i * 2, true))],
            [.. Enumerable.Range(105, 30).Select(i => At(i * 2, false))]);
    }

    [Fact]
    public void A_late_record_raises_its_alert_marked_late_and_dated_by_its_own_time()
    {
        var (before, kept, _) = Trip();
        var raised = Assert.Single(Judged([.. before, .. kept]).Findings.Raised());
        Assert.Equal((AlertKind.RopeCut, 130.0, true), (raised.Kind, Minute(raised.From), raised.Late));
    }

    [Fact]
    public void A_late_record_widens_the_alert_that_a_live_one_raised()
    {
        var (before, kept, after) = Trip();
        var (_, findings) = Judged([.. before, .. after, .. kept]);
        var raised = Assert.Single(findings.Raised());
        Assert.Equal((210.0, false), (Minute(raised.From), raised.Late));
        var extended = Assert.IsType<Finding.Extend>(findings.Last(f => f.AlertId == raised.AlertId));
        Assert.Equal((130.0, true), (Minute(extended.From), extended.Late));
    }

    [Fact]
    public void In_any_interleaving_there_is_exactly_one_rope_cut()
    {
        var (before, kept, after) = Trip();
        var random = new Random(20260901);
        for (var round = 0; round < 60; round++)
        {
            var shuffled = kept.ToArray();
            if (round % 2 == 0) random.Shuffle(shuffled);
            var (live, late) = (new Queue<JournaledFix>(after), new Queue<JournaledFix>(shuffled));
            var mixed = new List<JournaledFix>(before);
            while (live.Count + late.Count > 0)
            {
                var takeLive = late.Count == 0 || (live.Count > 0 && random.Next(round % 7 + 2) == 0);
                mixed.Add(takeLive ? live.Dequeue() : late.Dequeue());
            }
            var alert = Assert.Single(Judged(mixed).Watch.Told, t => !t.IsRefuted);
            Assert.Equal((AlertKind.RopeCut, 130.0), (alert.Kind, Minute(alert.From)));
        }
    }

    [Fact]
    public void Good_evidence_that_comes_late_splits_an_alert_by_citing_it()
    {
        var opened = new SealState(Locked: false);
        var shut = new SealState(Locked: true);
        var (_, findings) = Judged(
        [
            Fix(0, 50, seal: opened), Fix(120, 52, seal: opened, kmh: 0), Fix(60, 51, seal: shut, late: true, kmh: 0),
        ]);
        var raised = findings.Raised().Where(r => r.Kind == AlertKind.Unlocked).ToList();
        Assert.Equal([0.0, 120.0], raised.Select(r => Minute(r.From)));
        Assert.Equal(2, raised.Select(r => r.AlertId).Distinct().Count());
    }

    [Fact]
    public void The_part_cut_off_names_the_alert_it_was_counted_to()
    {
        var opened = new SealState(Locked: false);
        // Raised at 120, widened to 0 by a late record, then cut in two by a later one.
        var (_, findings) = Judged(
        [
            Fix(120, 52, seal: opened, kmh: 0), Fix(0, 50, seal: opened, late: true),
            Fix(60, 51, seal: new(Locked: true), late: true, kmh: 0),
        ]);
        var first = findings.Raised().First(r => r.Kind == AlertKind.Unlocked);
        var narrowed = findings.OfType<Finding.Narrow>().Single();
        Assert.Equal((first.AlertId, 120.0), (narrowed.AlertId, Minute(narrowed.From)));
        var cutOff = findings.Raised().Last(r => r.Kind == AlertKind.Unlocked);
        Assert.Equal((first.AlertId, 0.0, true), (cutOff.CutFrom, Minute(cutOff.From), cutOff.Late));
        Assert.NotEqual(first.AlertId, cutOff.AlertId);
    }

    [Fact]
    public void A_deviation_that_comes_late_is_raised_late()
    {
        var kept = Enumerable.Range(30, 30)
            .Select(i => Fix(i * 2, 10 + i * 1.6, 6_000, late: true, receivedAtMinute: 150));
        var raised = Assert.Single(Judged([Fix(0, 10), Fix(150, 130), .. kept]).Findings.Raised());
        Assert.Equal((AlertKind.OffCorridor, 60.0, true), (raised.Kind, Minute(raised.From), raised.Late));
    }

    [Fact]
    public void A_stop_that_late_records_show_to_be_none_is_refuted_and_not_deleted()
    {
        // Two records two hours apart at one place; what comes late shows a drive away and back.
        var drive = Enumerable.Range(1, 11).Select(i => Fix(i * 10, 60 + 5 * Math.Min(i, 12 - i), late: true));
        var (watch, findings) = Judged([Fix(0, 60, kmh: 0), Fix(120, 60, kmh: 0), .. drive]);
        var raised = findings.Raised().First(r => r.Kind == AlertKind.UnplannedStop);
        var refuted = Assert.Single(findings.OfType<Finding.Refute>());
        Assert.Equal((raised.AlertId, null), (refuted.AlertId, refuted.JoinedTo));
        Assert.True(Assert.Single(watch.Told, t => t.Kind == AlertKind.UnplannedStop).IsRefuted);
    }

    [Fact]
    public void Two_alerts_that_late_records_show_to_be_one_are_joined()
    {
        var open = new SealState(Locked: false);
        var watch = new UnitWatch(Followed());
        var (all, said) = (new List<JudgedRecord>(), new List<Finding>());
        // The record that showed the lock shut turns out not to be the unit's.
        foreach (var fix in (JournaledFix[])[Fix(0, 50, seal: open), Fix(1, 50, seal: new(Locked: true)),
            Fix(2, 50, seal: open)])
        {
            all.Add(JudgedRecord.Of(fix));
            watch.Take(all[^1], Around, said);
        }
        watch.Take(Followed() with { RouteId = "another" });
        all.RemoveAt(1);
        watch.FoldWaiting(all, Around, said);
        var refuted = Assert.Single(said.OfType<Finding.Refute>());
        Assert.Equal(said.Raised().First().AlertId, refuted.JoinedTo);
    }

    [Fact]
    public void An_alert_refuted_and_shown_again_has_a_name_of_its_own()
    {
        var drive = Enumerable.Range(1, 11).Select(i => Fix(i * 10, 60 + 5 * Math.Min(i, 12 - i))).ToList();
        var (watch, said, all) = (new UnitWatch(Followed()), new List<Finding>(), new List<JudgedRecord>());
        foreach (var fix in (JournaledFix[])[Fix(0, 60, kmh: 0), Fix(120, 60, kmh: 0), .. drive])
        {
            all.Add(JudgedRecord.Of(fix));
            watch.Take(all[^1], Around, said);
        }
        // The records of the drive turn out not to be the unit's.
        watch.Take(Followed() with { RouteId = "another" });
        watch.FoldWaiting(all[..2], Around, said);
        var stops = said.Raised().Where(r => r.Kind == AlertKind.UnplannedStop).ToList();
        Assert.Equal(2, stops.Select(r => r.AlertId).Distinct().Count());
        Assert.Single(stops.Select(r => r.From).Distinct());
    }

    [Fact]
    public void What_half_of_a_flush_seems_to_show_is_not_told_before_the_rest_has_come()
    {
        var (watch, said, all) = (new UnitWatch(Followed()), new List<Finding>(), new List<JudgedRecord>());
        var drive = Enumerable.Range(1, 11).Select(i => Fix(
            i * 10, 60 + 5 * Math.Min(i, 12 - i), late: true, receivedAtMinute: 130 + i * 0.01));
        foreach (var fix in (JournaledFix[])
            [Fix(0, 60, kmh: 0), Fix(120, 60, kmh: 0, late: true, receivedAtMinute: 130), .. drive])
        {
            all.Add(JudgedRecord.Of(fix));
            watch.Take(all[^1], Around, said);
        }
        Assert.Empty(said);
        Assert.False(watch.IsDue(Start.AddMinutes(131)));
        Assert.True(watch.IsDue(Start.AddMinutes(133)));
        watch.FoldWaiting(all, Around, said);
        Assert.DoesNotContain(said.Raised(), r => r.Kind == AlertKind.UnplannedStop);
    }

    [Fact]
    public void Tampering_in_a_record_too_late_for_the_window_is_told_at_once_and_once()
    {
        var (watch, said, all) = (new UnitWatch(Followed()), new List<Finding>(), new List<JudgedRecord>());
        void Take(JournaledFix fix)
        {
            all.Add(JudgedRecord.Of(fix));
            watch.Take(all[^1], Around, said);
        }
        for (var m = 0; m < 60; m++) Take(Fix(m, 10 + m * 0.5));
        for (var m = 120; m < 300; m++) Take(Fix(m, 10 + m * 0.5));
        Take(Fix(90, 55, seal: Cut, events: [DeviceEvent.RopeCut], late: true));
        Assert.NotNull(watch.Waiting);
        var raised = Assert.Single(said.Raised());
        Assert.Equal((AlertKind.RopeCut, 90.0, true), (raised.Kind, Minute(raised.From), raised.Late));
        for (var m = 91; m < 120; m++) Take(Fix(m, 10 + m * 0.5, seal: Cut, late: true));
        watch.FoldWaiting(all, Around, said);
        Assert.Equal(raised.AlertId, Assert.Single(said.Raised()).AlertId);
        var told = Assert.Single(watch.Told);
        Assert.Equal((90.0, 119.0, false), (Minute(told.From), Minute(told.Until), told.IsRefuted));
    }

    /// <summary>
    /// A trip with everything in it: a deviation, a stop, a rope cut that stays, a lock opened and shut, a jump, and a
    /// second device beside.
    /// </summary>
    static List<JournaledFix> Eventful()
    {
        var fixes = new List<JournaledFix>();
        for (var m = 0; m < 420; m += 2)
        {
            var km = 10 + (m < 150 ? m : m < 280 ? 150 : m - 130) * 0.5;
            var seal = m is >= 60 and < 70 ? new SealState(Locked: false) : m >= 330 ? Cut : Shut;
            var east = m is >= 90 and < 120 ? 5_000 : m == 200 ? 300_000 : 0;
            fixes.Add(Fix(m, km, east, kmh: m is >= 150 and < 280 ? 0 : 50, seal: seal,
                events: m == 330 ? [DeviceEvent.RopeCut] : []));
            fixes.Add(Fix(m + 0.7, km, m is >= 90 and < 120 ? 5_000 : 0, seal: default(SealState), device: Tracker,
                kmh: m is >= 150 and < 280 ? 0 : 50));
        }
        return fixes;
    }

    static string AlertsOf(IEnumerable<JournaledFix> fixes)
    {
        var (watch, findings) = Judged(fixes);
        // What the findings leave on the board is what the watch believes it told.
        Assert.Equal(
            findings.Raised().Select(r => r.AlertId).Distinct().Count(), findings.Raised().Count());
        return string.Join(' ', watch.Told.Where(t => !t.IsRefuted).OrderBy(t => t.From).ThenBy(t => t.Kind)
            .Select(t => $"{t.Kind}:{Minute(t.From):0.#}-{(t.ClosedAt is null ? "" : $"{Minute(t.Until):0.#}")}"));
    }

    [Fact]
    public void A_clean_stream_of_an_eventful_trip_raises_each_cause_once() => Assert.Equal(
        "Unlocked:60-68 OffCorridor:90-118.7 UnplannedStop:150-278.7 ImplausibleJump:200-200 RopeCut:330-",
        AlertsOf(Eventful()));

    [Fact]
    public void Duplicated_reordered_replayed_delayed_and_coalesced_streams_give_the_alerts_of_the_clean_one()
    {
        var clean = AlertsOf(Eventful());
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var random = new Random(seed);
            return AlertsOf(Disturbed(Eventful(), random)) == clean;
        }).QuickCheckThrowOnFailure();
    }

    static List<JournaledFix> Disturbed(List<JournaledFix> clean, Random random)
    {
        var delayed = new List<(double Arrives, JournaledFix Fix)>();
        var gap = random.Next(0, 400);
        foreach (var fix in clean)
        {
            var minute = Minute(fix.JudgedAt);
            // Delayed a little, held back in a gap and flushed in any order, or replayed much later.
            var arrives = minute + (random.Next(3) == 0 ? random.NextDouble() * 5 : 0);
            if (minute >= gap && minute < gap + 120) arrives = gap + 120 + random.NextDouble();
            if (random.Next(12) == 0) arrives += random.NextDouble() * 300;
            delayed.Add((arrives, fix));
            if (random.Next(6) == 0) delayed.Add((arrives + random.NextDouble() * 200, fix));
        }
        if (random.Next(4) == 0) random.Shuffle(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(delayed));
        else delayed.Sort((a, b) => a.Arrives.CompareTo(b.Arrives));
        return [.. delayed.Select(d => d.Fix with { ReceivedAt = Start.AddMinutes(d.Arrives), Late = true })];
    }

    [Fact]
    public void State_written_and_read_judges_on_the_same()
    {
        var all = Disturbed(Eventful(), new Random(7)).Select(JudgedRecord.Of).ToList();
        var (watch, said) = (new UnitWatch(Followed()), new List<Finding>());
        for (var i = 0; i < all.Count; i++)
        {
            watch = WatchForm.Read(Followed(), WatchForm.Write(watch))!;
            watch.Take(all[i], Around, said);
            if (i % 100 == 99) watch.FoldWaiting(all[..(i + 1)], Around, said);
        }
        watch.FoldWaiting(all, Around, said);
        Assert.Equal(
            AlertsOf(Eventful()).Split(' ').Select(t => t[..t.IndexOf('-', StringComparison.Ordinal)]),
            watch.Told.Where(t => !t.IsRefuted).OrderBy(t => t.From).ThenBy(t => t.Kind)
                .Select(t => $"{t.Kind}:{Minute(t.From):0.#}"));
    }

    [Fact]
    public void State_of_another_format_is_not_read_and_damage_is_said()
    {
        Assert.Null(WatchForm.Read(Followed(), """{"Format":1}"""u8.ToArray()));
        Assert.Throws<InvalidDataException>(() => WatchForm.Read(Followed(), "{"u8.ToArray()));
        Assert.Throws<InvalidDataException>(() => WatchForm.Read(Followed(), "[]"u8.ToArray()));
    }

    [Fact]
    public void A_week_of_records_keeps_the_state_small()
    {
        var open = Enumerable.Range(0, 5_000).Select(i => Fix(
            i * 2, i % 300, kmh: i % 7 == 0 ? 0 : 50, seal: i % 50 == 0 ? Cut : Shut));
        Assert.InRange(WatchForm.Write(Judged(open).Watch).Length, 100, 150_000);
    }

    [Fact]
    public void A_flushed_day_is_folded_again_a_few_times_and_not_once_a_record()
    {
        const int Records = 2_880;
        var (watch, said, all) = (new UnitWatch(Followed()), new List<Finding>(), new List<JudgedRecord>());
        var (folds, folded) = (0, 0L);
        void Take(JournaledFix fix)
        {
            all.Add(JudgedRecord.Of(fix));
            watch.Take(all[^1], Around, said);
            if (!watch.IsDue(Start.AddDays(1).AddSeconds(1))) return;
            folds++;
            watch.FoldWaiting(all, Around, said);
            folded += watch.Head.Count;
        }
        Take(Fix(0, 10, receivedAtMinute: 0));
        for (var i = 0; i < 70; i++) Take(Fix(1_440 + i, 150, receivedAtMinute: 1_440));
        // Newest first, the worst order there is.
        for (var i = Records; i > 0; i--) Take(Fix(i * 0.5, 10 + i * 0.04, late: true, receivedAtMinute: 1_440));
        Assert.InRange(folds, 1, 16);
        Assert.InRange(folded, 1, 4 * Records);
    }
}
