using Microsoft.Extensions.Logging.Abstractions;
using Rahdari.Devices;
using Rahdari.Telemetry;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Telemetry.Judging;

namespace Rahdari.Tests.Telemetry.Raising;

public sealed class JudgingServiceTests
{
    /// <summary>Only reached where the service is broken.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_record_journaled_while_it_runs_raises_its_alert()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        using var service = Service(fixture);
        using var patience = new CancellationTokenSource(Patience);
        await service.StartAsync(patience.Token);
        var first = FirstAlertAsync(fixture, patience.Token);
        await fixture.AppendAsync(Drive.Fix(2, 52, events: [DeviceEvent.RopeCut]));
        Assert.Equal(AlertKind.RopeCut, (await first).Kind);
        Assert.Single(await fixture.AlertsAsync());
        await service.StopAsync(default);
    }

    [Fact]
    public async Task Positions_are_told_after_the_commit()
    {
        await using var fixture = await JudgingFixture.OpenAsync();
        using var service = Service(fixture);
        using var patience = new CancellationTokenSource(Patience);
        await using var positions = fixture.Positions.ListenAsync(patience.Token).GetAsyncEnumerator(patience.Token);
        var next = positions.MoveNextAsync();
        await service.StartAsync(patience.Token);
        await fixture.AppendAsync(Drive.Fix(2, 52));
        Assert.True(await next);
        Assert.Equal(Drive.Unit, positions.Current.Unit);
        Assert.InRange(positions.Current.AlongMetres!.Value, 51_500, 52_500);
        Assert.Single(await new UnitFixes(fixture.Record).NewestAsync([Drive.Unit], default));
        await service.StopAsync(default);
    }

    static JudgingService Service(JudgingFixture fixture) => new(
        fixture.NewRun(), fixture.Journal, fixture.Clock, new IntakeFrontier(), TimeProvider.System,
        NullLogger<JudgingService>.Instance);

    static async Task<AlertRaised> FirstAlertAsync(JudgingFixture fixture, CancellationToken cancel)
    {
        await foreach (var recorded in fixture.Feed.ListenAsync(cancel))
            if (recorded.Body is AlertRaised raised) return raised;
        throw new InvalidOperationException("the feed ended");
    }
}
