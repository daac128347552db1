using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Crossing;

/// <summary>
/// Reports that a unit was turned back at the crossing, by either side. An observation; it undoes an exit.
/// </summary>
sealed record RecordTurnBack(UnitId Unit, string Reason) : IOperation
{
    public string Subject => Unit.Mrn.Value;

    public static Decision Decide(MovementState movement, RecordTurnBack command, OfficeId office)
    {
        var unit = movement.Find(command.Unit.Number);
        return Observation.Record(
            command.Unit,
            new UnitTurnedBack(command.Unit.Mrn, command.Unit.Number, office, command.Reason),
            [
                .. Observation.About(movement, command.Unit.Number),
                movement.IsKnown && unit?.GateOut is null ? new("turn-back-without-gate-out") : null,
            ]);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<MovementState>(Subject, cancel), this, actor.Office);
}
