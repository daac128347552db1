using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Examining;

/// <summary>Reports what a scan or an examination found. An observation.</summary>
/// <param name="Kind">CL716: 30 scan, 40 physical.</param>
/// <param name="Result">A1 satisfactory, A2 considered satisfactory, B1 not satisfactory.</param>
/// <param name="ImageSha256">Lower-case hex; matched again at the exit station.</param>
sealed record RecordExamination(UnitId Unit, string Kind, string Result, string? ImageSha256) : IOperation
{
    public static readonly IReadOnlyList<string> Kinds = [ControlKind.Scan, ControlKind.Physical];
    public static readonly IReadOnlyList<string> Results = ["A1", "A2", "B1"];

    public string Subject => Unit.Mrn.Value;

    public static Decision Decide(MovementState movement, RecordExamination command, AdministrationId own)
    {
        var unit = movement.Find(command.Unit.Number);
        var isOwn = movement.Declaration?.Administration == own;
        return Observation.Record(
            command.Unit,
            new UnitExamined(command.Unit.Mrn, command.Unit.Number, command.Kind, command.Result, command.ImageSha256),
            [
                .. Observation.About(movement, command.Unit.Number),
                command.Result == "B1" ? new("examination-not-satisfactory", command.Kind) : null,
                isOwn && unit is { Selection: null } ? new("examined-before-selection") : null,
                isOwn && unit?.Selection is { Lane: SelectionLane.Green } ? new("examined-without-selection") : null,
            ]);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel) =>
        Decide(await reader.FoldAsync<MovementState>(Subject, cancel), this, reader.Own);
}
