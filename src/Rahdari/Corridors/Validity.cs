namespace Rahdari.Corridors;

/// <summary>When something drawn in the pack (an office, a route) holds, and where that comes from.</summary>
/// <param name="Until">Exclusive; null = open.</param>
public sealed record Validity(DateTimeOffset From, DateTimeOffset? Until, string Source)
{
    /// <summary>For packs built in code; the loader never gives it.</summary>
    public static readonly Validity Unstated = new(DateTimeOffset.MinValue, null, "");

    public bool HoldsAt(DateTimeOffset time) => time >= From && (Until is not { } until || time < until);
}
