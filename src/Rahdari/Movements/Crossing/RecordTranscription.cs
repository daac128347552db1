using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Crossing;

/// <summary>
/// Reports what the other side's paper says about an entry (grade E3). An observation of a paper by a named officer of
/// the departure side; it never stands for the other side's own event.
/// </summary>
/// <param name="Office">The office of entry the paper names.</param>
sealed record RecordTranscription(
    UnitId Unit, OfficeId Office, string Paper, DateTimeOffset Dated, string? ImageSha256) : IOperation
{
    public string Subject => Unit.Mrn.Value;

    public static Decision Decide(
        MovementState movement, RecordTranscription command, AdministrationId own, DateTimeOffset now)
    {
        if (Observation.RefuseUnlessPartOf(movement, own, s => s.Departure, "not-departure-administration")
            is { } refused)
            return refused;
        var unit = movement.Find(command.Unit.Number);
        return Observation.Record(
            command.Unit,
            new EntryTranscribed(
                command.Unit.Mrn, command.Unit.Number, command.Office, command.Paper, command.Dated,
                command.ImageSha256),
            [
                .. Observation.About(movement, command.Unit.Number),
                movement.IsKnown && unit?.Exit is null ? new("paper-without-exit") : null,
                command.Dated > now ? new("paper-from-the-future") : null,
            ]);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<MovementState>(Subject, cancel), this, reader.Own, reader.Now);
}
