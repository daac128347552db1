using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Telemetry.Commanding;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Raising;

public sealed class OpeningRunTests
{
    static readonly SealState Open = new(Locked: false, RopePresent: false, CoverClosed: true);
    static readonly Mrn Mrn = Unit.Mrn;

    /// <summary>In the zone of the office that records, opened from minute 20 to 30.</summary>
    static IEnumerable<JournaledFix> Opened() =>
        Enumerable.Range(0, 30).Select(i => Fix(i * 2, 1, kmh: 0, seal: i is >= 10 and < 15 ? Open : Shut));

    static async Task<JudgingRun> JudgedAsync(JudgingFixture fixture, JudgingRun? run = null)
    {
        if (run is null) await (run = fixture.NewRun()).ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        return run;
    }

    static Task<IReadOnlyList<OpeningRow>> OpeningsAsync(JudgingFixture fixture) =>
        OpeningBoard.OfMovementAsync(fixture.Desk, Mrn, default);

    [Fact]
    public async Task An_examination_recorded_before_the_opening_leaves_an_opening_and_no_alert()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        fixture.At(Start.AddMinutes(15));
        await fixture.RecordAsync(new UnitExamined(Mrn, 1, "40", "A1", null));
        await fixture.AppendAsync(Opened());
        await JudgedAsync(fixture);
        Assert.Empty(await fixture.AlertsAsync());
        var opening = Assert.Single(await OpeningsAsync(fixture));
        Assert.Equal(("unit-examined", OfficeId.Parse("pk:KARACHI"), new OfficerId("o-1"), Start.AddMinutes(15)),
            (opening.Act.Act, opening.Act.Office, opening.Act.Officer, opening.Act.At));
        Assert.Equal((Start.AddMinutes(20), "authorised"), (opening.From, opening.State));
    }

    [Fact]
    public async Task A_scan_opens_nothing()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        fixture.At(Start.AddMinutes(15));
        await fixture.RecordAsync(new UnitExamined(Mrn, 1, "30", "A1", null));
        await fixture.AppendAsync(Opened());
        await JudgedAsync(fixture);
        Assert.Equal("unlocked", Assert.Single(await fixture.AlertsAsync()).Kind);
        Assert.Empty(await OpeningsAsync(fixture));
    }

    [Fact]
    public async Task An_examination_recorded_after_the_alarm_refutes_it_though_no_device_speaks_again()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Opened());
        var run = await JudgedAsync(fixture);
        Assert.Equal("raised", Assert.Single(await fixture.AlertsAsync()).State);

        fixture.At(Start.AddMinutes(61));
        await fixture.RecordAsync(new UnitExamined(Mrn, 1, "40", "A1", null));
        await run.JudgeAsync(fixture.Clock.Now, null, default);
        await run.TickAsync(Start.AddDays(-1), lookForUnheard: true, default);
        await JudgedAsync(fixture, run);

        var alert = Assert.Single(await fixture.AlertsAsync());
        Assert.Equal(("refuted", "unit-examined"), (alert.State, alert.Explained?.Act));
        Assert.Single(await OpeningsAsync(fixture));
        Assert.Empty(await fixture.AlertsAsync(open: true));
    }

    [Fact]
    public async Task An_act_recorded_while_the_node_was_down_is_taken_into_account_when_it_starts()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Opened());
        await JudgedAsync(fixture);
        fixture.At(Start.AddMinutes(61));
        await fixture.RecordAsync(new UnitExamined(Mrn, 1, "40", "A1", null));
        await JudgedAsync(fixture);
        Assert.Equal("refuted", Assert.Single(await fixture.AlertsAsync()).State);
    }

    [Fact]
    public async Task A_corrected_examination_allows_nothing_any_more()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        fixture.At(Start.AddMinutes(15));
        await fixture.RecordAsync(new UnitExamined(Mrn, 1, "40", "A1", null));
        await fixture.AppendAsync(Opened());
        var run = await JudgedAsync(fixture);
        var act = Assert.Single(await OpeningsAsync(fixture)).Act;
        fixture.At(Start.AddMinutes(62));
        await fixture.RecordAsync(new ObservationCorrected(Mrn, 1, act.EventId, "another unit"));
        await fixture.AppendAsync(Fix(64, 1, kmh: 0));
        await JudgedAsync(fixture, run);
        Assert.Equal("unlocked", Assert.Single(await fixture.AlertsAsync()).Kind);
        Assert.Equal("not-authorised", Assert.Single(await OpeningsAsync(fixture)).State);
    }

    [Fact]
    public async Task An_unlocking_counts_from_when_it_went_out_and_for_its_device_alone()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        fixture.At(Start.AddMinutes(10));
        await fixture.RecordAsync(
            new CommandAuthorised(
                Mrn, 1, "c-1", SealDevice, CommandKind.Unlock, null, "scan", Start.AddMinutes(30)),
            new UnlockApproved(Mrn, 1, "c-1", SealDevice, Tracker, Start.AddMinutes(9), 140));
        await fixture.AppendAsync(Opened());
        var run = await JudgedAsync(fixture);
        Assert.Single(await fixture.AlertsAsync(), a => a.State == "raised");

        fixture.At(Start.AddMinutes(19));
        await fixture.RecordAsync(new CommandSent(Mrn, 1, "c-1", SealDevice));
        await fixture.AppendAsync(Fix(64, 1, kmh: 0));
        await JudgedAsync(fixture, run);
        Assert.Single(await fixture.AlertsAsync(), a => a.State == "refuted");
        Assert.Equal("unlock-approved", Assert.Single(await OpeningsAsync(fixture)).Act.Act);
    }

    [Fact]
    public async Task Judged_anew_from_the_start_no_opening_is_recorded_twice()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        fixture.At(Start.AddMinutes(15));
        await fixture.RecordAsync(new UnitExamined(Mrn, 1, "40", "A1", null));
        await fixture.AppendAsync(Opened());
        await JudgedAsync(fixture);
        await fixture.Record.WriteAsync(async t => await t.ExecuteAsync("delete from judging_watermark", null, default)
            + await t.ExecuteAsync("delete from judging_state", null, default), default);
        await JudgedAsync(fixture);
        Assert.Equal(1, (await fixture.Desk.QueryAsync<long>(
            "select count(*) from event where type = 'opening-authorised'", null, default))[0]);
    }
}
