using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>A device as lists show it.</summary>
/// <param name="State">As it is now: a booking past its time is none.</param>
/// <param name="BatteryPercent">As last reported; null where no record told.</param>
sealed record StockLine(
    DeviceId Device, StockState State, OfficeId? Office, DeviceCard? Card, UnitId? Unit, OfficeId? SentTo,
    DateTimeOffset Since, int? BatteryPercent, DateTimeOffset? HeardAt);

/// <summary>One office's stock, how long units wait there for a device, and whether devices will run out.</summary>
/// <param name="Counts">Devices by state.</param>
/// <param name="WaitingUnits">Released and without a device, now.</param>
/// <param name="WaitP50Minutes">From release to the first device, of units fitted in the window; null for none.</param>
/// <param name="Outlook">Null where the rules say nothing of stock.</param>
sealed record OfficeStock(
    OfficeId Office, IReadOnlyDictionary<StockState, int> Counts, int WaitingUnits, long? WaitP50Minutes,
    long? WaitP90Minutes, StockOutlook? Outlook)
{
    public int Count(StockState state) => Counts.GetValueOrDefault(state);
}

/// <summary>What the boards tell of this administration's devices.</summary>
sealed class StockQuery(IDesk desk, CorridorPack pack, NodeSettings node)
{
    /// <summary>Devices of one page.</summary>
    public const int PageRows = 100;

    /// <summary>Devices and trips looked at for one answer: more than a corridor has (design 5: 20,000).</summary>
    const int MostRows = 50_000;

    /// <summary>A unit is followed by two devices, one on the container and one on the prime mover.</summary>
    const int DevicesPerUnit = 2;

    /// <summary>Fewer returns than this say nothing of how long a trip takes.</summary>
    const int EnoughReturns = 5;

    sealed record LineRow(string Device, string Facts, int? Battery, long? NewestMicros);

    sealed record CountRow(string State, string? Office, long? BookedUntilMicros, string Device);

    sealed record TripRow(string Device, string Office, long FittedMicros, long? FreedMicros, long? ReturnedMicros);

    sealed record WaitRow(string Office, string State, long SelectedMicros, long? FittedMicros);

    const string Line =
        """
        select s.device, s.facts,
            (select d.battery from device_day d where d.device = s.device and d.battery is not null
                order by d.day desc limit 1) as battery,
            (select max(d.newest_micros) from device_day d where d.device = s.device) as newest_micros
        from stock_device s
        """;

    /// <param name="office">Of this office; null for all.</param>
    /// <param name="after">The last device of the page before; empty for the first.</param>
    public async Task<IReadOnlyList<StockLine>> ListAsync(
        OfficeId? office, StockState? state, string after, DateTimeOffset now, CancellationToken cancel)
    {
        var rows = await desk.QueryAsync<LineRow>(
            $"""
            {Line} where s.device > @after and (@office = '' or s.office = @office) and (@state = '' or s.state = @state
                or (@state = 'in-store' and s.state = 'booked' and s.booked_until_micros <= @now))
            order by s.device limit @rows
            """,
            new
            {
                after, office = office?.ToString() ?? "", state = state is { } s ? Web.Slug.Of(s) : "",
                now = now.ToMicros(), rows = PageRows,
            }, cancel);
        return [.. rows.Select(r => LineOf(r, now))];
    }

    /// <summary>Null where nothing was ever said of the device.</summary>
    public async Task<StockLine?> FindAsync(DeviceId device, DateTimeOffset now, CancellationToken cancel)
    {
        var rows = await desk.QueryAsync<LineRow>(
            $"{Line} where s.device = @device", new { device = device.ToString() }, cancel);
        return rows is [var row] ? LineOf(row, now) : null;
    }

    static StockLine LineOf(LineRow row, DateTimeOffset now)
    {
        var item = StockTable.Read(row.Facts);
        return new(
            DeviceId.Parse(row.Device), item.StateAt(now), item.Home, item.Card, item.Unit, item.SentTo, item.Since,
            row.Battery, row.NewestMicros is { } micros ? CorridorTime.FromMicros(micros) : null);
    }

