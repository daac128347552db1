using System.Diagnostics.Metrics;
using Rahdari.Hosting;
using Rahdari.Storage;

namespace Rahdari.Movements.Discharging;

/// <summary>Runs <see cref="DischargeDue"/> on corridor time, while this process holds the lease.</summary>
sealed partial class DischargeService(
    DischargeDue due, NodeSettings node, ILeases leases, CorridorClock clock, TimeProvider machine,
    IMeterFactory meters, ILogger<DischargeService> log) : BackgroundService
{
    /// <summary>
    /// Corridor time between two rounds, failed ones too: the rules count in hours, and a unit is discharged at most
    /// this long after it is due.
    /// </summary>
    static readonly TimeSpan Every = TimeSpan.FromMinutes(5);

    /// <summary>How often corridor time, which may be scaled, is looked at on machine time.</summary>
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    readonly Counter<long> discharged = Count(
        meters, "rahdari.discharge.by_node", "Units the node discharged because the office had not");
    readonly Counter<long> failed = Count(
        meters, "rahdari.discharge.failures", "Units whose discharge by the node failed and is tried again");
    readonly Tenure tenure = new(leases, $"discharge/{node.Administration}", node.Node);
    DateTimeOffset? last;

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => tenure.UntilStoppedAsync(
        RoundAsync, Look, machine, stoppingToken, why => Outage(log, why));

    async Task RoundAsync(Lease lease, CancellationToken cancel)
    {
        var now = clock.Now;
        if (last is { } before && now - before < Every) return;
        last = now;
        var round = await due.RunOnceAsync(lease, cancel);
        discharged.Add(round.Discharged.Count);
        failed.Add(round.Failed.Count);
        foreach (var unit in round.Discharged) Discharged(log, unit.ToString());
        foreach (var (unit, why) in round.Failed) Failed(log, unit.ToString(), why);
    }

    static Counter<long> Count(IMeterFactory meters, string name, string description) =>
        meters.Create("Rahdari.Movements").CreateCounter<long>(name, "{unit}", description);

    [LoggerMessage(3300, LogLevel.Information, "the node discharged {Unit}: its office had not in its time")]
    static partial void Discharged(ILogger log, string unit);

    [LoggerMessage(3301, LogLevel.Error, "the node could not discharge {Unit} and will try again")]
    static partial void Failed(ILogger log, string unit, Exception why);

    [LoggerMessage(3302, LogLevel.Warning, "the record cannot be used now, discharging later: {Why}")]
    static partial void Outage(ILogger log, string why);
}
