using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Raising;

public sealed class CoverageRunTests
{
    static async Task<CoverageRow?> LookAsync(JudgingFixture fixture, JudgingRun run, double minute)
    {
        fixture.At(Start.AddMinutes(minute));
        await run.JudgeAsync(fixture.Clock.Now, null, default);
        await run.TickAsync(Start.AddDays(-1), lookForUnheard: true, default);
        await run.CommitAsync(default);
        return (await CoverageTable.ReadAsync(fixture.Desk, [Unit.Mrn], default)).GetValueOrDefault(Unit);
    }

    static async Task<JudgingRun> RunAsync(JudgingFixture fixture)
    {
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        return run;
    }

    [Fact]
    public async Task One_silent_device_of_two_is_never_plain_ok_though_the_alert_is_closed_and_the_node_restarts()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        fixture.At(Start.AddMinutes(1));
        await fixture.RecordAsync(new DeviceFitted(Unit.Mrn, 1, Tracker, DeviceRole.PrimeMover));
        await fixture.AppendAsync(Fix(2, 10), Fix(3, 10, device: Tracker));
        var run = await RunAsync(fixture);
        Assert.True((await LookAsync(fixture, run, 5))!.IsFull);

        await fixture.AppendAsync(Fix(60, 50));
        var reduced = (await LookAsync(fixture, run, 64))!;
        Assert.Equal(
            ("reduced", Tracker.ToString(), Start.AddMinutes(3)),
            (reduced.State, Assert.Single(reduced.Silent), reduced.Since));

        // Whether an alert tells of it or not, and whatever it came to.
        var officer = new OfficerId("o-1");
        foreach (var alert in await fixture.AlertsAsync())
        {
            await fixture.RecordAsync(AlertState.Subject(alert.Id), new AlertAcknowledged(alert.Id, officer));
            await fixture.RecordAsync(
                AlertState.Subject(alert.Id), new AlertResolved(alert.Id, officer, AlertFinding.DeviceFault, "dead"));
        }
        run = await RunAsync(fixture);
        Assert.Equal("reduced", (await LookAsync(fixture, run, 65))!.State);

        await fixture.AppendAsync(Fix(70, 52, device: Tracker));
        Assert.True((await LookAsync(fixture, run, 71))!.IsFull);
    }

    [Fact]
    public async Task After_the_exit_nobody_listens_and_nothing_is_said()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Fix(2, 10));
        var run = await RunAsync(fixture);
        Assert.True((await LookAsync(fixture, run, 5))!.IsFull);
        await fixture.RecordAsync(new UnitExited(
            Unit.Mrn, 1, OfficeId.Parse("pk:TORKHAM"), null, SealCondition.Intact));
        Assert.Null(await LookAsync(fixture, run, 90));
        Assert.Empty(await fixture.AlertsAsync());
    }
}
