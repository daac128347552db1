using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Crossing;

/// <summary>
/// Reports that a unit entered. An observation of the administration entered and of nobody else: this is the other
/// side's answer to an exit, and it cites the exit where this node has read it.
/// </summary>
sealed record RecordEntry(UnitId Unit, SealNumber? SealSeen, SealCondition Condition) : IOperation
{
    public string Subject => Unit.Mrn.Value;

    /// <param name="exit">Where the exit stands in the other side's log; null where it was not read yet.</param>
    public static Decision Decide(
        MovementState movement, RecordEntry command, AdministrationId own, OfficeId office, EntryReference? exit)
    {
        if (Observation.RefuseUnlessPartOf(movement, own, s => s.Entry, "not-entry-administration") is { } refused)
            return refused;
        // Without the declaration the MRN's letters still tell whose movement it is: nobody answers for himself.
        if (!movement.IsKnown && command.Unit.Mrn.IsOf(own)) return Decision.Refuse("not-entry-administration");
        var unit = movement.Find(command.Unit.Number);
        return Observation.Record(
            command.Unit,
            new UnitEntered(command.Unit.Mrn, command.Unit.Number, office, command.SealSeen, command.Condition, exit),
            [
                .. Observation.About(movement, command.Unit.Number),
                Observation.AboutSeal(unit, command.SealSeen, command.Condition),
                unit?.Entry is null ? null : new("entry-again"),
                movement.Declaration is { } declared && declared.OfficeOfEntry != office
                    ? new("entry-elsewhere", declared.OfficeOfEntry.ToString())
                    : null,
            ]);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        var movement = await reader.FoldAsync<MovementState>(Subject, cancel);
        var exit = movement.Find(Unit.Number)?.Exit is { } seen
            ? await ImportedEntries.FindAsync(reader, seen.Side, seen.EventId, cancel)
            : null;
        return Decide(movement, this, reader.Own, actor.Office, exit);
    }
}
