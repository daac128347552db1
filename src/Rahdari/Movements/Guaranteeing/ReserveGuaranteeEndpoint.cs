using Rahdari.Guarantees;
using Rahdari.Web;

namespace Rahdari.Movements.Guaranteeing;

/// <summary><c>POST /api/v1/movements/{mrn}/guarantee</c> {grn, accessCode}.</summary>
static class ReserveGuaranteeEndpoint
{
    public static void MapReserveGuarantee(this IEndpointRouteBuilder routes) =>
        routes.MapMovementPost("guarantee", (input, mrn, _) => new ReserveGuarantee(
            mrn, input.Id<Grn>("grn"), input.Text("accessCode", AccessCode.MaxLength),
            routes.ServiceProvider.GetRequiredService<CodeGuesses>()))
        .Answers<UnitEndpoint.RecordedAnswer>().WithName("reserveGuarantee")
        .WithSummary("Cover the movement by a guarantee; the lock is split over its units");
}
