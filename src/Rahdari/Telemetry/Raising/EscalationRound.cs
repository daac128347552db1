using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>Escalates the own alerts that nobody has acknowledged in time. What is due is told by the board.</summary>
sealed class EscalationRound(IDesk desk, NodeSettings node, CorridorPack pack, CorridorClock clock)
{
    /// <summary>Alerts a round; the next one goes on. A second's work at some milliseconds each.</summary>
    const int Most = 200;

    /// <returns>How many were escalated.</returns>
    /// <exception cref="FencedException">Another process has the lease.</exception>
    public async Task<int> RunOnceAsync(Lease lease, CancellationToken cancel)
    {
        if (pack.Judging.At(clock.Now)?.Value is not { } rules) return 0;
        var due = await desk.QueryAsync<string>(
            """
            select alert_id from alert_board
            where status = 'raised' and administration = @own and escalation < @levels
                and ((severity = 'critical' and @critical > 0 and raised_micros + (escalation + 1) * @critical <= @now)
                    or (severity = 'warning' and @warning > 0 and raised_micros + (escalation + 1) * @warning <= @now)
                    or (severity = 'notice' and @notice > 0 and raised_micros + (escalation + 1) * @notice <= @now))
            order by raised_micros, alert_id limit @most
            """,
            new
            {
                own = node.Administration.Value, levels = EscalateAlert.MostLevels, now = clock.Now.ToMicros(),
                critical = Micros(AlertSeverity.Critical), warning = Micros(AlertSeverity.Warning),
                notice = Micros(AlertSeverity.Notice), most = Most,
            }, cancel);
        var escalated = 0;
        foreach (var id in due)
        {
            var outcome = await desk.RunAsync(
                new FencedOperation(new EscalateAlert(id, rules), lease), FirstEvents.NodeActor(node, pack),
                RequestStamp.None, cancel);
            if (outcome is Outcome.Done) escalated++;
        }
        return escalated;

        long Micros(AlertSeverity severity) => EscalateAlert.EveryOf(severity, rules) * 1_000_000L;
    }
}
