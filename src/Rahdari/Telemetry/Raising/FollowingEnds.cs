using System.Collections.Concurrent;
using System.Threading.Channels;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>
/// Says of a unit that it is followed no farther, once a device of it told often enough of places beyond the crossing.
/// The intake has kept no more than those (<see cref="FollowingLimit"/>); they are counted in the journal.
/// </summary>
sealed class FollowingEnds(IDesk desk, IJournal journal, NodeSettings settings, CorridorPack pack)
{
    /// <summary>Devices looked at in one round: five hours of a corridor of 1,000 units a day, two each.</summary>
    const int Most = 400;

    /// <summary>Rows of one device read at once.</summary>
    const int PageRows = 1_000;

    sealed record Row(
        string Device, string Mrn, int Unit, long ExitedMicros, int LatitudeE7, int LongitudeE7, string RouteId,
        string OfficeOfExit, string OfficeOfEntry);

    /// <returns>Of which units it was said.</returns>
    public async Task<IReadOnlyList<UnitId>> RunOnceAsync(CancellationToken cancel)
    {
        var rows = await desk.QueryAsync<Row>(
            """
            select f.device, f.mrn, f.unit, f.exited_micros, p.latitude_e7, p.longitude_e7, m.route_id,
                m.office_of_exit, m.office_of_entry
            from fitted_device f join unit_position p on p.mrn = f.mrn and p.unit = f.unit
                join movement_board m on m.mrn = f.mrn
            where f.exited_micros is not null and f.followed_micros is null and f.until_micros is null
                and p.at_micros > f.exited_micros
            order by p.at_micros desc, f.device limit @most
            """, new { most = Most }, cancel);
        var ended = new List<UnitId>();
        foreach (var row in rows)
        {
            var unit = new UnitId(new(row.Mrn), row.Unit);
            var rules = pack.Transit.At(CorridorTime.FromMicros(row.ExitedMicros))?.Value;
            if (ended.Contains(unit) || rules is { FollowBeyondExit: true }
                || !IsBeyond(row, new(row.LatitudeE7 / 1e7, row.LongitudeE7 / 1e7))) continue;
            var needed = rules?.ProvingFixes ?? TransitRules.Proving;
            var proving = await ProvingAsync(row, unit, needed, cancel);
            if (proving.Count < needed) continue;
            var outcome = await desk.RunAsync(
                new EndFollowing(unit, DeviceId.Parse(row.Device), proving.Max(), proving.Count),
                FirstEvents.NodeActor(settings, pack), RequestStamp.None, cancel);
            if (outcome is Outcome.Done) ended.Add(unit);
        }
        return ended;
    }

    bool IsBeyond(Row row, GeoCoordinate place) => BeyondCrossing.IsBeyondZone(
        pack, OfficeId.Parse(row.OfficeOfExit), OfficeId.Parse(row.OfficeOfEntry), row.RouteId, place);

    /// <summary>Times of the fixes of a device that the journal holds for the unit beyond the crossing.</summary>
    async Task<List<DateTimeOffset>> ProvingAsync(Row row, UnitId unit, int needed, CancellationToken cancel)
    {
        var (found, exited) = (new List<DateTimeOffset>(), CorridorTime.FromMicros(row.ExitedMicros));
        // A record's own time is believed to lie ahead of its receipt by no more than a day.
        for (var from = exited.AddDays(-1).ToMicros(); found.Count < needed;)
        {
            var page = await journal.ReadDeviceAsync(row.Device, from, long.MaxValue, PageRows, cancel);
            foreach (var fix in page.Select(JournaledFix.Read))
                if (found.Count < needed && fix is { DuplicateFact: false, Quarantine: null } && fix.Unit == unit
                    && fix.JudgedAt > exited && FollowingLimit.PlaceOf(fix) is { } place
                    && IsBeyond(row, new(place.Latitude, place.Longitude))
                    && !found.Contains(fix.JudgedAt)) found.Add(fix.JudgedAt);
            if (page.Count < PageRows) break;
            var last = page[^1].Entry.ReceivedMicros;
            from = last > from ? last : from + 1;
        }
        return found;
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
        try
        {
            while (true)
            {
                try
                {
                    foreach (var unit in await ends.RunOnceAsync(stoppingToken)) exited.TryRemove(unit, out _);
                }
                catch (Exception e) when (e is StorageOutageException or InvalidDataException)
                {
                    Outage(log, e.Message);
                }
                await WaitAsync(stoppingToken);
            }
        }
        catch (Exception e) when (e is StorageFatalException
            || (e is OperationCanceledException && stoppingToken.IsCancellationRequested))
        {
            // The node stops; what was not said is said after its next start.
        }
        await listening.ContinueWith(
            _ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
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
