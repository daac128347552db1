using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Crossing;
using Rahdari.Transparency;

namespace Rahdari.Measures;

/// <summary>
/// A track and trace system in operation (announced for 30 June 2025, started on 1 October 2025 by report). The
/// tracking rules let no cargo leave without a device on the container and one on the prime mover: met when every unit
/// that left had both and was heard since. What vendors' platforms passed on counts, and is told apart; a unit of which
/// the devices and a platform told is counted once, and in both ways.
/// </summary>
sealed class TrackingMeasure(IUnitFixes? fixes = null) : IMeasure
{
    /// <summary>Units asked about at once.</summary>
    const int Page = 1_000;

    sealed record Row(string Mrn, int Unit, bool BothDevices);

    sealed record AlertRow(long Direct, long Relayed);

    public string Id => "tracking";
    public Promise Promise => Promise.OfApril2025;

    public async Task<MeasureResult> ComputeAsync(IDesk desk, CorridorPack pack, DateTimeOffset now,
        CancellationToken cancel)
    {
        var (left, followed, direct, relayed) = (0L, 0L, 0L, 0L);
        for (var (mrn, unit) = ("", 0); ;)
        {
            var rows = await desk.QueryAsync<Row>(
                """
                select mrn, unit, both_devices from unit_board
                where administration = @by and gated_out_micros >= @since
                    and (mrn > @mrn or (mrn = @mrn and unit > @unit))
                order by mrn, unit limit @rows
                """, new { by = Promise.By.Value, since = Promise.Since.ToMicros(), mrn, unit, rows = Page }, cancel);
            left += rows.Count;
            var both = rows.Where(r => r.BothDevices).Select(r => new UnitId(new Mrn(r.Mrn), r.Unit)).ToList();
            if (fixes is not null && both.Count > 0)
            {
                var heard = (await fixes.NewestAsync(both, cancel)).DistinctBy(f => f.Unit).ToList();
                followed += heard.Count;
                direct += heard.Count(f => f.IsDirect);
                relayed += heard.Count(f => f.IsRelayed);
            }
            if (rows.Count < Page) break;
            (mrn, unit) = (rows[^1].Mrn, rows[^1].Unit);
        }
        if (fixes is null) return Conclude(left, null, []);
        var alerts = (await desk.QueryAsync<AlertRow>(
            """
            select coalesce(sum(case when relay is null then 1 else 0 end), 0) as direct,
                coalesce(sum(case when relay is null then 0 else 1 end), 0) as relayed
            from alert_board where administration = @by and raised_micros >= @since and device is not null
            """, new { by = Promise.By.Value, since = Promise.Since.ToMicros() }, cancel))[0];
        return Conclude(
            left, followed, [new("direct", direct, alerts.Direct), new("relayed", relayed, alerts.Relayed)]);
    }

    /// <param name="left">Units that left since the promise.</param>
    /// <param name="heard">Of these, had both devices and were heard; null where this node does not know what devices
    /// told.</param>
    /// <param name="ways">The same by way; a unit followed by both is in both.</param>
    public static MeasureResult Conclude(long left, long? heard, IReadOnlyList<WayValue> ways)
    {
        var followed = heard ?? 0;
        var value = new MeasureValue(followed, left, "units") { Ways = ways };
        return new(
            "tracking",
            left == 0 || heard is null ? MeasureStatus.NotMeasurable : followed == left ? MeasureStatus.Met
                : MeasureStatus.NotMet,
            left == 0 ? "measure.tracking.none"
                : heard is null ? "measure.tracking.not-heard" : "measure.tracking.share",
            new Dictionary<string, object> { ["left"] = left, ["followed"] = followed, ["percent"] = value.Percent },
            value);
    }
}
