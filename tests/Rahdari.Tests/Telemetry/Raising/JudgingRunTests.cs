using Rahdari.Devices;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Raising;
using Rahdari.Transparency;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Raising;

public sealed class JudgingRunTests
{
    /// <summary>
    /// A trip with a deviation, a gap with the rope cut in it, and a long stop; what was kept comes late, in the order
    /// of the manual: newest first, then the oldest on.
    /// </summary>
    static List<JournaledFix> Trip()
    {
        var fixes = new List<JournaledFix>();
        for (var m = 0; m < 100; m += 2) fixes.Add(Fix(m, 10 + m * 0.8, m is >= 30 and < 60 ? 5_000 : 0));
        var cut = new SealState(Locked: true, RopePresent: false, CoverClosed: true);
        var kept = Enumerable.Range(50, 40).Select(i => i * 2).Select(m => Fix(
            m, 10 + m * 0.8, seal: m < 140 ? Shut : cut, events: m == 140 ? [DeviceEvent.RopeCut] : [],
            receivedAtMinute: 182, late: true));
        fixes.Add(Fix(180, 154, seal: cut));
        fixes.AddRange(kept);
        for (var m = 190; m < 320; m += 10) fixes.Add(Fix(m, 155, kmh: 0, seal: cut));
        return fixes;
    }

