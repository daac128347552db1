using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Parties;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Transparency;
using Rahdari.Transparency;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Raising;

/// <summary>Where following ends, and what it costs to see it. With RAHDARI_TEST_STORE=postgresql on PostgreSQL.
/// </summary>
public sealed class FollowingEndsTests
{
    static readonly OfficeId Exit = OfficeId.Parse("pk:TORKHAM"), Entry = OfficeId.Parse("af:TORKHAM");

    [Fact]
    public async Task A_round_is_one_query_and_reads_no_journal_however_much_was_heard_since_the_exit()
    {
        await using var fixture = await ExitedAsync();
        var run = await RunAsync(fixture);
        var desk = new CountingDesk(fixture.Desk);
        var ends = Ends(desk);
        await JudgeAsync(fixture, run, Beyond(2, 8), Beyond(3, 9));
        Assert.Empty(await ends.RunOnceAsync(default));
        Assert.Equal((1, 1L, 0), (desk.Queries, desk.Rows, desk.Decisions));

        // The yard, for hours: the same query, the same row.
        await JudgeAsync(fixture, run, [.. Enumerable.Range(4, 300).Select(m => Fix(m, 333))]);
        Assert.Empty(await ends.RunOnceAsync(default));
        Assert.Equal((2, 2L, 0), (desk.Queries, desk.Rows, desk.Decisions));

        await JudgeAsync(fixture, run, Beyond(400, 10));
        Assert.Equal([Unit], await ends.RunOnceAsync(default));
        Assert.Empty(await ends.RunOnceAsync(default));
        Assert.Equal((4, 3L, 1), (desk.Queries, desk.Rows, desk.Decisions));
        var unit = (await fixture.Desk.FoldAsync<MovementState>(Unit.Mrn.Value, default)).Find(1)!;
        Assert.Equal(Start.AddMinutes(400), unit.FollowingEndedBy(new("pk")));
    }

    [Fact]
    public async Task A_place_told_twice_or_before_the_exit_proves_nothing()
    {
        await using var fixture = await ExitedAsync();
        var run = await RunAsync(fixture);
        await JudgeAsync(
            fixture, run, Beyond(-30, 8), Beyond(-20, 9), Beyond(-10, 9), Beyond(2, 9),
            Beyond(2, 9) with { DuplicateFact = true }, Beyond(3, 9) with { Late = true, TimeSuspect = true });
        Assert.Empty(await Ends(fixture.Desk).RunOnceAsync(default));
        await JudgeAsync(fixture, run, Beyond(4, 9), Beyond(5, 9) with { Late = true, ReceivedAt = Start.AddHours(9) });
        Assert.Equal([Unit], await Ends(fixture.Desk).RunOnceAsync(default));
    }

    [Fact]
    public async Task What_cannot_be_read_is_passed_over_and_stops_no_unit()
    {
        await using var fixture = await ExitedAsync();
        await PendAsync(fixture, 3, ("00AA", "neither protocol nor number"));
        var run = await RunAsync(fixture);
        await JudgeAsync(fixture, run, Beyond(2, 8));
        await fixture.Journal.AppendAsync(
            [new("pk/live", SealDevice.ToString(), Start.AddMinutes(3).ToMicros(), null, SHA256.HashData([9]), [],
                [0xff, 0xff])],
            default);
        await JudgeAsync(fixture, run, Beyond(4, 9), Beyond(5, 9));
        Assert.Equal([Unit], await Ends(fixture.Desk).RunOnceAsync(default));
    }

    [Fact]
    public async Task Units_that_wait_for_more_fixes_starve_none()
    {
        await using var fixture = await ExitedAsync();
        await PendAsync(
            fixture, 1, [.. Enumerable.Range(0, FollowingEnds.Most).Select(i => ($"00AA{i:0000}", $"jt600:{i}"))]);
        var run = await RunAsync(fixture);
        await JudgeAsync(fixture, run, Beyond(2, 8), Beyond(3, 9), Beyond(4, 10));
        var ends = Ends(fixture.Desk);
        Assert.Empty(await ends.RunOnceAsync(default));
        Assert.Equal([Unit], await ends.RunOnceAsync(default));
    }

