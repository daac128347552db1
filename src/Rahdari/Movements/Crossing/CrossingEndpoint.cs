using Rahdari.Movements.Examining;
using Rahdari.Parties;

namespace Rahdari.Movements.Crossing;

/// <summary>
/// <c>POST .../units/{n}/exit</c> and <c>entry</c> {sealSeen?, condition}, <c>turn-back</c> {reason}, <c>weights</c>
/// {massGrams}, <c>transcription</c> {office, paper, dated, imageSha256?}. The acting office is the key's.
/// </summary>
static class CrossingEndpoint
{
    const int MaxReason = 500, MaxPaper = 40;

    public static void MapCrossing(this IEndpointRouteBuilder routes)
    {
        routes.MapUnitPost("exit", (input, unit) => new RecordExit(
            unit, input.OptionalId<SealNumber>("sealSeen"), input.Choice<SealCondition>("condition")))
        .WithName("recordExit").WithSummary("Report that a unit left through an office of exit");

        routes.MapUnitPost("entry", (input, unit) => new RecordEntry(
            unit, input.OptionalId<SealNumber>("sealSeen"), input.Choice<SealCondition>("condition")))
        .WithName("recordEntry").WithSummary("Report that a unit entered; only the administration entered may");

        routes.MapUnitPost("turn-back", (input, unit) => new RecordTurnBack(unit, input.Text("reason", MaxReason)))
        .WithName("recordTurnBack").WithSummary("Report that a unit was turned back at the crossing");

        routes.MapUnitPost("weights", (input, unit) => new RecordWeight(unit, new Grams(input.Whole("massGrams"))))
        .WithName("recordWeight").WithSummary("Report a unit's mass at this office");

        routes.MapUnitPost("transcription", (input, unit) => new RecordTranscription(
            unit, input.Id<OfficeId>("office"), input.Text("paper", MaxPaper), input.Time("dated"),
            RecordExaminationEndpoint.ReadDigest(input, "imageSha256")))
        .WithName("recordTranscription").WithSummary("Report what the other side's paper says about an entry");
    }
}
