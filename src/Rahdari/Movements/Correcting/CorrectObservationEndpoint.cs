using Rahdari.Web;

namespace Rahdari.Movements.Correcting;

/// <summary><c>POST /api/v1/movements/{mrn}/corrections</c> {eventId, reason}.</summary>
static class CorrectObservationEndpoint
{
    const int MaxEventId = 80, MaxReason = 500;

    public static void MapCorrectObservation(this IEndpointRouteBuilder routes) =>
        routes.MapMovementPost("corrections", (input, mrn, _) => new CorrectObservation(
            mrn, input.Text("eventId", MaxEventId), input.Text("reason", MaxReason)))
        .Answers<UnitEndpoint.RecordedAnswer>().WithName("correctObservation")
        .WithSummary("Say that an observation of this side was wrong; it stays and no longer counts");
}
