using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Sealing;

/// <summary>Asks for a seal to be put on a unit.</summary>
sealed record FitSeal(UnitId Unit, SealNumber Seal, SealClass Class) : IOperation
{
    public string Subject => Unit.Mrn.Value;

    public static Decision Decide(MovementState movement, FitSeal command, AdministrationId own)
    {
        if (Fitting.RefuseUnlessReady(movement, command.Unit.Number, own) is { } refused) return refused;
        if (movement.Units.Values.FirstOrDefault(u => u.Seals.Any(s => s.Seal == command.Seal)) is { } bearer)
            return Decision.Refuse(new Refusal("seal-already-fitted", "seal").With("unit", bearer.Number));
        return Decision.Accept(new NewEvent(
            command.Subject, new SealFitted(command.Unit.Mrn, command.Unit.Number, command.Seal, command.Class)));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<MovementState>(Subject, cancel), this, reader.Own);
}

static class Fitting
{
    /// <summary>
    /// The departure side fits seals and devices on what it released and not yet discharged; the other side on what
    /// has entered it.
    /// </summary>
    public static Decision? RefuseUnlessReady(MovementState movement, int number, AdministrationId own)
    {
        if (Requests.RefuseUnlessDeclared(movement, number) is { } refused) return refused;
        var unit = movement.Find(number)!;
        if (movement.Declaration!.Administration != own)
            return unit.Entry is { } entry && entry.Side == own ? null : Decision.Refuse("unit-not-entered");
        return unit.Discharge is not null ? Decision.Refuse("unit-discharged")
            : unit.IsReleased ? null
            : Decision.Refuse("unit-not-released");
    }
}
