using Rahdari.Hosting;
using Rahdari.Storage;

namespace Rahdari.Telemetry.Raising;

/// <summary>Runs <see cref="EscalationRound"/> while this process holds the lease.</summary>
sealed class EscalationService(
    EscalationRound round, NodeSettings node, ILeases leases, TimeProvider machine, ILogger<EscalationService> log)
    : BackgroundService
{
    /// <summary>How often corridor time, which may be scaled, is looked at on machine time.</summary>
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>A holder that died is followed after this long; ten missed looks.</summary>
    static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var look = new PeriodicTimer(Look, machine);
        Lease? lease = null;
        try
        {
            do
            {
                try
                {
                    if (lease is null || !await leases.RenewAsync(lease, LeaseTime, stoppingToken))
                        lease = await leases.TryAcquireAsync(
                            $"escalation/{node.Administration}", node.Node, LeaseTime, stoppingToken);
                    if (lease is not null) await round.RunOnceAsync(lease, stoppingToken);
                }
                catch (FencedException)
                {
                    lease = null;
                }
                catch (StorageOutageException e)
                {
                    JudgingLog.EscalationWaiting(log, e.Message);
                }
            }
            while (await look.WaitForNextTickAsync(stoppingToken));
        }
        catch (Exception e) when (e is StorageFatalException
            || (e is OperationCanceledException && stoppingToken.IsCancellationRequested))
        {
            // The node stops; what is due stays due.
        }
    }
}
