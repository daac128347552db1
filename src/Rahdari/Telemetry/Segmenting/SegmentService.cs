using Rahdari.Hosting;
using Rahdari.Storage;

namespace Rahdari.Telemetry.Segmenting;

/// <summary>Runs <see cref="Segmenter"/> while this process holds the lease of its journal.</summary>
sealed partial class SegmentService(
    Segmenter segmenter, NodeSettings node, ILeases leases, CorridorClock clock,
    TimeProvider machine, ILogger<SegmentService> log) : BackgroundService
{
    /// <summary>How often the journal is read on: what an alarm or a crossing calls for is recorded within three of
    /// these.</summary>
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Steps of reading in one look: 64,000 rows a second and stream, twice what a million devices send.
    /// </summary>
    const int StepsPerLook = 32;

    readonly Tenure tenure = new(leases, $"segments/{node.Node}", node.Node);

    /// <summary>The lease under which what the segmenter has in memory goes on from the record; null where it does
    /// not.</summary>
    Lease? resumed;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => tenure.UntilStoppedAsync(
        RoundAsync, Look, machine, stoppingToken, why => Outage(log, why));

    async Task RoundAsync(Lease lease, CancellationToken cancel)
    {
        // Whatever ends this round before its end, the next one reads anew.
        var goesOn = resumed == lease;
        resumed = null;
        try
        {
            if (!goesOn) await segmenter.ResumeAsync(cancel);
            var calls = await segmenter.CallsAsync(clock.Now, cancel);
            for (var step = 0; step < StepsPerLook && segmenter.IsBehind; step++) await segmenter.ReadAsync(cancel);
            segmenter.Take(calls);
            while (await segmenter.CommitAsync(lease, clock.Now, cancel) == Segmenter.StepSegments)
                if (!await tenure.RenewAsync(cancel)) throw new FencedException(lease.Name);
            resumed = lease;
        }
        catch (Exception e) when (e is StreamConflictException or DuplicateEventException)
        {
            // Somebody else recorded from the same place.
        }
    }

    [LoggerMessage(3500, LogLevel.Warning, "the record cannot be used now, track segments wait: {Why}")]
    static partial void Outage(ILogger log, string why);
}
