namespace Rahdari.Stock;

/// <summary>Values in order, to be asked for their percentiles (nearest rank).</summary>
readonly struct Spread
{
    readonly long[] ordered;

    public Spread(IEnumerable<long> values) => ordered = [.. values.Order()];

    public int Count => ordered.Length;

    /// <summary>The smallest value that is not below so many per cent of all; null where there is none.</summary>
    public long? Percentile(int percent) => ordered.Length == 0
        ? null
        : ordered[Math.Max(0, (ordered.Length * percent + 99) / 100 - 1)];

    public long? Median => Percentile(50);
}
