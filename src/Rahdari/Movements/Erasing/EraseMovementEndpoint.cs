using Rahdari.Web;

namespace Rahdari.Movements.Erasing;

/// <summary><c>POST /api/v1/movements/{mrn}/erasure</c> {reason}.</summary>
static class EraseMovementEndpoint
{
    const int MaxReason = 500;

    public static void MapEraseMovement(this IEndpointRouteBuilder routes) =>
        routes.MapMovementPost("erasure", (input, mrn, _) => new EraseMovement(
            mrn, input.Text("reason", MaxReason)))
        .Answers<UnitEndpoint.RecordedAnswer>().WithName("eraseMovement")
        .WithSummary("Delete this node's key of a discharged movement's personal and commercial fields, for good");
}
