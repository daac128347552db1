using System.Reflection;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements;

/// <summary>What is out of place about an observation. The code is stable (<c>irregularity.CODE</c>).</summary>
sealed record OutOfPlace(string Code, params string[] Details);

/// <summary>
/// Observations are never refused: whatever is out of place is recorded beside them, in the same transaction.
/// </summary>
static class Observation
{
    /// <summary>Numbers a caller may name for a unit nobody declared; more digits are malformed input.</summary>
    public const int MaxUnitNumber = 9999;

    public static Decision Record(UnitId unit, EventBody seen, params IEnumerable<OutOfPlace?> outOfPlace) =>
        Decision.Accept(
        [
            new NewEvent(unit.Mrn.Value, seen),
            .. outOfPlace.OfType<OutOfPlace>().DistinctBy(o => o.Code).Select(o => new NewEvent(
                unit.Mrn.Value, new IrregularityOpened(unit.Mrn, unit.Number, o.Code, TypeOf(seen), o.Details))),
        ]);

    /// <summary>What is out of place about any observation of a unit, whatever is observed.</summary>
    public static IEnumerable<OutOfPlace?> About(MovementState movement, int unit) =>
    [
        movement.IsKnown ? null : new("movement-unknown"),
        movement.IsKnown && !IsDeclared(movement, unit) ? new("unit-not-declared") : null,
        movement.Find(unit)?.Discharge is null ? null : new("after-discharge"),
    ];

    /// <summary>A seal as somebody saw it at a station.</summary>
    public static OutOfPlace? AboutSeal(UnitState? unit, SealNumber? seen, SealCondition condition) => condition switch
    {
        SealCondition.Broken => new("seal-broken"),
        SealCondition.Missing => new("seal-missing"),
        SealCondition.NumberDiffers => new("seal-number-differs"),
        _ => seen is { } number && unit is { Seals.Count: > 0 } && unit.Seals.All(s => s.Seal != number)
            ? new("seal-number-differs", [number.Value, .. unit.Seals.Select(s => s.Seal.Value)])
            : null,
    };

    /// <summary>Only the administration whose part it is may say it at all: nobody fills in the other's.</summary>
    public static Decision? RefuseUnlessPartOf(
        MovementState movement, AdministrationId own, Func<Sides, AdministrationId> part, string code) =>
        movement.Declaration is { } declaration && part(declaration.Sides) != own ? Decision.Refuse(code) : null;

    static bool IsDeclared(MovementState movement, int unit) => movement.Find(unit) is { GrossMass.Value: > 0 };

    static string TypeOf(EventBody body) => body.GetType().GetCustomAttribute<EventTypeAttribute>()!.Name;
}

/// <summary>Why a request about a movement or a unit is not granted, whatever is asked for.</summary>
static class Requests
{
    /// <summary>Null where the movement is known and departed from here.</summary>
    public static Decision? RefuseUnlessOwn(MovementState movement, AdministrationId own) =>
        movement.Declaration is not { } declaration ? Decision.Refuse("movement-unknown")
        : declaration.Administration != own ? Decision.Refuse("not-departure-administration")
        : null;

    /// <summary>Null where the movement departs from this office: what is the departure office's to decide, no other
    /// office of the administration decides.</summary>
    public static Decision? RefuseUnlessDepartureOffice(MovementState movement, OfficeId by) =>
        RefuseUnlessOwn(movement, by.Administration) is { } notOwn ? notOwn
        : movement.Declaration!.OfficeOfDeparture == by ? null
        : Decision.Refuse(new Refusal("not-departure-office")
            .With("office", movement.Declaration.OfficeOfDeparture).With("own", by));

    /// <summary>Null where the unit was declared.</summary>
    public static Decision? RefuseUnlessDeclared(MovementState movement, int unit) =>
        movement.Declaration is null ? Decision.Refuse("movement-unknown")
        : movement.Find(unit) is not { GrossMass.Value: > 0 } ? Decision.Refuse("unit-unknown")
        : null;
}
