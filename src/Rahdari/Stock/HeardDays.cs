using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Quarantining;
using Rahdari.Telemetry.Relaying;

namespace Rahdari.Stock;

/// <summary>
/// Notes from the journal when devices were heard, what vendors passed on and what is kept apart. Reads both lanes
/// behind their own watermarks, which move in the transaction that holds what was read: nothing is counted twice and
/// nothing left out, whenever the process ends.
/// </summary>
sealed class HeardDays(IJournal journal, IRecordStore store, NodeSettings node)
{
    /// <summary>Rows read at once: a second's records of a large corridor (design 5).</summary>
    const int PageRows = 5_000;

    /// <summary>A record's own time is believed so far from its receipt; else its receipt counts.</summary>
    static readonly long BelievedMicros = TimeSpan.FromDays(60).Ticks / TimeSpan.TicksPerMicrosecond;

    static readonly long AheadMicros = TimeSpan.FromMinutes(10).Ticks / TimeSpan.TicksPerMicrosecond;

    /// <summary>Under which name the record has how far a stream is read.</summary>
    public static string WatermarkOf(string stream) => $"stock/{stream}";

    /// <summary>Notes one page of each lane.</summary>
    /// <returns>True where more is waiting.</returns>
    public async Task<bool> NoteAsync(CancellationToken cancel)
    {
        var more = false;
        foreach (var stream in new[] { JournalStreams.Live(node.Node), JournalStreams.Late(node.Node) })
            more |= await NoteAsync(stream, cancel);
        return more;
    }

    async Task<bool> NoteAsync(string stream, CancellationToken cancel)
    {
        var name = WatermarkOf(stream);
        var from = await store.ReadAsync(r => r.WatermarkAsync(name, cancel), cancel);
        if (journal.Head(stream) <= from) return false;
        var rows = await journal.ReadAsync(stream, from, PageRows, cancel);
        if (rows.Count == 0) return false;
        var days = new Dictionary<(string, int), DeviceDay>();
        var hours = new Dictionary<(string, string, long), RelayHour>();
        var apart = new Dictionary<(string, long), KeptApart>();
        foreach (var row in rows)
        {
            // A record that cannot be read was heard all the same.
            JournaledFix.TryRead(row.Entry, out var fix, out _);
            // A copy of a record that was kept apart: the record was noted when it came.
            if (fix?.ReleasedFrom is not null) continue;
            if (fix is not null && KeptApart.Of(fix) is { } kept)
                Add(apart, (kept.Device, kept.SinceMicros), kept, (a, b) => a.Plus(b));
            if (fix is not null && RelayHour.Of(fix) is { } hour)
                Add(hours, (hour.Vendor, hour.Device, hour.HourMicros), hour, (a, b) => a.Plus(b));
            var day = Of(row.Entry, fix);
            Add(days, (day.Device, day.Day), day, (a, b) => a.Plus(b));
        }
        await store.WriteAsync(async t =>
        {
            // Another process of this node may have been quicker; then this page is read again from where it came to.
            if (await t.WatermarkAsync(name, cancel) != from) return 0;
            foreach (var day in days.Values) await DeviceDayTable.AddAsync(t, day, cancel);
            foreach (var hour in hours.Values) await RelayHourTable.AddAsync(t, hour, cancel);
            foreach (var kept in apart.Values) await KeptApartTable.AddAsync(t, kept, cancel);
            await t.SetWatermarkAsync(name, rows[^1].Number, cancel);
            return 0;
        }, cancel);
        return rows.Count == PageRows;
    }

    static void Add<TKey, T>(Dictionary<TKey, T> noted, TKey key, T one, Func<T, T, T> plus) where TKey : notnull =>
        noted[key] = noted.TryGetValue(key, out var known) ? plus(known, one) : one;

    static DeviceDay Of(JournalEntry entry, JournaledFix? fix)
    {
        var (own, received) = (entry.FixMicros ?? entry.ReceivedMicros, entry.ReceivedMicros);
        var at = own > received + AheadMicros || own < received - BelievedMicros ? received : own;
        return DeviceDay.Of(
            entry.Device, at, fix?.Message.BatteryPercent, received, fix?.Relay is not null,
            fix?.Message.SimCard?.Value);
    }
}

/// <summary>Runs <see cref="HeardDays"/>; pages about stock show a state at most this old.</summary>
sealed partial class HeardDaysService(
    HeardDays heard, TimeProvider machine, ILogger<HeardDaysService> log) : BackgroundService
{
    static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Rounds.RunAsync(RoundAsync, Every, machine, stoppingToken, why => Outage(log, why));

    async Task RoundAsync(CancellationToken cancel)
    {
        try
        {
            while (await heard.NoteAsync(cancel)) { }
        }
        catch (StreamConflictException e)
        {
            Outage(log, e.Message);
        }
    }

    [LoggerMessage(3600, LogLevel.Warning, "the record cannot be used now, noting later what was heard: {Why}")]
    static partial void Outage(ILogger log, string why);
}
