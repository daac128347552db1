using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Declaring;

/// <summary>
/// The movement that a declarant's own reference stands for: one at one office in one year. The fold of
/// <c>reference:OFFICE:YEAR:PARTY:REFERENCE</c>.
/// </summary>
sealed record ReferenceUse(Mrn? Mrn) : IFold<ReferenceUse>
{
    public static ReferenceUse Empty { get; } = new((Mrn?)null);

    /// <summary>References that differ in case only are one: people copy them by hand.</summary>
    /// <param name="mrn">Carries the year in the office's zone.</param>
    public static string Subject(OfficeId office, Mrn mrn, PartyId declarant, string reference) =>
        $"reference:{office}:{mrn.Value.AsSpan(0, 2)}:{declarant}:{reference.ToUpperInvariant()}";

    public ReferenceUse Apply(Recorded recorded) =>
        recorded.Body is ReferenceUsed used && Mrn is null ? new(used.Mrn) : this;
}
