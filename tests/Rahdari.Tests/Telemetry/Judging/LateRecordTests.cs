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
        var orders = 0;
        for (var round = 0; round < 150; round++)
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
            var (state, findings) = Judged(mixed);
            var raised = Assert.Single(findings.Raised());
            Assert.Equal(AlertKind.RopeCut, raised.Kind);
            var alert = Assert.Single(state.Tracks[$"RopeCut/{SealDevice}"].Alerts);
            Assert.Equal(130, Minute(alert.From));
            orders++;
        }
        Assert.Equal(150, orders);
    }

    [Fact]
    public void Wholly_shuffled_it_is_still_one()
    {
        var (before, kept, after) = Trip();
        var random = new Random(3);
        for (var round = 0; round < 100; round++)
        {
            JournaledFix[] all = [.. before, .. kept, .. after];
            random.Shuffle(all);
            var (state, findings) = Judged(all);
            // What shuffling can add is cut up again only by citing: causes left at the end are one.
            var episodes = state.Tracks[$"RopeCut/{SealDevice}"].Episodes(null).ToList();
            Assert.Single(episodes);
            Assert.Single(findings.Raised());
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
    public void State_written_and_read_judges_on_the_same()
    {
        var (before, kept, after) = Trip();
        JournaledFix[] all = [.. before, .. after, .. kept];
        var (whole, findings) = Judged(all);
        var (state, found) = (JudgeState.Empty, new List<Finding>());
        foreach (var fix in all)
        {
            (state, var more) = Judged([fix], from: JudgeState.Read(state.Write()));
            found.AddRange(more);
        }
        Assert.Equal(findings.Select(f => (f.GetType(), f.AlertId)), found.Select(f => (f.GetType(), f.AlertId)));
        Assert.Equal(whole.Write(), state.Write());
    }

    [Fact]
    public void State_of_another_format_is_refused()
    {
        Assert.Throws<InvalidDataException>(() => JudgeState.Read("""{"Format":2}"""u8.ToArray()));
        Assert.Throws<InvalidDataException>(() => JudgeState.Read("{"u8.ToArray()));
        Assert.Throws<InvalidDataException>(() => JudgeState.Read("[]"u8.ToArray()));
    }

    [Fact]
    public void A_week_of_records_keeps_the_state_small()
    {
        var open = Enumerable.Range(0, 5_000).Select(i => Fix(i * 2, i % 300, kmh: i % 7 == 0 ? 0 : 50, seal: Shut));
        Assert.InRange(Judged(open).State.Write().Length, 100, 20_000);
    }
}
