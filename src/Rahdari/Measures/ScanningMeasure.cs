using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Transparency;

namespace Rahdari.Measures;

/// <summary>
/// Less scanning and examination. No rate was promised, so the achieved rate is held against the rates the pack states
/// for the day of the promise (a scan of at least a quarter and an examination of at least a tenth, by a rule of
/// October 2023): less than both together is a reduction.
/// </summary>
sealed class ScanningMeasure : IMeasure
{
    sealed record Row(long Selected, long Controlled);

    public string Id => "scanning";
    public Promise Promise => Promise.OfApril2025;

    public async Task<MeasureResult> ComputeAsync(IDesk desk, CorridorPack pack, DateTimeOffset now,
        CancellationToken cancel)
    {
        var row = (await desk.QueryAsync<Row>(
            """
            select count(*) as selected,
                coalesce(sum(case when examined = 1 or lane in ('scan', 'examination') then 1 else 0 end), 0) as
                    controlled
            from unit_board where administration = @by and selected_micros >= @since
            """, new { by = Promise.By.Value, since = Promise.Since.ToMicros() }, cancel))[0];
        return Conclude(row.Selected, row.Controlled, Baseline(pack, Promise.Since));
    }

    /// <summary>
    /// Parts per million of units the rules of a day sent to scanner or examination; null where they say nothing.
    /// </summary>
    public static int? Baseline(CorridorPack pack, DateTimeOffset day) =>
        pack.Selectivity.At(day)?.Value.Profiles.LastOrDefault(p => p.HsPrefixes.Count == 0) is { } all
            ? Math.Min(all.ScanPerMillion + all.ExaminationPerMillion, 1_000_000)
            : null;

    public static MeasureResult Conclude(long selected, long controlled, int? baseline)
    {
        var value = new MeasureValue(controlled, selected, "units");
        var status = selected == 0 || baseline is null ? MeasureStatus.NotMeasurable
            : value.PerMillion < baseline ? MeasureStatus.Met
            : MeasureStatus.NotMet;
        return new(
            "scanning", status,
            selected == 0 ? "measure.scanning.none"
            : baseline is null ? "measure.scanning.rules-unknown"
            : "measure.scanning.rate",
            new Dictionary<string, object>
            {
                ["selected"] = selected, ["controlled"] = controlled, ["percent"] = value.Percent,
                ["baseline"] = new MeasureValue(baseline ?? 0, 1_000_000, "units").Percent,
            }, value);
    }
}
