using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Erasing;

/// <summary>
/// Deletes this node's key of a movement: names, goods, vehicles and notes read as erased from then on, in every backup
/// too. Granted once every unit has been discharged; until then the office needs what it would erase.
/// </summary>
/// <param name="Reason">Why, in the words of who ordered it; public to both sides.</param>
sealed record EraseMovement(Mrn Mrn, string Reason) : IOperation
{
    public string Subject => Mrn.Value;

    public static Decision Decide(MovementState movement, EraseMovement command)
    {
        if (movement.IsEmpty) return Decision.Refuse("movement-unknown");
        if (movement.Units.Values.FirstOrDefault(u => u.Discharge is null) is { } open)
            return Decision.Refuse(
                new Refusal("unit-not-discharged").With("unit", new UnitId(command.Mrn, open.Number)));
        if (!movement.IsKnown) return Decision.Refuse("movement-unknown");
        return Decision.Accept(new NewEvent(command.Subject, new MovementErased(command.Mrn, command.Reason)));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<MovementState>(Subject, cancel), this);
}
