using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Relaying;

/// <summary>Puts on the record what is out of order with vendors' hours once they should be complete.</summary>
sealed class RelayHours(IDesk desk, RelayQuery query, CorridorClock clock, NodeSettings node, CorridorPack pack)
{
    /// <returns>How many were noted.</returns>
    public async Task<int> NoteAsync(CancellationToken cancel)
    {
        var noted = 0;
        foreach (var gap in await query.UnnotedAsync(clock.Now, cancel))
        {
            var outcome = await desk.RunAsync(
                new NoteGap(gap), FirstEvents.NodeActor(node, pack), RequestStamp.None, cancel);
            if (outcome is Outcome.Done { Events.Count: > 0 }) noted++;
        }
        return noted;
    }
}

/// <summary>Runs <see cref="RelayHours"/> on a node that has vendors.</summary>
sealed partial class RelayHoursService(
    RelayHours hours, NodeSettings node, TimeProvider machine, ILogger<RelayHoursService> log) : BackgroundService
{
    /// <summary>An hour is noted two hours after its end; a minute more is nothing.</summary>
    static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => node.Vendors.Count == 0
        ? Task.CompletedTask
        : Rounds.RunAsync(hours.NoteAsync, Every, machine, stoppingToken, why => Outage(log, why));

    [LoggerMessage(3700, LogLevel.Warning, "vendors' hours cannot be looked at now: {Why}")]
    static partial void Outage(ILogger log, string why);
}
