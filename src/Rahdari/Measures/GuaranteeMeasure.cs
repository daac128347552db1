using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Transparency;

namespace Rahdari.Measures;

/// <summary>
/// An insurer's guarantee that can be had in place of a bank's. No share was promised: it can be had when the rules in
/// force accept it and somebody had it.
/// </summary>
sealed class GuaranteeMeasure : IMeasure
{
    sealed record Row(long Covered, long Insured);

    public string Id => "guarantee";
    public Promise Promise => Promise.OfApril2025;

    public async Task<MeasureResult> ComputeAsync(IDesk desk, CorridorPack pack, DateTimeOffset now,
        CancellationToken cancel)
    {
        var row = (await desk.QueryAsync<Row>(
            """
            select count(*) as covered, coalesce(sum(case when m.guarantor_rating is not null then 1 else 0 end), 0) as
                insured
            from unit_board u join movement_board m on m.mrn = u.mrn
            where m.administration = @by and u.covered_micros >= @since
            """, new { by = Promise.By.Value, since = Promise.Since.ToMicros() }, cancel))[0];
        return Conclude(row.Covered, row.Insured, pack.Guarantee.At(now)?.Value.AcceptsInsurers);
    }

    /// <param name="accepted">Whether the rules in force accept insurers; null where they say nothing.</param>
    public static MeasureResult Conclude(long covered, long insured, bool? accepted)
    {
        var status = covered == 0 || accepted is null ? MeasureStatus.NotMeasurable
            : accepted.Value && insured > 0 ? MeasureStatus.Met
            : MeasureStatus.NotMet;
        var value = new MeasureValue(insured, covered, "units");
        return new(
            "guarantee", status,
            covered == 0 ? "measure.guarantee.none"
            : accepted is null ? "measure.guarantee.rules-unknown"
            : accepted.Value ? "measure.guarantee.share"
            : "measure.guarantee.not-accepted",
            new Dictionary<string, object> { ["covered"] = covered, ["insured"] = insured,
                ["percent"] = value.Percent }, value);
    }
}
