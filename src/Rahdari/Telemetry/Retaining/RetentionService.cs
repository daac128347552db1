using Rahdari.Hosting;
using Rahdari.Storage;

namespace Rahdari.Telemetry.Retaining;

/// <summary>Runs <see cref="JournalRetention"/> while this process holds the lease.</summary>
sealed partial class RetentionService(
    JournalRetention retention, NodeSettings node, ILeases leases, RetentionMetrics metrics, TimeProvider machine,
    ILogger<RetentionService> log) : BackgroundService
{
    /// <summary>
    /// Machine time between two rounds, and a round drops a day at most: what has gathered goes a day an hour, and
    /// whoever sees the first one go by mistake has an hour for each of the others.
    /// </summary>
    static readonly TimeSpan Every = TimeSpan.FromHours(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.RunAsync(RoundAsync, Every, machine, stoppingToken);

    async Task RoundAsync(CancellationToken cancel)
    {
        try
        {
            if (await leases.TryAcquireAsync(retention.LeaseName, node.Node, JournalRetention.LeaseTime, cancel)
                is not { } lease) return;
            try
            {
                await retention.RunOnceAsync(lease, cancel);
            }
            finally
            {
                // The node that stops in the middle gives it back too.
                await leases.ReleaseAsync(lease, CancellationToken.None);
            }
        }
        catch (FencedException)
        {
            // Another process goes on.
        }
        catch (StorageOutageException e)
        {
            metrics.Failed();
            Outage(log, e.Message);
        }
    }

    [LoggerMessage(3801, LogLevel.Warning, "no day of the journal is dropped now, and one will be later: {Why}")]
    static partial void Outage(ILogger log, string why);
}
