using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Correcting;

/// <summary>
/// Says that an observation of this side was wrong. The first one stays and is shown; it no longer counts.
/// </summary>
sealed record CorrectObservation(Mrn Mrn, string EventId, string Reason) : IOperation
{
    public string Subject => Mrn.Value;

    public static Decision Decide(MovementState movement, CorrectObservation command, AdministrationId own)
    {
        if (movement.IsEmpty) return Decision.Refuse("movement-unknown");
        if (movement.Statements.GetValueOrDefault(command.EventId) is not { } cited)
            return Decision.Refuse(new Refusal("event-unknown", "eventId").With("value", command.EventId));
        if (cited.Side != own) return Decision.Refuse("event-not-own", "eventId");
        if (cited.Unit is not { } number || !IsObservation(cited.Body))
            return Decision.Refuse("not-an-observation", "eventId");
        if (movement.Find(number)!.Corrected.Contains(command.EventId))
            return Decision.Refuse("already-corrected", "eventId");
        return Decision.Accept(new NewEvent(
            command.Mrn.Value, new ObservationCorrected(command.Mrn, number, command.EventId, command.Reason)));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<MovementState>(Subject, cancel), this, reader.Own);

    /// <summary>Whether a correction of this event would be granted to the side that recorded it.</summary>
    public static bool MayBeCited(MovementState movement, string eventId) =>
        movement.Statements.GetValueOrDefault(eventId) is { Unit: { } unit } cited && IsObservation(cited.Body)
        && !movement.Find(unit)!.Corrected.Contains(eventId);

    static bool IsObservation(EventBody body) =>
        body is UnitGatedOut or UnitExited or UnitEntered or UnitTurnedBack or UnitWeighed or UnitExamined;
}