    [Fact]
    public async Task What_is_judged_is_on_the_board_with_its_position_and_watermark()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Trip());
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);

        var alerts = (await fixture.AlertsAsync()).OrderBy(a => a.From).ToList();
        Assert.Equal(["off-corridor", "rope-cut", "unplanned-stop"], alerts.Select(a => a.Kind));
        Assert.Equal([30, 140, 190], alerts.Select(a => (int)Minute(a.From)));
        // The live record after the gap raised it; the one that dates it came late.
        Assert.Equal([false, true, false], alerts.Select(a => a.Late));
        Assert.All(alerts, a => Assert.Equal(("raised", Unit, "pk"), (a.State, a.Unit, a.Administration)));
        var last = Assert.Single(await new UnitFixes(fixture.Record).NewestAsync([Unit], default));
        Assert.Equal((SealDevice, Start.AddMinutes(310)), (last.Device, last.FixedAt));
        Assert.All(fixture.Progress.Lanes, l => Assert.Equal((l.Head, null), (l.Judged, l.OldestUnjudged)));
    }

    [Fact]
    public async Task A_unit_is_followed_by_each_way_it_was_heard_whichever_spoke_last()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync([Fix(10, 8), Fix(20, 16)]);
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        Assert.Equal((true, false, Start.AddMinutes(20)), await WaysAsync());

        await fixture.AppendAsync([Fix(15, 12, receivedAtMinute: 30, late: true, relay: "sample-locks")]);
        await fixture.JudgeAllAsync(run);
        Assert.Equal((true, true, Start.AddMinutes(20)), await WaysAsync());

        async Task<(bool, bool, DateTimeOffset)> WaysAsync()
        {
            var last = Assert.Single(await new UnitFixes(fixture.Record).NewestAsync([Unit], default));
            return (last.IsDirect, last.IsRelayed, last.FixedAt);
        }
    }

    [Fact]
    public async Task After_a_restart_at_any_point_the_alerts_are_the_same_and_none_is_there_twice()
    {
        var expected = await EventsOfAsync(rounds: 1, crashes: 0, seed: 0);
        for (var seed = 1; seed <= 4; seed++)
            Assert.Equal(expected, await EventsOfAsync(rounds: 12, crashes: 6, seed));
    }

    /// <summary>The alerts after a trip that arrives in parts, with the process dying in between.</summary>
    static async Task<string> EventsOfAsync(int rounds, int crashes, int seed)
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        var random = new Random(seed);
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        foreach (var part in Trip().Chunk(Trip().Count / rounds + 1))
        {
            await fixture.AppendAsync(part);
            await run.JudgeAsync(fixture.Clock.Now, null, default);
            if (crashes > 0 && random.Next(2) == 0)
            {
                // Judged and not committed: the process dies and another one starts.
                run = fixture.NewRun();
                await run.ResumeAsync(default);
                crashes--;
            }
            else await run.CommitAsync(default);
        }
        await fixture.JudgeAllAsync(run);
        await run.CommitAsync(default);
        var raised = await fixture.Desk.QueryAsync<long>(
            "select count(*) from event where type = 'alert-raised'", null, default);
        var alerts = await fixture.AlertsAsync();
        Assert.Equal(alerts.Count, raised[0]);
        // How long an open cause is known to last depends on what was read together; when it began does not.
        return string.Join(' ', alerts.OrderBy(a => a.From).Select(a => $"{a.Kind}:{Minute(a.From)}"));
    }

    [Fact]
    public async Task Judged_anew_from_the_start_nothing_is_raised_twice()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Trip());
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        var before = (await fixture.AlertsAsync()).Select(a => a.Id).Order().ToList();

        await fixture.Record.WriteAsync(async t => await t.ExecuteAsync("delete from judging_watermark", null, default)
            + await t.ExecuteAsync("delete from judging_state", null, default), default);
        run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);

        Assert.Equal(before, (await fixture.AlertsAsync()).Select(a => a.Id).Order());
    }

    [Fact]
    public async Task Two_processes_never_record_the_same_finding()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Trip());
        var (one, other) = (fixture.NewRun(), fixture.NewRun());
        await one.ResumeAsync(default);
        await other.ResumeAsync(default);
        await one.JudgeAsync(fixture.Clock.Now, null, default);
        await other.JudgeAsync(fixture.Clock.Now, null, default);
        await one.CommitAsync(default);
        await Assert.ThrowsAsync<OvertakenException>(() => other.CommitAsync(default));
        await other.ResumeAsync(default);
        await fixture.JudgeAllAsync(other);
        Assert.Equal(3, (await fixture.AlertsAsync()).Count);
    }

    [Fact]
    public async Task A_backlog_in_the_late_lane_does_not_hold_up_a_live_alarm()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Enumerable.Range(0, 3_000).Select(
            i => Fix(i * 0.01, 50, late: true, receivedAtMinute: 200)));
        await fixture.AppendAsync(Fix(200, 150, events: [DeviceEvent.RopeCut]));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await run.JudgeAsync(fixture.Clock.Now, null, default);
        await run.CommitAsync(default);
        Assert.Equal("rope-cut", Assert.Single(await fixture.AlertsAsync()).Kind);
        Assert.True(run.IsBehind("pk/late"));
        Assert.NotNull(fixture.Progress.OldestUnjudged);
        await fixture.JudgeAllAsync(run);
        Assert.Null(fixture.Progress.OldestUnjudged);
    }

    [Fact]
    public async Task Silence_waits_for_the_slower_lane_and_for_what_is_on_its_way()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Fix(0, 10));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        async Task<int> LookAsync(double now, double? onItsWay)
        {
            await run.JudgeAsync(Start.AddMinutes(now), onItsWay is { } m ? Start.AddMinutes(m) : null, default);
            await run.TickAsync(Start.AddDays(-1), lookForUnheard: true, default);
            await run.CommitAsync(default);
            return (await fixture.AlertsAsync()).Count;
        }
        // A record received at minute 50 is still on its way to the journal.
        Assert.Equal(0, await LookAsync(90, 50));
        Assert.Equal(0, await LookAsync(60, null));
        // On a drawn route it is not known where devices are heard: four times the limit.
        Assert.Equal(0, await LookAsync(240, null));
        Assert.Equal(1, await LookAsync(250, null));
        Assert.Equal(1, await LookAsync(300, null));
    }

    [Fact]
    public async Task A_unit_of_which_nothing_was_ever_heard_is_found()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await run.JudgeAsync(Start.AddMinutes(63), null, default);
        await run.TickAsync(Start.AddDays(-1), lookForUnheard: true, default);
        await run.CommitAsync(default);
        Assert.Equal(("silence", Start), Assert.Single((await fixture.AlertsAsync()).Select(a => (a.Kind, a.From))));
    }

    [Fact]
    public async Task Before_an_alarm_is_raised_it_is_asked_whether_the_unit_has_crossed()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Fix(0, 10));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        fixture.At(Start.AddMinutes(30));
        await fixture.RecordAsync(new Rahdari.Movements.UnitExited(
            Unit.Mrn, 1, Rahdari.Parties.OfficeId.Parse("pk:TORKHAM"), null, Rahdari.Movements.SealCondition.Intact));
        await run.JudgeAsync(Start.AddHours(9), null, default);
        await run.TickAsync(Start.AddDays(-1), lookForUnheard: true, default);
        Assert.False(run.HasFindings);
    }

    [Fact]
    public async Task A_record_of_no_unit_or_that_cannot_be_read_is_passed_over()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.Journal.AppendAsync(
            [new JournalEntry("pk/live", "jt600:1", 1, null, new byte[32], [], [99, 99])], default);
        await fixture.AppendAsync(Fix(1, 10) with { Unit = null }, Fix(2, 10, events: [DeviceEvent.RopeCut]));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        Assert.Single(await fixture.AlertsAsync());
        Assert.Equal(3, run.JudgedIn("pk/live"));
    }

    [Fact]
    public async Task Before_the_gate_nothing_is_judged_and_no_position_shown()
    {
        await using var fixture = await JudgingFixture.OpenAsync(gatedOut: false);
        await fixture.AppendAsync(Trip());
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        Assert.Empty(await fixture.AlertsAsync());
        Assert.Empty(await new UnitFixes(fixture.Record).NewestAsync([Unit], default));
    }

    [Fact]
    public async Task Old_states_are_forgotten_with_the_age_of_records()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Fix(1, 10));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        await run.ForgetOldAsync(Start.AddDays(59), default);
        Assert.Equal(1, await StatesAsync(fixture.Record));
        await run.ForgetOldAsync(Start.AddDays(61), default);
        Assert.Equal(0, await StatesAsync(fixture.Record));
    }

    static async Task<long> StatesAsync(IRecordStore store) => (await store.ReadAsync(
        r => r.QueryAsync<long>("select count(*) from judging_state", null, default), default))[0];

    [Fact]
    public async Task Quiet_records_move_the_watermark_and_record_no_event()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        var before = await CountAsync(fixture.Desk);
        await fixture.AppendAsync(Fix(1, 10), Fix(3, 12));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        Assert.Equal(before, await CountAsync(fixture.Desk));
        var resumed = fixture.NewRun();
        await resumed.ResumeAsync(default);
        Assert.Equal(2, resumed.JudgedIn("pk/live"));
    }

    static async Task<long> CountAsync(IDesk desk) =>
        (await desk.QueryAsync<long>("select count(*) from event", null, default))[0];
}
