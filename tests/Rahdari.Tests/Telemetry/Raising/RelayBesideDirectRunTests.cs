using Rahdari.Devices;
using Rahdari.Telemetry.Journaling;
using static Rahdari.Tests.Telemetry.Judging.Drive;

namespace Rahdari.Tests.Telemetry.Raising;

/// <summary>A lock heard over both ways, on the board, with the process ending between the two.</summary>
public sealed class RelayBesideDirectRunTests
{
    static readonly SealState Cut = new(Locked: true, RopePresent: false, CoverClosed: true);

    static readonly List<JournaledFix> Direct =
    [
        .. Enumerable.Range(0, 30).Select(m => Fix(
            2 * m, 10 + m, seal: m < 15 ? Shut : Cut, events: m == 15 ? [DeviceEvent.RopeCut] : [],
            receivedAtMinute: 200, late: true)),
    ];

    static readonly List<JournaledFix> Passed =
    [
        .. Enumerable.Range(0, 60).Select(m => Fix(
            2 * m + 1, 10.5 + m, relay: "sample-locks", receivedAtMinute: 200, late: true)),
    ];

    [Theory, InlineData(true), InlineData(false)]
    public async Task The_alert_of_the_locks_own_record_is_on_the_board_and_stays_there(bool directFirst)
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        foreach (var part in directFirst ? new[] { Direct, Passed } : [Passed, Direct])
        {
            var run = fixture.NewRun();
            await run.ResumeAsync(default);
            await fixture.AppendAsync(part);
            await fixture.JudgeAllAsync(run);
        }

        var alert = Assert.Single(await fixture.AlertsAsync());
        Assert.Equal(("rope-cut", "raised", null, 30.0), (alert.Kind, alert.State, alert.Relay, Minute(alert.From)));
    }
}
