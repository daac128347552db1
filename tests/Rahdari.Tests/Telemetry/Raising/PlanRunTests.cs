using Rahdari.Crossings;
using Rahdari.Parties;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Raising;

public sealed class PlanRunTests
{
    [Fact]
    public async Task A_movement_s_own_limit_is_judged_with_the_closures_of_its_crossing()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        var limit = TimeSpan.FromDays(14).TotalMinutes;
        await fixture.AppendAsync(Fix(limit - 10, 300), Fix(limit + 10, 301));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        var alert = Assert.Single(await fixture.AlertsAsync(), a => a.Kind == "past-time-limit");
        Assert.Equal((Start.AddDays(14), "raised"), (alert.From, alert.State));

        // The other side said it late: the crossing was shut for a day.
        fixture.At(Start.AddDays(14).AddMinutes(12));
        await fixture.RecordAsync("crossing:TORKHAM", new CrossingClosed(
            "n-1", "TORKHAM", OfficeId.Parse("pk:TORKHAM"), Start.AddDays(3), Start.AddDays(4), "slide"));
        await fixture.AppendAsync(Fix(limit + 14, 302));
        await fixture.JudgeAllAsync(run);
        alert = Assert.Single(await fixture.AlertsAsync(), a => a.Kind == "past-time-limit");
        Assert.Equal("refuted", alert.State);
    }
}