    /// <summary>Every office that has devices, fits them or has units waiting for one.</summary>
    public async Task<IReadOnlyList<OfficeStock>> OfficesAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var rules = pack.Stock.At(now)?.Value;
        var since = now.AddDays(-(rules?.HistoryDays ?? 30)).ToMicros();
        var counts = await desk.QueryAsync<CountRow>(
            "select state, office, booked_until_micros, device from stock_device order by device limit @most",
            new { most = MostRows }, cancel);
        var trips = await desk.QueryAsync<TripRow>(
            """
            select device, office, fitted_micros, freed_micros, returned_micros from stock_trip
            where fitted_micros >= @since or returned_micros is null order by fitted_micros desc limit @most
            """, new { since, most = MostRows }, cancel);
        var waits = await desk.QueryAsync<WaitRow>(
            """
            select m.office_of_departure as office, u.state, u.selected_micros,
                (select min(t.fitted_micros) from stock_trip t where t.mrn = u.mrn and t.unit = u.unit) as fitted_micros
            from unit_board u join movement_board m on m.mrn = u.mrn
            where m.administration = @own and u.selected_micros >= @since order by u.selected_micros desc limit @most
            """, new { own = node.Administration.Value, since, most = MostRows }, cancel);
        var offices = counts.Select(c => c.Office)
            .Concat(trips.Select(t => t.Office)).Concat(waits.Select(w => w.Office)).OfType<string>().Distinct()
            .Order(StringComparer.Ordinal);
        return
        [
            .. offices.Select(o => Of(
                OfficeId.Parse(o), [.. counts.Where(c => c.Office == o)], [.. trips.Where(t => t.Office == o)],
                [.. waits.Where(w => w.Office == o)], rules, now)),
        ];
    }

    OfficeStock Of(
        OfficeId office, IReadOnlyList<CountRow> devices, IReadOnlyList<TripRow> trips, IReadOnlyList<WaitRow> waits,
        StockRules? rules, DateTimeOffset now)
    {
        var counts = devices.GroupBy(d => StateOf(d, now)).ToDictionary(g => g.Key, g => g.Count());
        var waiting = waits.Count(w => w.FittedMicros is null && w.State is "released" or "sealed");
        var minutes = new Spread(waits.Where(w => w.FittedMicros >= w.SelectedMicros)
            .Select(w => (w.FittedMicros!.Value - w.SelectedMicros) / 60_000_000));
        return new(
            office, counts, waiting, minutes.Median, minutes.Percentile(90),
            rules is null ? null : OutlookOf(office, devices, counts, trips, waiting, rules, now));
    }

    StockOutlook OutlookOf(
        OfficeId office, IReadOnlyList<CountRow> devices, Dictionary<StockState, int> counts,
        IReadOnlyList<TripRow> trips, int waiting, StockRules rules, DateTimeOffset now)
    {
        var zone = pack.FindOffice(office)?.Zone is { } id ? TimeZoneInfo.FindSystemTimeZoneById(id) : TimeZoneInfo.Utc;
        DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, zone).DateTime);
        var today = DayOf(now);
        var since = now.AddDays(-rules.HistoryDays).ToMicros();
        var turns = new Spread(trips.Where(t => t.ReturnedMicros is not null)
            .Select(t => t.ReturnedMicros!.Value - t.FittedMicros));
        var turnaround = turns.Count >= EnoughReturns
            ? TimeSpan.FromMicroseconds(turns.Median!.Value)
            : TimeSpan.FromDays(rules.TurnaroundDays);
        var own = devices.Where(d => StateOf(d, now) is StockState.Fitted or StockState.AwaitingReturn)
            .Select(d => d.Device).ToHashSet(StringComparer.Ordinal);
        var back = trips.Where(t => t.ReturnedMicros is null && own.Contains(t.Device))
            .GroupBy(t => t.Device).Select(g => g.Max(t => t.FittedMicros))
            .Select(fitted => DayOf(CorridorTime.FromMicros(fitted) + turnaround)).Where(day => day >= today);
        var recent = trips.Where(t => t.FittedMicros >= since).ToList();
        return StockOutlook.Of(
            new(
                today, counts.GetValueOrDefault(StockState.InStore), waiting * DevicesPerUnit, recent.Count,
                WindowDays(recent, rules, now), [.. back]),
            rules.ForecastDays);
    }

    /// <summary>A node that runs for three days has three days of history, not thirty.</summary>
    static int WindowDays(IReadOnlyList<TripRow> recent, StockRules rules, DateTimeOffset now) =>
        recent.Count == 0 ? rules.HistoryDays : Math.Clamp(
            (int)Math.Round((now - CorridorTime.FromMicros(recent.Min(t => t.FittedMicros))).TotalDays), 1,
            rules.HistoryDays);

    static StockState StateOf(CountRow row, DateTimeOffset now) =>
        !Web.Slug.TryParse<StockState>(row.State, out var state) ? StockState.NotInBooks
        : state == StockState.Booked && row.BookedUntilMicros <= now.ToMicros() ? StockState.InStore
        : state;
}
