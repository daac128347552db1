using System.Collections.Immutable;
using Rahdari.Guarantees;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements;

/// <summary>The public part of a declaration.</summary>
sealed record DeclarationFacts(
    Mrn Mrn, AdministrationId Administration, string LocalReference, OfficeId OfficeOfDeparture, OfficeId OfficeOfExit,
    OfficeId OfficeOfEntry, string RouteId, DateTimeOffset RecordedAt)
{
    public Sides Sides => new(Administration, OfficeOfExit.Administration, OfficeOfEntry.Administration);

    public static DeclarationFacts Of(Recorded recorded, DeclarationAccepted e) => new(
        e.Mrn, recorded.Header.Stream.Administration, e.LocalReference, e.OfficeOfDeparture, e.OfficeOfExit,
        e.OfficeOfEntry, e.RouteId, recorded.Header.At);

    /// <summary>
    /// A declaration is believed only from the administration it departs from, whose letters its MRN carries; anybody
    /// else's is a stray statement.
    /// </summary>
    public static bool IsBelievable(Recorded recorded, DeclarationAccepted e) =>
        e.OfficeOfDeparture.Administration == recorded.Header.Stream.Administration
        && e.Mrn.Value == recorded.Header.Stream.Subject
        && e.Mrn.IsOf(recorded.Header.Stream.Administration)
        && e.Units is not null;
}

/// <summary>
/// What the departure side keeps under the movement's key; each reads as erased once the key is gone.
/// </summary>
sealed record DeclaredParties(
    Sealed<string> Holder, Sealed<string> Consignor, Sealed<string> Consignee, Sealed<string> Carrier,
    Sealed<IReadOnlyList<GoodsItem>> Goods);

/// <param name="Source">Where the rule stands.</param>
sealed record AssessedFee(string? FeeId, Money Amount, string Source);

/// <summary>
/// One movement: the fold of what every administration said about an MRN. Works with erased fields and with events
/// this build does not know.
/// </summary>
sealed record MovementState : IFold<MovementState>
{
    public static MovementState Empty { get; } = new();

    /// <summary>Null where only others' observations are known so far.</summary>
    public DeclarationFacts? Declaration { get; private init; }
    public DeclaredParties? Parties { get; private init; }
    public AssessedFee? Fee { get; private init; }
    public Grn? Guarantee { get; private init; }
    public ImmutableSortedDictionary<int, UnitState> Units { get; private init; } =
        ImmutableSortedDictionary<int, UnitState>.Empty;

    /// <summary>Registration of the vehicle a unit was declared on, then gated out on.</summary>
    public ImmutableDictionary<int, Sealed<string>> Vehicles { get; private init; } =
        ImmutableDictionary<int, Sealed<string>>.Empty;

    /// <summary>The newest version folded of each administration's stream.</summary>
    public ImmutableSortedDictionary<string, long> Versions { get; private init; } =
        ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>Irregularities of the movement as a whole.</summary>
    public ImmutableList<Irregularity> Irregularities { get; private init; } = [];

    /// <summary>Who recorded which event, by id, so that a correction can cite it.</summary>
    public ImmutableDictionary<string, Statement> Statements { get; private init; } =
        ImmutableDictionary<string, Statement>.Empty;

    public bool IsKnown => Declaration is not null;

    public bool IsEmpty => Versions.IsEmpty;

    public long VersionOf(AdministrationId administration) => Versions.GetValueOrDefault(administration.Value);

    public UnitState? Find(int unit) => Units.GetValueOrDefault(unit);

    public MovementState Apply(Recorded recorded)
    {
        var header = recorded.Header;
        var state = this with
        {
            Versions = Versions.SetItem(
                header.Stream.Administration.Value, Math.Max(header.Version, VersionOf(header.Stream.Administration))),
        };
        var touched = UnitState.Touched(recorded.Body).Distinct().ToList();
        state = state with
        {
            Statements = state.Statements.SetItem(
                header.EventId,
                new(header.Stream.Administration, touched.Count == 1 ? touched[0] : null, recorded.Body)),
        };
        if (recorded.Body is DeclarationAccepted declaration) return state.Declare(recorded, declaration);
        foreach (var number in touched) state = state.With(state.UnitOrNew(number).Apply(recorded));
        return state.ApplyWhole(recorded);
    }

    MovementState ApplyWhole(Recorded recorded)
    {
        var isOfDeparture = recorded.Header.Stream.Administration == Declaration?.Administration;
        return recorded.Body switch
        {
            FeeAssessed e when isOfDeparture => this with { Fee = new(e.FeeId, e.Amount, e.Source) },
            GuaranteeReserved e when isOfDeparture => this with { Guarantee = e.Grn },
            UnitGatedOut e when isOfDeparture && (e.Vehicle.HasValue || e.Vehicle.IsErased) =>
                this with { Vehicles = Vehicles.SetItem(e.Unit, e.Vehicle) },
            IrregularityOpened { Unit: null } e => this with
            {
                Irregularities = Irregularities.Add(new(
                    recorded.Header.EventId, recorded.Header.Stream.Administration, recorded.Header.At, e.Code)),
            },
            _ => this,
        };
    }

    MovementState Declare(Recorded recorded, DeclarationAccepted e)
    {
        if (Declaration is not null || !DeclarationFacts.IsBelievable(recorded, e)) return this;
        var facts = DeclarationFacts.Of(recorded, e);
        var state = this with
        {
            Declaration = facts,
            Parties = new(e.Holder, e.Consignor, e.Consignee, e.Carrier, e.Goods),
            Units = Units.ToImmutableSortedDictionary(p => p.Key, p => p.Value with { Sides = facts.Sides }),
        };
        foreach (var unit in UnitState.Present(e.Units).DistinctBy(u => u.Number))
        {
            state = state.With(state.UnitOrNew(unit.Number).Apply(recorded));
            state = state with { Vehicles = state.Vehicles.SetItem(unit.Number, unit.Vehicle) };
        }
        return state;
    }

    UnitState UnitOrNew(int number) => Find(number) ?? new UnitState(number) { Sides = Declaration?.Sides };

    MovementState With(UnitState unit) => this with { Units = Units.SetItem(unit.Number, unit) };
}

/// <summary>One recorded event of a movement, as a correction may cite it.</summary>
sealed record Statement(AdministrationId Side, int? Unit, EventBody Body);
