using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Transparency;

namespace Rahdari.Measures;

/// <summary>
/// The processing fee of ten percent removed. Announced and observed are two things: a notice of May 2025 widened the
/// fee instead. Met only while no declaration since the promise was charged.
/// </summary>
sealed class FeeMeasure : IMeasure
{
    sealed record Row(long Declarations, long Charged, long Minor, string? Currency);

    public string Id => "fee";
    public Promise Promise => Promise.OfApril2025;

    public async Task<MeasureResult> ComputeAsync(IDesk desk, CorridorPack pack, DateTimeOffset now,
        CancellationToken cancel)
    {
        var row = (await desk.QueryAsync<Row>(
            """
            select count(*) as declarations, coalesce(sum(case when fee_minor > 0 then 1 else 0 end), 0) as charged,
                cast(coalesce(sum(fee_minor), 0) as bigint) as minor, max(fee_currency) as currency
            from movement_board where administration = @by and recorded_micros >= @since and fee_minor is not null
            """, new { by = Promise.By.Value, since = Promise.Since.ToMicros() }, cancel))[0];
        return Conclude(row.Declarations, row.Charged, row.Minor, row.Currency ?? "");
    }

    public static MeasureResult Conclude(long declarations, long charged, long minor, string currency) => new(
        "fee",
        declarations == 0 ? MeasureStatus.NotMeasurable : charged == 0 ? MeasureStatus.Met : MeasureStatus.NotMet,
        declarations == 0 ? "measure.fee.none" : charged == 0 ? "measure.fee.met" : "measure.fee.not-met",
        new Dictionary<string, object>
        {
            ["declarations"] = declarations, ["charged"] = charged,
            ["amount"] = FormattableString.Invariant($"{minor / 100}.{minor % 100:00}"), ["currency"] = currency,
        },
        new(charged, declarations, "declarations"));
}
