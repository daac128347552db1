using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>Scores of vendors over the window the rules name, newest records as <see cref="HeardDays"/> has them.
/// </summary>
sealed class VendorQuery(IDesk desk, CorridorPack pack, NodeSettings node)
{
    /// <summary>Devices whose days are read at once.</summary>
    const int Some = 200;

    /// <summary>Trips of the window: a corridor's 1,000 units a day with two devices, for thirty days.</summary>
    const int MostTrips = 60_000;

    sealed record DeviceRow(string Vendor, string State, long Devices);

    sealed record TripRow(
        string Device, string Vendor, long FittedMicros, long? FreedMicros, long? ReturnedMicros);

    sealed record AlertRow(string Vendor, string? Finding, long Relayed, long Alerts);

    sealed record DayRow(string Device, int Day, long HalfHours, long DirectHalfHours, long RelayedHalfHours);

    /// <summary>Which half hours of which day devices were heard in: at all, and over each way.</summary>
    sealed record HeardOver(
        Dictionary<string, IReadOnlyDictionary<int, long>> Any,
        Dictionary<string, IReadOnlyDictionary<int, long>> Direct,
        Dictionary<string, IReadOnlyDictionary<int, long>> Relayed);

    /// <summary>Empty where the rules say nothing of stock.</summary>
    public async Task<IReadOnlyList<VendorScore>> ScoresAsync(DateTimeOffset now, CancellationToken cancel)
    {
        if (pack.Stock.At(now)?.Value is not { } rules) return [];
        var since = now.AddDays(-rules.HistoryDays).ToMicros();
        var devices = await desk.QueryAsync<DeviceRow>(
            """
            select vendor, state, count(*) as devices from stock_device
            where vendor is not null and state <> 'retired' group by vendor, state
            """, null, cancel);
        var trips = await desk.QueryAsync<TripRow>(
            """
            select device, vendor, fitted_micros, freed_micros, returned_micros from stock_trip
            where vendor is not null and (fitted_micros >= @since or freed_micros is null or freed_micros >= @since)
            order by fitted_micros desc limit @most
            """, new { since, most = MostTrips }, cancel);
        var alerts = await desk.QueryAsync<AlertRow>(
            """
            select s.vendor, a.finding, case when a.relay is null then 0 else 1 end as relayed, count(*) as alerts
            from alert_board a join stock_device s on s.device = a.device
            where s.vendor is not null and a.administration = @own and a.raised_micros >= @since
            group by s.vendor, a.finding, case when a.relay is null then 0 else 1 end
            """, new { own = node.Administration.Value, since }, cancel);
        var heard = await HeardAsync(trips, since, cancel);
        return
        [
            .. devices.Select(d => d.Vendor).Concat(trips.Select(t => t.Vendor)).Distinct()
                .Order(StringComparer.Ordinal)
                .Select(v => ScoreOf(
                    v, [.. devices.Where(d => d.Vendor == v)], [.. trips.Where(t => t.Vendor == v)],
                    [.. alerts.Where(a => a.Vendor == v)], heard, since, now.ToMicros(),
                    TimeSpan.FromMinutes(rules.DeadOnFitMinutes))),
        ];
    }

    static VendorScore ScoreOf(
        string vendor, IReadOnlyList<DeviceRow> devices, IReadOnlyList<TripRow> rows, IReadOnlyList<AlertRow> alerts,
        HeardOver heard, long since, long now, TimeSpan deadAfter)
    {
        IReadOnlyList<DeviceTrip> trips =
        [
            .. rows.Select(t => new DeviceTrip(
                t.Device, t.Vendor, t.FittedMicros, t.FreedMicros, t.ReturnedMicros)),
        ];
        return VendorScore.Of(
            vendor, (int)devices.Sum(d => d.Devices), (int)devices.Where(d => d.State == "lost").Sum(d => d.Devices),
            trips, TallyOf(alerts), heard.Any, since, now, deadAfter) with
        {
            Direct = WayScore.Of(
                trips, TallyOf(alerts.Where(a => a.Relayed == 0)), heard.Direct,
                d => heard.Direct.ContainsKey(d) || !heard.Relayed.ContainsKey(d), since, now),
            Relayed = WayScore.Of(
                trips, TallyOf(alerts.Where(a => a.Relayed != 0)), heard.Relayed, heard.Relayed.ContainsKey, since,
                now),
        };
    }

    static AlertTally TallyOf(IEnumerable<AlertRow> rows)
    {
        var (raised, resolved, wrong) = (0L, 0L, 0L);
        foreach (var row in rows)
        {
            raised += row.Alerts;
            if (row.Finding is not null) resolved += row.Alerts;
            if (row.Finding == "false-alarm") wrong += row.Alerts;
        }
        return new((int)raised, (int)resolved, (int)wrong);
    }

    async Task<HeardOver> HeardAsync(
        IReadOnlyList<TripRow> trips, long since, CancellationToken cancel)
    {
        var heard = new HeardOver(
            new(StringComparer.Ordinal), new(StringComparer.Ordinal), new(StringComparer.Ordinal));
        foreach (var some in trips.Select(t => t.Device).Distinct().Chunk(Some))
        {
            var rows = await desk.QueryAsync<DayRow>(
                """
                select device, day, half_hours, direct_half_hours, relayed_half_hours from device_day
                where device in @devices and day >= @day
                """,
                new { devices = some, day = DeviceDay.DayOf(DeviceDay.SlotOf(since)) }, cancel);
            foreach (var one in rows.GroupBy(r => r.Device))
            {
                heard.Any[one.Key] = one.ToDictionary(r => r.Day, r => r.HalfHours);
                if (one.Any(r => r.DirectHalfHours != 0))
                    heard.Direct[one.Key] = one.ToDictionary(r => r.Day, r => r.DirectHalfHours);
                if (one.Any(r => r.RelayedHalfHours != 0))
                    heard.Relayed[one.Key] = one.ToDictionary(r => r.Day, r => r.RelayedHalfHours);
            }
        }
        return heard;
    }
}
