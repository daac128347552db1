using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;
using Rahdari.Web;

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
/// <param name="Findings">How many there are of the vendor.</param>
sealed record RelaySummary(
    PartyId Vendor, int Devices, long Frames, long? MeanDelaySeconds, long? MostDelaySeconds, int HoursStated,
    DateTimeOffset? NewestStatement, int Findings);

/// <summary>Findings, the newest hour first.</summary>
/// <param name="Next">The cursor of what follows of the vendor that was asked for; null at the end.</param>
sealed record RelayFindings(IReadOnlyList<RelayFinding> Items, string? Next);

/// <summary>Holds what vendors state against what came. Computed when it is asked for: a frame that comes late closes
/// its finding.</summary>
sealed class RelayQuery(IDesk desk)
{
    /// <summary>How far back is looked: as far as a stored record may be dated (rules of judging).</summary>
    public static readonly TimeSpan Window = TimeSpan.FromDays(30);

    /// <summary>A vendor's hour is complete so long after its end: a platform that was cut off for an hour, and one
    /// more to catch up.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromHours(2);

    /// <summary>Of each vendor where all are asked for: what fits a page beside those of others.</summary>
    public const int MostOfEach = 25;

    /// <summary>Of one vendor at once.</summary>
    public const int MostOfOne = 200;

    /// <summary>Noted in one round; the oldest come first, so that the next round has the rest.</summary>
    const int MostNoted = 500;

    const long HourMicros = 3_600_000_000;

    /// <summary>
    /// Statements that do not agree with what came, by device, and complete hours that nothing was stated of.
    /// </summary>
    const string Open =
        """
        with finding as (
            select x.vendor, x.hour_micros, x.device, cast(sum(x.stated) as bigint) as stated,
                cast(sum(x.received) as bigint) as received,
                case when sum(x.received) < sum(x.stated) then 'fewer-received' else 'more-received' end as gap
            from (
                select vendor, hour_micros, device, frames as stated, 0 as received from relay_count
                where hour_micros >= @since
                union all
                select h.vendor, h.hour_micros, h.device, 0, h.frames from relay_hour h
                join relay_statement s on s.vendor = h.vendor and s.hour_micros = h.hour_micros
                where h.hour_micros >= @since) x
            group by x.vendor, x.hour_micros, x.device having sum(x.stated) <> sum(x.received)
            union all
            select h.vendor, h.hour_micros, '', 0, cast(sum(h.frames) as bigint), 'unstated' from relay_hour h
            where h.hour_micros >= @since and h.hour_micros <= @before and not exists (
                select 1 from relay_statement s where s.vendor = h.vendor and s.hour_micros = h.hour_micros)
            group by h.vendor, h.hour_micros)
        """;

    const string Noted =
        """
        (select n.noted_micros from relay_noted n where n.vendor = f.vendor and n.hour_micros = f.hour_micros
            and n.gap = f.gap) as noted_micros
        """;

    sealed record Row(
        string Vendor, long HourMicros, string Device, string Gap, long Stated, long Received, long? NotedMicros);

    sealed record GapRow(string Vendor, long HourMicros, string Gap, long Devices, long Stated, long Received);

    sealed record SummaryRow(
        string Vendor, long Devices, long Frames, long DelayMicros, long MostMicros, long Hours, long? NewestMicros);

    sealed record CountRow(string Vendor, long Findings);

