using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Relaying;

/// <summary>Something out of order with a vendor's hour, as it is now.</summary>
/// <param name="Device">Null where the vendor has stated nothing of the whole hour.</param>
/// <param name="Stated">Frames the vendor counted; null where it has stated nothing.</param>
/// <param name="NotedAt">When the node put it on the record; null where it has not yet.</param>
sealed record RelayFinding(
    PartyId Vendor, DateTimeOffset Hour, DeviceId? Device, RelayGap Gap, long? Stated, long Received,
    DateTimeOffset? NotedAt);

/// <summary>What came from one vendor, all devices together.</summary>
/// <param name="MeanDelaySeconds">From the platform's receipt to receipt here; null where nothing came.</param>
sealed record RelaySummary(
    PartyId Vendor, int Devices, long Frames, long? MeanDelaySeconds, long? MostDelaySeconds, int HoursStated,
    DateTimeOffset? NewestStatement);

/// <summary>Holds what vendors state against what came. Computed when it is asked for: a frame that comes late closes
/// its finding.</summary>
sealed class RelayQuery(IDesk desk)
{
    /// <summary>How far back is looked: as far as a stored record may be dated (rules of judging).</summary>
    static readonly TimeSpan Window = TimeSpan.FromDays(30);

    /// <summary>A vendor's hour is complete so long after its end: a platform that was cut off for an hour, and one
    /// more to catch up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(2);

    /// <summary>More than this nobody reads; the newest hours come first.</summary>
    public const int Most = 500;

    const long HourMicros = 3_600_000_000;

    sealed record Row(string Vendor, long HourMicros, string Device, long Stated, long Received, long? NotedMicros);

    sealed record SummaryRow(
        string Vendor, long Devices, long Frames, long DelayMicros, long MostMicros, long Hours, long? NewestMicros);

    /// <summary>Statements that do not agree with what came, by device, and hours nothing was stated of.</summary>
    public async Task<IReadOnlyList<RelayFinding>> FindingsAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var args = new
        {
            since = (now - Window).ToMicros(), before = (now - Patience).ToMicros() - HourMicros, most = Most,
        };
        var differing = await desk.QueryAsync<Row>(
            """
            select x.vendor, x.hour_micros, x.device, cast(sum(x.stated) as bigint) as stated,
                cast(sum(x.received) as bigint) as received,
                (select max(n.noted_micros) from relay_noted n where n.vendor = x.vendor
                    and n.hour_micros = x.hour_micros and n.gap <> 'unstated') as noted_micros
            from (
                select vendor, hour_micros, device, frames as stated, 0 as received from relay_count
                where hour_micros >= @since
                union all
                select h.vendor, h.hour_micros, h.device, 0, h.frames from relay_hour h
                join relay_statement s on s.vendor = h.vendor and s.hour_micros = h.hour_micros
                where h.hour_micros >= @since) x
            group by x.vendor, x.hour_micros, x.device having sum(x.stated) <> sum(x.received)
            order by x.hour_micros desc, x.vendor, x.device limit @most
            """, args, cancel);
        var unstated = await desk.QueryAsync<Row>(
            """
            select h.vendor, h.hour_micros, '' as device, 0 as stated,
                cast(sum(h.frames) as bigint) as received,
                (select max(n.noted_micros) from relay_noted n where n.vendor = h.vendor
                    and n.hour_micros = h.hour_micros and n.gap = 'unstated') as noted_micros
            from relay_hour h
            where h.hour_micros >= @since and h.hour_micros <= @before and not exists (
                select 1 from relay_statement s where s.vendor = h.vendor and s.hour_micros = h.hour_micros)
            group by h.vendor, h.hour_micros order by h.hour_micros desc, h.vendor limit @most
            """, args, cancel);
        return [.. unstated.Concat(differing).Select(Read).OrderByDescending(f => f.Hour)];
    }

    /// <summary>What has come from each vendor within the window.</summary>
    public async Task<IReadOnlyList<RelaySummary>> SummariesAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var rows = await desk.QueryAsync<SummaryRow>(
            """
            select h.vendor, count(distinct h.device) as devices, cast(sum(h.frames) as bigint) as frames,
                cast(sum(h.delay_micros) as bigint) as delay_micros, max(h.most_delay_micros) as most_micros,
                (select count(*) from relay_statement s where s.vendor = h.vendor and s.hour_micros >= @since) as hours,
                (select max(s.hour_micros) from relay_statement s where s.vendor = h.vendor) as newest_micros
            from relay_hour h where h.hour_micros >= @since group by h.vendor order by h.vendor
            """, new { since = (now - Window).ToMicros() }, cancel);
        return
        [
            .. rows.Select(r => new RelaySummary(
                new(r.Vendor), (int)r.Devices, r.Frames, r.DelayMicros / r.Frames / 1_000_000,
                r.MostMicros / 1_000_000, (int)r.Hours,
                r.NewestMicros is { } newest ? CorridorTime.FromMicros(newest) : null)),
        ];
    }

    /// <summary>Findings of complete hours that are not on the record yet, one a vendor's hour and gap.</summary>
    public async Task<IReadOnlyList<RelayGapNoted>> UnnotedAsync(DateTimeOffset now, CancellationToken cancel) =>
    [
        .. (await FindingsAsync(now, cancel))
            .Where(f => f.NotedAt is null && f.Hour.AddHours(1) + Patience <= now)
            .GroupBy(f => (f.Vendor, f.Hour, f.Gap))
            .Select(g => new RelayGapNoted(
                g.Key.Vendor, g.Key.Hour, g.Key.Gap, g.Count(f => f.Device is not null), g.Sum(f => f.Stated ?? 0),
                g.Sum(f => f.Received))),
    ];

    static RelayFinding Read(Row row) => new(
        new(row.Vendor), CorridorTime.FromMicros(row.HourMicros),
        row.Device.Length == 0 ? null : DeviceId.Parse(row.Device),
        row.Device.Length == 0 ? RelayGap.Unstated
            : row.Received < row.Stated ? RelayGap.FewerReceived : RelayGap.MoreReceived,
        row.Device.Length == 0 ? null : row.Stated, row.Received,
        row.NotedMicros is { } at ? CorridorTime.FromMicros(at) : null);
}
