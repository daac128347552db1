using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Views;
using Rahdari.Parties;
using Rahdari.Telemetry.Enriching;
using Rahdari.Transparency;

namespace Rahdari.Stock;

/// <summary>A device as lists show it.</summary>
/// <param name="State">As it is now: a booking past its time is none.</param>
/// <param name="BatteryPercent">As last reported; null where no record told.</param>
/// <param name="ToldCard">The SIM card that the device told last, beside the books'; null where it told none.</param>
sealed record StockLine(
    DeviceId Device, StockState State, OfficeId? Office, DeviceCard? Card, UnitId? Unit, OfficeId? SentTo,
    DateTimeOffset Since, int? BatteryPercent, DateTimeOffset? HeardAt, ToldCard? ToldCard);

/// <summary>One office's stock, how long units wait there for a device, and whether devices will run out.</summary>
/// <param name="Counts">Devices by state.</param>
/// <param name="WaitingUnits">Released, not gone out, and without a device of one role or of both, now.</param>
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
    static readonly int DevicesPerUnit = Enum.GetValues<DeviceRole>().Length;

    /// <summary>Fewer returns than this say nothing of how long a trip takes.</summary>
    const int EnoughReturns = 5;

    sealed record LineRow(string Device, string Facts, int? Battery, long? NewestMicros, string? SimCard);

    sealed record CountRow(string State, string? Office, long? BookedUntilMicros, string Device);

    sealed record TripRow(
        string Device, string Office, long FittedMicros, long? FreedMicros, long? ReturnedMicros,
        string? ReturnedOffice);

    sealed record WaitRow(string Office, long ReleasedMicros, long FittedMicros);

    sealed record WaitingRow(string Office, string Facts);

    /// <summary>What is counted for all offices at once.</summary>
    sealed record Books(
        IReadOnlyList<CountRow> Devices, IReadOnlyList<TripRow> Trips, IReadOnlyList<WaitRow> Waits,
        ILookup<string, int> Missing, IReadOnlyList<StockItem> Sent);

    const string Line =
        """
        select s.device, s.facts,
            (select d.battery from device_day d where d.device = s.device and d.battery is not null
                order by d.day desc limit 1) as battery,
            (select max(d.newest_micros) from device_day d where d.device = s.device) as newest_micros,
            (select d.sim_card from device_day d where d.device = s.device and d.sim_card is not null
                order by d.day desc limit 1) as sim_card
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
            row.Battery, row.NewestMicros is { } micros ? CorridorTime.FromMicros(micros) : null,
            SimCardNumber.TryParse(row.SimCard, out var told)
                ? new(told, SimCardNumber.TryParse(item.Card?.Iccid, out var booked) ? booked : null)
                : null);
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
            select device, office, fitted_micros, freed_micros, returned_micros, returned_office from stock_trip
            where fitted_micros >= @since or returned_micros is null or returned_micros >= @since
            order by fitted_micros desc limit @most
            """, new { since, most = MostRows }, cancel);
        var waits = await desk.QueryAsync<WaitRow>(
            """
            select distinct m.office_of_departure as office, u.mrn, u.unit, u.released_micros, t.fitted_micros
            from stock_trip t join unit_board u on u.mrn = t.mrn and u.unit = t.unit
                join movement_board m on m.mrn = u.mrn
            where m.administration = @own and t.fitted_micros >= @since and u.released_micros is not null
                and not exists (select 1 from stock_trip e where e.mrn = t.mrn and e.unit = t.unit
                    and e.fitted_micros < t.fitted_micros)
            order by t.fitted_micros desc limit @most
            """, new { own = node.Administration.Value, since, most = MostRows }, cancel);
        // However long they wait.
        var waiting = await desk.QueryAsync<WaitingRow>(
            """
            select m.office_of_departure as office, u.facts from unit_board u join movement_board m on m.mrn = u.mrn
            where m.administration = @own and u.state in ('released', 'sealed') order by u.mrn, u.unit limit @most
            """, new { own = node.Administration.Value, most = MostRows }, cancel);
        var sent = await desk.QueryAsync<string>(
            "select facts from stock_device where state = 'sent' order by device limit @most",
            new { most = MostRows }, cancel);
        var books = new Books(
            counts, trips, waits,
            waiting.Select(w => (w.Office, Missing: DevicesPerUnit - RolesOf(w.Facts))).Where(w => w.Missing > 0)
                .ToLookup(w => w.Office, w => w.Missing),
            [.. sent.Select(StockTable.Read)]);
        var offices = counts.Select(c => c.Office).Concat(trips.Select(t => t.Office))
            .Concat(waits.Select(w => w.Office)).Concat(books.Missing.Select(g => g.Key)).OfType<string>().Distinct()
            .Order(StringComparer.Ordinal);
        return [.. offices.Select(o => Of(OfficeId.Parse(o), o, books, rules, now))];
    }

    /// <summary>As what the unit has devices.</summary>
    static int RolesOf(string facts) =>
        MovementBoard.Read(facts).LiveDevices.Select(d => d.Role).Distinct().Count();

    OfficeStock Of(OfficeId office, string name, Books books, StockRules? rules, DateTimeOffset now)
    {
        var counts = books.Devices.Where(d => d.Office == name).GroupBy(d => StateOf(d, now))
            .ToDictionary(g => g.Key, g => g.Count());
        var minutes = new Spread(books.Waits.Where(w => w.Office == name && w.FittedMicros >= w.ReleasedMicros)
            .Select(w => (w.FittedMicros - w.ReleasedMicros) / 60_000_000));
        return new(
            office, counts, books.Missing[name].Count(), minutes.Median, minutes.Percentile(90),
            rules is null ? null : OutlookOf(office, name, counts, books, rules, now));
    }

    StockOutlook OutlookOf(
        OfficeId office, string name, Dictionary<StockState, int> counts, Books books, StockRules rules,
        DateTimeOffset now)
    {
        var zone = pack.FindOffice(office)?.Zone is { } id ? TimeZoneInfo.FindSystemTimeZoneById(id) : TimeZoneInfo.Utc;
        DateOnly DayOf(DateTimeOffset time) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(time, zone).DateTime);
        var today = DayOf(now);
        var since = now.AddDays(-rules.HistoryDays).ToMicros();
        // Of transfers no history is kept: one counts on them no sooner than on a device that has to make a trip.
        var back = ExpectedBack(name, books, rules, since, now)
            .Concat(books.Sent.Where(s => s.SentTo == office).Select(s => s.Since.AddDays(rules.TurnaroundDays)))
            .Select(DayOf).Where(day => day >= today);
        var recent = books.Trips.Where(t => t.Office == name && t.FittedMicros >= since).ToList();
        return StockOutlook.Of(
            new(
                today, counts.GetValueOrDefault(StockState.InStore), books.Missing[name].Sum(), recent.Count,
                WindowDays(recent, rules, now), [.. back]),
            rules.ForecastDays);
    }

    /// <summary>
    /// When devices that are out are expected at an office, by where each was fitted: of those fitted at an office the
    /// share that came to this one, of all that came back in the window. On a corridor that is driven one way they come
    /// back at its far end. Whole devices: a part of one is counted when the parts make one.
    /// </summary>
    static IEnumerable<DateTimeOffset> ExpectedBack(
        string name, Books books, StockRules rules, long since, DateTimeOffset now)
    {
        var isOut = books.Devices.Where(d => StateOf(d, now) is StockState.Fitted or StockState.AwaitingReturn)
            .Select(d => d.Device).ToHashSet(StringComparer.Ordinal);
        // Of a device that was fitted anew without a return only the last fitting is open.
        var under = books.Trips.Where(t => t.ReturnedMicros is null && isOut.Contains(t.Device))
            .GroupBy(t => t.Device).Select(g => g.MaxBy(t => t.FittedMicros)!).ToLookup(t => t.Office);
        foreach (var fitted in books.Trips.GroupBy(t => t.Office))
        {
            var returned = fitted.Where(t => t.ReturnedMicros >= since).ToList();
            var turns = new Spread(returned.Where(t => t.ReturnedOffice == name)
                .Select(t => t.ReturnedMicros!.Value - t.FittedMicros));
            if (turns.Count == 0) continue;
            var turnaround = turns.Count >= EnoughReturns
                ? TimeSpan.FromMicroseconds(turns.Median!.Value)
                : TimeSpan.FromDays(rules.TurnaroundDays);
            var open = under[fitted.Key].Select(t => t.FittedMicros).Order().ToList();
            for (var i = 0; i < open.Count; i++)
            {
                if ((long)(i + 1) * turns.Count / returned.Count > (long)i * turns.Count / returned.Count)
                    yield return CorridorTime.FromMicros(open[i]) + turnaround;
            }
        }
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
