using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Movements.Sealing;
using Rahdari.Parties;
using Rahdari.Telemetry.Raising;
using Rahdari.Transparency;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Raising;

/// <summary>
/// Devices taken off units under way, with a store and a journal. With RAHDARI_TEST_STORE=postgresql on PostgreSQL.
/// </summary>
public sealed class DeviceLossRunTests
{
    static readonly Actor Far = new(OfficerId.Parse("o-7", null), OfficeId.Parse("pk:TORKHAM"), Role.Officer);

    [Theory]
    [InlineData(200, "device-taken-away")]
    [InlineData(332, null)]
    public async Task An_officer_who_takes_a_lock_off_from_afar_is_on_the_board_and_has_permitted_nothing(
        double kilometre, string? alert)
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Fix(0, kilometre), Fix(2, kilometre));
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        fixture.At(Start.AddMinutes(5));
        Assert.IsType<Outcome.Done>(await fixture.Desk.RunAsync(
            new DetachDevice(Unit, SealDevice, DetachReason.DeviceFault), Far, RequestStamp.None, default));

        var told = (await fixture.AlertsAsync()).SingleOrDefault();
        Assert.Equal((alert, alert is null ? null : "critical"), (told?.Kind, told?.Severity));
        if (told is not null)
            Assert.Equal(
                ("o-7", "pk:TORKHAM", "128"),
                (told.SentenceArgs["by"], told.SentenceArgs["office"], told.SentenceArgs["kilometres"].ToString()));
        var unit = (await fixture.Desk.FoldAsync<MovementState>(Unit.Mrn.Value, default)).Find(1)!;
        Assert.Equal(alert is null ? [] : [DeviceLoss.Elsewhere], unit.Irregularities.Select(i => i.Code));
        var permitted = await fixture.Record.ReadAsync(
            r => OfficeActs.PermissionsAsync(r, [Unit], Pack, default), default);
        Assert.Equal(alert is null, permitted[Unit].Any(p => p.Act!.Act == "device-detached"));
    }

    [Theory]
    [InlineData(false, "opening")]
    [InlineData(true, "rope-cut")]
    public async Task A_rope_cut_in_the_zone_of_the_office_that_moved_the_lock_to_another_unit_is_an_alarm(
        bool isTakenAway, string expected)
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        await fixture.AppendAsync(Fix(0, 1, kmh: 0), Fix(20, 1, kmh: 0, events: [DeviceEvent.RopeCut]));
        fixture.At(Start.AddMinutes(22));
        await fixture.RecordAsync(
        [
            new DeviceDetached(Unit.Mrn, 1, SealDevice, DeviceRole.Container),
            .. isTakenAway
                ? new EventBody[]
                {
                    new IrregularityOpened(
                        Unit.Mrn, 1, FitDevice.TakenAway, "device-fitted", [SealDevice.ToString(), "26PK/2"]),
                }
                : [],
        ]);
        var run = fixture.NewRun();
        await run.ResumeAsync(default);
        await fixture.JudgeAllAsync(run);
        var openings = await OpeningBoard.OfMovementAsync(fixture.Desk, Unit.Mrn, default);
        Assert.Equal(
            [expected], (await fixture.AlertsAsync()).Select(a => a.Kind).Concat(openings.Select(_ => "opening")));
    }
}
