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

    /// <summary>A holder that died is followed after this long; ten missed looks.</summary>
    static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(10);

    Lease? lease;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.RunAsync(RoundAsync, Look, machine, stoppingToken);

    async Task RoundAsync(CancellationToken cancel)
    {
        try
        {
            if (lease is null)
            {
                lease = await leases.TryAcquireAsync(Name, node.Node, LeaseTime, cancel);
                if (lease is null) return;
                await segmenter.ResumeAsync(cancel);
            }
            else if (!await leases.RenewAsync(lease, LeaseTime, cancel))
            {
                lease = null;
                return;
            }
            var calls = await segmenter.CallsAsync(clock.Now, cancel);
            for (var step = 0; step < StepsPerLook && segmenter.IsBehind; step++) await segmenter.ReadAsync(cancel);
            segmenter.Take(calls);
            while (await segmenter.CommitAsync(lease, clock.Now, cancel) == Segmenter.StepSegments)
                if (!await leases.RenewAsync(lease, LeaseTime, cancel)) throw new FencedException(Name);
        }
        catch (Exception e) when (e is FencedException or StreamConflictException or DuplicateEventException)
        {
            // Somebody else goes on from the same place.
            lease = null;
        }
        catch (StorageOutageException e)
        {
            Outage(log, e.Message);
            lease = null;
        }
    }

    string Name => $"segments/{node.Node}";

    [LoggerMessage(3500, LogLevel.Warning, "the record cannot be used now, track segments wait: {Why}")]
    static partial void Outage(ILogger log, string why);
}
