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

    readonly Tenure tenure = new(leases, $"escalation/{node.Administration}", node.Node);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => tenure.UntilStoppedAsync(
        round.RunOnceAsync, Look, machine, stoppingToken,
        why => JudgingLog.EscalationWaiting(log, why));
}