    [Fact]
    public async Task Who_comes_back_without_a_turning_back_is_told_and_one_recorded_closes_it()
    {
        await using var fixture = await ExitedAsync();
        var run = await RunAsync(fixture);
        await JudgeAsync(fixture, run, Beyond(2, 8), Beyond(3, 9), Beyond(4, 10));
        Assert.Equal([Unit], await Ends(fixture.Desk).RunOnceAsync(default));
        // At the exit office's post, where an officer would record it, and then inland.
        await JudgeAsync(fixture, run, Fix(200, 333), Fix(210, 331), Fix(220, 320), Fix(230, 310));
        Assert.Empty(await fixture.AlertsAsync());
        await JudgeAsync(fixture, run, Fix(240, 300), Fix(250, 290));
        var alert = Assert.Single(await fixture.AlertsAsync());
        Assert.Equal(
            ("returned-after-exit", "critical", Start.AddMinutes(220)), (alert.Kind, alert.Severity, alert.From));

        fixture.At(Start.AddMinutes(260));
        await fixture.RecordAsync(new UnitTurnedBack(Unit.Mrn, 1, Exit, "papers"));
        await JudgeAsync(fixture, run, Fix(270, 280));
        Assert.Equal("refuted", Assert.Single(
            await fixture.AlertsAsync(), a => a.Kind == "returned-after-exit").State);
    }

    /// <summary>Gated out two hours before, exited at the start.</summary>
    static async Task<JudgingFixture> ExitedAsync()
    {
        var fixture = await JudgingFixture.OpenAsync(gatedOut: false);
        fixture.At(Start.AddHours(-1));
        await fixture.RecordAsync(new UnitGatedOut(Unit.Mrn, 1, Start.AddDays(14), "T-123", "driver"));
        fixture.At(Start);
        await fixture.RecordAsync(new UnitExited(Unit.Mrn, 1, Exit, null, SealCondition.Intact));
        return fixture;
    }

    static async Task<JudgingRun> RunAsync(JudgingFixture fixture)
    {
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        return run;
    }

    static FollowingEnds Ends(IDesk desk) =>
        new(desk, JudgingFixture.Node, Pack, NullLogger<FollowingEnds>.Instance);

    static async Task JudgeAsync(JudgingFixture fixture, JudgingRun run, params IReadOnlyList<JournaledFix> fixes)
    {
        await fixture.AppendAsync(fixes);
        if (fixes.Max(f => f.ReceivedAt) is var last && last > fixture.Clock.Now) fixture.At(last);
        await fixture.JudgeAllAsync(run);
    }

    /// <summary>A device on the other side, straight on from where the route reaches the crossing.</summary>
    static JournaledFix Beyond(double minute, double kilometres)
    {
        var (from, at) = (Pack.Routes[0].Line[^1], Pack.Crossings.Single(c => c.Code == "TORKHAM").Place);
        var part = kilometres * 1_000 / Earth.MetresBetween(from, at);
        var place = new GeoCoordinate(
            at.Latitude + part * (at.Latitude - from.Latitude), at.Longitude + part * (at.Longitude - from.Longitude));
        Assert.True(BeyondCrossing.IsBeyondZone(Pack, Exit, Entry, RouteId, place));
        var fix = Fix(minute, 333);
        return fix with
        {
            Message = fix.Message with { Position = new((int)(place.Latitude * 1e7), (int)(place.Longitude * 1e7)) },
        };
    }

    /// <summary>Other units, of each of which some fixes are noted.</summary>
    static Task PendAsync(
        JudgingFixture fixture, int proofs, params IReadOnlyList<(string Mrn, string Device)> units) =>
        fixture.Record.WriteAsync(async t =>
        {
            foreach (var (mrn, device) in units)
            {
                await t.ExecuteAsync(
                    """
                    insert into fitted_device (device, from_micros, mrn, unit, role, exited_micros)
                    values (@device, 1, @mrn, 1, 'Container', 5)
                    """, new { mrn, device }, default);
                for (var i = 0; i < proofs; i++)
                    await t.ExecuteAsync(
                        "insert into crossing_proof (mrn, unit, device, at_micros) values (@mrn, 1, @device, @at)",
                        new { mrn, device, at = 10L + i }, default);
            }
            return 0;
        }, default);
}
