using Rahdari.Crossings;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Crossing;

/// <summary>
/// Reports that a unit left through an office of exit. An observation, also of a unit never released.
/// </summary>
sealed record RecordExit(UnitId Unit, SealNumber? SealSeen, SealCondition Condition) : IOperation
{
    public string Subject => Unit.Mrn.Value;

    public static Decision Decide(
        MovementState movement, RecordExit command, AdministrationId own, OfficeId office, DateTimeOffset now,
        IReadOnlyList<Closure> closures)
    {
        if (Observation.RefuseUnlessPartOf(movement, own, s => s.Exit, "not-exit-administration") is { } refused)
            return refused;
        var unit = movement.Find(command.Unit.Number);
        return Observation.Record(
            command.Unit,
            new UnitExited(command.Unit.Mrn, command.Unit.Number, office, command.SealSeen, command.Condition),
            [
                .. Observation.About(movement, command.Unit.Number),
                Observation.AboutSeal(unit, command.SealSeen, command.Condition),
                movement.IsKnown && unit is not { IsReleased: true } ? new("exit-without-release") : null,
                movement.IsKnown && unit?.GateOut is null ? new("exit-without-gate-out") : null,
                unit?.Exit is null ? null : new("exit-again"),
                movement.Declaration is { } declared && declared.OfficeOfExit != office
                    ? new("exit-elsewhere", declared.OfficeOfExit.ToString())
                    : null,
                unit is not null && ClosuresOf.TimeLimit(unit, closures, now) is { } limit && now >= limit
                    ? new("late", limit.ToRfc3339())
                    : null,
            ]);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        var movement = await reader.FoldAsync<MovementState>(Subject, cancel);
        var closures = await ClosuresOf.LoadAsync(reader, movement.Declaration, cancel);
        return Decide(movement, this, reader.Own, actor.Office, reader.Now, closures);
    }
}
