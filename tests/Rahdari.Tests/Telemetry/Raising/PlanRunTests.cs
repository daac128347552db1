using Rahdari.Crossings;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Telemetry.Raising;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Raising;

/// <summary>What the clock tells of units. With RAHDARI_TEST_STORE=postgresql on PostgreSQL.</summary>
public sealed class PlanRunTests
{
    static readonly OfficeId Exit = OfficeId.Parse("pk:TORKHAM");
    static readonly DateTimeOffset Limit = Start.AddDays(14);

    [Fact]
    public async Task A_movement_s_own_limit_is_judged_with_the_closures_of_its_crossing()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Fix(10, 20), Fix(11, 21));
        var run = await ResumedAsync(fixture);
        await fixture.JudgeAllAsync(run);
        Assert.Null(await LimitAlertAsync(fixture, run, Limit.AddMinutes(-1)));
        var alert = await LimitAlertAsync(fixture, run, Limit.AddMinutes(1));
        Assert.Equal((Limit, "raised", "warning"), (alert!.From, alert.State, alert.Severity));
        Assert.Equal(("21", "14"), (alert.SentenceArgs["along"].ToString(), alert.SentenceArgs["days"].ToString()));
        Assert.Equal(alert.Id, (await LimitAlertAsync(fixture, run, Limit.AddMinutes(2)))!.Id);

        // The other side said it late: the crossing was shut for a day.
        await fixture.RecordAsync("crossing:TORKHAM", new CrossingClosed(
            "n-1", "TORKHAM", Exit, Start.AddDays(3), Start.AddDays(4), "slide"));
        Assert.Equal("refuted", (await LimitAlertAsync(fixture, run, Limit.AddMinutes(12)))!.State);
        var later = await LimitAlertAsync(fixture, await ResumedAsync(fixture), Limit.AddDays(2));
        Assert.Equal((Limit.AddDays(1), "raised"), (later!.From, later.State));

        fixture.At(Limit.AddDays(3));
        await fixture.RecordAsync(new UnitExited(Unit.Mrn, 1, Exit, null, SealCondition.Intact));
        Assert.Equal(Limit.AddDays(3), (await LimitAlertAsync(fixture, run, Limit.AddDays(4)))!.Until);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_unit_that_never_told_anything_is_told_of_by_the_clock(bool hasDevice)
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        if (!hasDevice)
        {
            fixture.At(Start.AddSeconds(1));
            await fixture.RecordAsync(new DeviceDetached(Unit.Mrn, 1, SealDevice, DeviceRole.Container));
        }
        var run = await ResumedAsync(fixture);
        await LimitAlertAsync(fixture, run, Start.AddMinutes(63));
        Assert.Equal(hasDevice ? ["silence"] : [], (await fixture.AlertsAsync()).Select(a => a.Kind));

        var alert = await LimitAlertAsync(fixture, run, Limit.AddHours(5));
        Assert.Equal(
            (Limit, "alert.past-time-limit.unplaced", null), (alert!.From, alert.SentenceKey, alert.Device));
        Assert.Equal(alert.Id, (await LimitAlertAsync(fixture, await ResumedAsync(fixture), Limit.AddHours(6)))!.Id);
    }

    [Fact]
    public async Task Units_of_which_there_is_nothing_to_tell_starve_none()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await CopyUnitAsync(fixture, 3 * TimeLimits.Most);
        var run = await ResumedAsync(fixture);
        await LimitAlertAsync(fixture, run, Start.AddMinutes(63));
        Assert.Equal("silence", Assert.Single(await fixture.AlertsAsync()).Kind);
        var looks = 1;
        while (await LimitAlertAsync(fixture, run, Limit.AddMinutes(looks)) is null) Assert.True(++looks < 9);
        Assert.Equal(4, looks);
    }

    static async Task<JudgingRun> ResumedAsync(JudgingFixture fixture)
    {
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        return run;
    }

    /// <summary>Lets time pass; the newest alert of the kind.</summary>
    static async Task<AlertRow?> LimitAlertAsync(JudgingFixture fixture, JudgingRun run, DateTimeOffset now)
    {
        fixture.At(now);
        await run.JudgeAsync(now, null, default);
        await run.TickAsync(Start.AddDays(-1), lookForUnheard: true, default);
        await run.CommitAsync(default);
        return (await fixture.AlertsAsync()).Where(a => a.Kind == "past-time-limit").MaxBy(a => a.From);
    }

    /// <summary>Units that left a moment before, bear no device and are of a movement not known here.</summary>
    static Task CopyUnitAsync(JudgingFixture fixture, int copies) => fixture.Record.WriteAsync(async t =>
    {
        for (var i = 0; i < copies; i++)
            await t.ExecuteAsync(
                """
                insert into unit_board (mrn, unit, administration, state, examined, covered, gated_out_micros,
                    time_limit_micros, both_devices, grade, unreconciled, irregularities, facts)
                select @mrn, unit, administration, state, examined, covered, gated_out_micros - 1, time_limit_micros,
                    both_devices, grade, unreconciled, irregularities, facts
                from unit_board where mrn = @from
                """, new { mrn = $"00AA{i:0000}", from = Unit.Mrn.Value }, default);
        return 0;
    }, default);
}
