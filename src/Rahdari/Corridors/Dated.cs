namespace Rahdari.Corridors;

/// <summary>A value of the rule pack, when it holds and where it comes from. Until is exclusive; null = open.</summary>
public sealed record DatedValue<T>(T Value, DateTimeOffset From, DateTimeOffset? Until, string Source)
{
    public bool HoldsAt(DateTimeOffset time) => time >= From && (Until is not { } until || time < until);
}

/// <summary>The one dated look-up: every rule value is read through it. Rows do not overlap.</summary>
public sealed class Dated<T>(IReadOnlyList<DatedValue<T>> rows)
{
    public static readonly Dated<T> Never = new([]);

    public IReadOnlyList<DatedValue<T>> Rows => rows;

    /// <summary>The row in force; null means the rules say nothing: <i>unknown, refer to an officer</i>.</summary>
    public DatedValue<T>? At(DateTimeOffset time) => rows.FirstOrDefault(r => r.HoldsAt(time));
}