    /// <summary>The newest of every vendor, so that none hides another's.</summary>
    public async Task<IReadOnlyList<RelayFinding>> NewestAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var (since, before) = WindowOf(now);
        var rows = await desk.QueryAsync<Row>(
            $"""
            {Open}
            select f.vendor, f.hour_micros, f.device, f.gap, f.stated, f.received, {Noted} from (
                select vendor, hour_micros, device, gap, stated, received,
                    row_number() over (partition by vendor order by hour_micros desc, device) as place
                from finding) f
            where f.place <= @most order by f.hour_micros desc, f.vendor, f.device
            """, new { since, before, most = MostOfEach }, cancel);
        return [.. rows.Select(Read)];
    }

    /// <param name="cursor">The last page's <see cref="RelayFindings.Next"/>; empty for the newest.</param>
    /// <returns>Null where the cursor is none of ours.</returns>
    public async Task<RelayFindings?> OfAsync(
        PartyId vendor, string? cursor, DateTimeOffset now, CancellationToken cancel)
    {
        var (since, before) = WindowOf(now);
        var (hour, device) = (long.MaxValue, "");
        if (!string.IsNullOrEmpty(cursor) && !TryReadCursor(cursor, out hour, out device)) return null;
        var rows = await desk.QueryAsync<Row>(
            $"""
            {Open}
            select f.vendor, f.hour_micros, f.device, f.gap, f.stated, f.received, {Noted} from finding f
            where f.vendor = @vendor
                and (f.hour_micros < @hour or (f.hour_micros = @hour and f.device > @device))
            order by f.hour_micros desc, f.device limit @rows
            """, new { since, before, vendor = vendor.Value, hour, device, rows = MostOfOne + 1 }, cancel);
        return new(
            [.. rows.Take(MostOfOne).Select(Read)], rows.Count > MostOfOne ? CursorOf(rows[MostOfOne - 1]) : null);
    }

    /// <summary>What has come from each vendor within the window, or was said to have come to it.</summary>
    public async Task<IReadOnlyList<RelaySummary>> SummariesAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var (since, before) = WindowOf(now);
        var rows = await desk.QueryAsync<SummaryRow>(
            """
            select v.vendor, count(distinct h.device) as devices, cast(coalesce(sum(h.frames), 0) as bigint) as frames,
                cast(coalesce(sum(h.delay_micros), 0) as bigint) as delay_micros,
                coalesce(max(h.most_delay_micros), 0) as most_micros,
                (select count(*) from relay_statement s where s.vendor = v.vendor and s.hour_micros >= @since) as hours,
                (select max(s.hour_micros) from relay_statement s where s.vendor = v.vendor) as newest_micros
            from (select vendor from relay_hour where hour_micros >= @since
                union select vendor from relay_statement where hour_micros >= @since) v
            left join relay_hour h on h.vendor = v.vendor and h.hour_micros >= @since
            group by v.vendor order by v.vendor
            """, new { since }, cancel);
        var counts = (await desk.QueryAsync<CountRow>(
            $"{Open} select vendor, count(*) as findings from finding group by vendor", new { since, before }, cancel))
            .ToDictionary(r => r.Vendor, r => (int)r.Findings, StringComparer.Ordinal);
        return
        [
            .. rows.Select(r => new RelaySummary(
                new(r.Vendor), (int)r.Devices, r.Frames,
                r.Frames == 0 ? null : r.DelayMicros / r.Frames / 1_000_000,
                r.Frames == 0 ? null : r.MostMicros / 1_000_000, (int)r.Hours,
                r.NewestMicros is { } newest ? CorridorTime.FromMicros(newest) : null,
                counts.GetValueOrDefault(r.Vendor))),
        ];
    }

    /// <summary>Findings of complete hours that are not on the record yet, one a vendor's hour and gap.</summary>
    public async Task<IReadOnlyList<RelayGapNoted>> UnnotedAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var (since, before) = WindowOf(now);
        var rows = await desk.QueryAsync<GapRow>(
            $"""
            {Open}
            select f.vendor, f.hour_micros, f.gap, sum(case when f.device = '' then 0 else 1 end) as devices,
                cast(sum(f.stated) as bigint) as stated, cast(sum(f.received) as bigint) as received
            from finding f
            where f.hour_micros <= @before and not exists (select 1 from relay_noted n
                where n.vendor = f.vendor and n.hour_micros = f.hour_micros and n.gap = f.gap)
            group by f.vendor, f.hour_micros, f.gap order by f.hour_micros, f.vendor, f.gap limit @most
            """, new { since, before, most = MostNoted }, cancel);
        return
        [
            .. rows.Select(r => new RelayGapNoted(
                new(r.Vendor), CorridorTime.FromMicros(r.HourMicros), GapOf(r.Gap), (int)r.Devices, r.Stated,
                r.Received)),
        ];
    }

    static (long Since, long Before) WindowOf(DateTimeOffset now) =>
        ((now - Window).ToMicros(), (now - Patience).ToMicros() - HourMicros);

    static RelayGap GapOf(string slug) => Slug.TryParse<RelayGap>(slug, out var gap)
        ? gap
        : throw new InvalidDataException($"{slug} is no gap");

    static RelayFinding Read(Row row) => new(
        new(row.Vendor), CorridorTime.FromMicros(row.HourMicros),
        row.Device.Length == 0 ? null : DeviceId.Parse(row.Device), GapOf(row.Gap),
        row.Device.Length == 0 ? null : row.Stated, row.Received,
        row.NotedMicros is { } at ? CorridorTime.FromMicros(at) : null);

    static string CursorOf(Row last) => Base64Url.EncodeToString(Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{last.HourMicros}/{last.Device}")));

    public static bool IsCursor(string text) => TryReadCursor(text, out var _, out var _);

    static bool TryReadCursor(string cursor, out long hour, out string device)
    {
        (hour, device) = (0, "");
        if (cursor.Length > 200 || !Base64Url.IsValid(cursor)) return false;
        var parts = Encoding.ASCII.GetString(Base64Url.DecodeFromChars(cursor)).Split('/', 2);
        if (parts.Length != 2
            || !long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out hour)) return false;
        device = parts[1];
        return device.Length == 0 || DeviceId.TryParse(device, null, out _);
    }
}
