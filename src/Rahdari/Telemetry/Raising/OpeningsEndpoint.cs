using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Telemetry.Raising;

/// <summary>
/// <c>GET /api/v1/movements/{mrn}/openings</c>: openings of a movement's units that an office recorded, so that no
/// alert was raised of them.
/// </summary>
static class OpeningsEndpoint
{
    public static void MapOpenings(this IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/movements/{mrn}/openings", ListAsync)
            .WithName("listOpenings").WithSummary("Openings of a movement's units that an office recorded")
            .Produces<OpeningAnswer>();

    static async Task<IResult> ListAsync(string mrn, HttpContext context, IDesk desk)
    {
        if (!Mrn.TryParse(mrn, null, out var known))
            return Problem.Malformed(new Refusal("input-malformed", "mrn").With("value", mrn));
        var rows = await OpeningBoard.OfMovementAsync(desk, known, context.RequestAborted);
        return Results.Ok(new OpeningAnswer([.. rows.Select(r => new OpeningItem(
            r.Id, r.Administration, r.Unit, r.Device, r.Kinds, r.From, r.State, r.Act.Office, r.Act.Officer,
            r.Act.Act, r.Act.EventId, r.Act.At))]));
    }

    sealed record OpeningAnswer(IReadOnlyList<OpeningItem> Items);

    /// <param name="Kinds">The kinds of alert it would have been.</param>
    /// <param name="From">Event time of the first record that shows it.</param>
    /// <param name="State"><c>authorised</c>, or <c>not-authorised</c> where that was withdrawn since.</param>
    /// <param name="Act">The type of the event that allows it.</param>
    sealed record OpeningItem(
        string Id, AdministrationId Administration, UnitId Unit, string Device, IReadOnlyList<string> Kinds,
        DateTimeOffset From, string State, OfficeId Office, OfficerId Officer, string Act, string EventId,
        DateTimeOffset RecordedAt);
}
