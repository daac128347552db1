namespace Rahdari.Simulator;

/// <summary>What really happened to a unit, whatever anybody reports of it.</summary>
/// <param name="Unit">The unit: <c>MRN/n</c> once the number is known, before that its local reference and n.</param>
/// <param name="Kind">
/// A kind an alarm can have (<c>rope-cut</c>, <c>off-corridor</c> ...), or <c>benign:WHAT</c>, <c>stratum:WHERE</c>.
/// </param>
public sealed record TruthItem(string Unit, string Kind, DateTimeOffset From, DateTimeOffset To)
{
    public bool Overlaps(DateTimeOffset from, DateTimeOffset to) => From <= to && from <= To;
}
