using System.Collections.Concurrent;
using System.Threading.Channels;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Telemetry.Enriching;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>
/// Says of a unit that it is followed no farther, once a device of it told often enough of places beyond the crossing.
/// The intake has kept no more than those (<see cref="FollowingLimit"/>), and judging has noted them
/// (<see cref="CrossingProofs"/>): a round costs one query, however long ago the exits. Used by one caller at a time.
/// </summary>
sealed class FollowingEnds(IDesk desk, NodeSettings settings, CorridorPack pack, ILogger<FollowingEnds> log)
{
    /// <summary>Devices looked at in one round, those of the next units in the next one: a few milliseconds each where
    /// something is to be said.</summary>
    public const int Most = 400;

    sealed record Row(string Mrn, int Unit, string Device, long ExitedMicros, long Fixes, long LastMicros);

    /// <summary>The last unit looked at: the next round goes on behind it, and begins anew behind the last of all.
    /// </summary>
    (string Mrn, int Unit) looked = ("", 0);

    /// <returns>Of which units it was said.</returns>
    public async Task<IReadOnlyList<UnitId>> RunOnceAsync(CancellationToken cancel)
    {
        // From the few proofs to the fittings, and not from all that ever exited: the order is written.
        var rows = await desk.QueryAsync<Row>(
            """
            select c.mrn, c.unit, c.device, f.exited_micros, count(*) as fixes, max(c.at_micros) as last_micros
            from crossing_proof c cross join fitted_device f
            where f.mrn = c.mrn and f.unit = c.unit and f.device = c.device and c.at_micros > f.exited_micros
                and f.followed_micros is null and f.until_micros is null
                and (c.mrn > @mrn or (c.mrn = @mrn and c.unit > @unit))
            group by c.mrn, c.unit, c.device, f.exited_micros order by c.mrn, c.unit, c.device limit @most
            """, new { mrn = looked.Mrn, unit = looked.Unit, most = Most }, cancel);
        var ended = new List<UnitId>();
        foreach (var row in rows)
        {
            var unit = new UnitId(new(row.Mrn), row.Unit);
            if (!ended.Contains(unit) && await IsEndedAsync(row, unit, cancel)) ended.Add(unit);
        }
        looked = rows.Count < Most ? ("", 0) : (rows[^1].Mrn, rows[^1].Unit);
        return ended;
    }

    async Task<bool> IsEndedAsync(Row row, UnitId unit, CancellationToken cancel)
    {
        var rules = pack.Transit.At(CorridorTime.FromMicros(row.ExitedMicros))?.Value;
        if (rules is { FollowBeyondExit: true } || row.Fixes < (rules?.ProvingFixes ?? TransitRules.Proving))
            return false;
        try
        {
            var outcome = await desk.RunAsync(
                new EndFollowing(
                    unit, DeviceId.Parse(row.Device), CorridorTime.FromMicros(row.LastMicros), (int)row.Fixes),
                FirstEvents.NodeActor(settings, pack), RequestStamp.None, cancel);
            return outcome is Outcome.Done;
        }
        catch (Exception e) when (e is InvalidDataException or FormatException)
        {
            // What cannot be read of one unit is no reason to leave the others.
            JudgingLog.FollowingUnreadable(log, unit, e.Message);
            return false;
        }
    }
}

/// <summary>
/// Runs <see cref="FollowingEnds"/> whenever a unit that has exited is heard, and once a second besides: a unit nobody
/// hears any more because following has ended must not be taken for a silent one.
/// </summary>
sealed partial class FollowingEndsService(
    FollowingEnds ends, RecordedFeed events, PositionFeed positions, TimeProvider machine,
    ILogger<FollowingEndsService> log) : BackgroundService
{
    /// <summary>Where a wake-up is missed; a look costs one query.</summary>
    static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>Units that exited and are followed still: days of a corridor. More than that are looked at each second.
    /// </summary>
    const int MostExited = 10_000;

    readonly ConcurrentDictionary<UnitId, bool> exited = new();

    /// <summary>One wake-up says all: what is asked is the record.</summary>
    readonly Channel<bool> wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var listening = Task.WhenAll(ListenToEventsAsync(stoppingToken), ListenToPositionsAsync(stoppingToken));
        await Rounds.RunAsync(RoundAsync, WaitAsync, stoppingToken, why => Outage(log, why));
        await listening.ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    async Task RoundAsync(CancellationToken cancel)
    {
        foreach (var unit in await ends.RunOnceAsync(cancel)) exited.TryRemove(unit, out _);
    }

    async Task WaitAsync(CancellationToken cancel)
    {
        using var limit = machine.CreateTimer(_ => wake.Writer.TryWrite(true), null, Look, Timeout.InfiniteTimeSpan);
        await wake.Reader.ReadAsync(cancel);
    }

    async Task ListenToEventsAsync(CancellationToken cancel)
    {
        await foreach (var recorded in events.ListenAsync(cancel))
        {
            if (recorded.Body is UnitExited e && exited.Count < MostExited) exited[new(e.Mrn, e.Unit)] = true;
            else if (recorded.Body is UnitDischarged d) exited.TryRemove(new(d.Mrn, d.Unit), out _);
        }
    }

    async Task ListenToPositionsAsync(CancellationToken cancel)
    {
        await foreach (var position in positions.ListenAsync(cancel))
            if (exited.ContainsKey(position.Unit)) wake.Writer.TryWrite(true);
    }

    [LoggerMessage(3510, LogLevel.Warning, "where following ends cannot be said now, and will be later: {Why}")]
    static partial void Outage(ILogger log, string why);
}
