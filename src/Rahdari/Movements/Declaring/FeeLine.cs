using Rahdari.Corridors;
using Rahdari.Guarantees;

namespace Rahdari.Movements.Declaring;

/// <summary>The processing fee by the rules of the date, written on every declaration, also where it is zero.</summary>
static class FeeLine
{
    /// <summary>The source where no rule is in force: a code, the catalogues' <c>fee.no-rule-in-force</c>.</summary>
    public const string NoRule = "no-rule-in-force";

    /// <summary>The rate on the sum of the values it covers, rounded once.</summary>
    /// <param name="currency">The one currency of the declaration's amounts.</param>
    public static AssessedFee Assess(
        IReadOnlyList<GoodsItem> goods, DatedValue<FeeRules>? rule, string currency)
    {
        if (rule is null) return new(null, new Money(0, currency), NoRule);
        var covered = goods.Where(g => rule.Value.HsPrefixes.Count == 0
            || rule.Value.HsPrefixes.Any(p => g.HsCode.StartsWith(p, StringComparison.Ordinal)));
        var value = covered.Aggregate(new Money(0, currency), (sum, g) => sum + g.Value);
        return new(rule.Value.Id, value.PerMillion(rule.Value.RatePerMillion), rule.Source);
    }
}
