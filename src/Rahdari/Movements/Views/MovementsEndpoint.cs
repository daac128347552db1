using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Movements.Views;

/// <summary><c>GET /api/v1/movements</c> and <c>GET /api/v1/movements/{mrn}</c>.</summary>
static class MovementsEndpoint
{
    public static void MapViews(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/movements", ListAsync)
            .WithName("listMovements").WithSummary("Movements, newest first, a page at a time")
            .Produces<MovementPage>().Pages(MovementQuery.DefaultLimit, MovementQuery.MaxLimit);
        routes.MapGet("/api/v1/movements/{mrn}", ReadAsync)
            .WithName("readMovement").WithSummary("One movement with what both sides said about it")
            .Produces<MovementAnswer>();
    }

    static async Task<IResult> ListAsync(
        HttpContext context, IDesk desk, CorridorPack pack, CorridorClock clock, string? cursor, string? limit,
        string? state)
    {
        if (Paging.ReadLimit(limit, MovementQuery.DefaultLimit, MovementQuery.MaxLimit, out var rows) is { } wrong)
            return Problem.Malformed(wrong);
        UnitPhase? phase = null;
        if (!string.IsNullOrEmpty(state))
        {
            if (!Slug.TryParse<UnitPhase>(state, out var known))
                return Problem.Malformed(new Refusal("input-not-a-choice", "state").With("value", state));
            phase = known;
        }
        var page = await MovementQuery.ListAsync(
            desk, pack, clock.Now, Sight.Of(context.GetActor()), cursor, rows, phase, context.RequestAborted);
        return page is null ? Problem.Malformed(Paging.BadCursor(cursor!)) : Results.Ok(page);
    }

    static async Task<IResult> ReadAsync(
        HttpContext context, IDesk desk, CorridorPack pack, NodeSettings node, CorridorClock clock, string mrn)
    {
        if (!Mrn.TryParse(mrn, null, out var id))
        {
            return Problem.Malformed(
                new Refusal(Mrn.HasMrnForm(mrn) ? "input-check-digit" : "input-malformed", "mrn").With("value", mrn));
        }
        var view = await MovementView.LoadAsync(desk, pack, node.Administration, clock.Now, id, context.RequestAborted);
        if (view is null)
            return Problem.Of(StatusCodes.Status404NotFound, new Refusal("movement-unknown", "mrn").With("value", mrn));
        context.Response.Headers.ETag = Posting.ETagOf(view.Version);
        return Results.Ok(MovementAnswer.Of(view));
    }

    /// <summary>The board's item with everything else beside it.</summary>
    sealed record MovementAnswer(
        Mrn Mrn, string? Administration, string? LocalReference, string? OfficeOfDeparture, string? OfficeOfExit,
        string? OfficeOfEntry, string? RouteId, DateTimeOffset? RecordedAt, IReadOnlyList<UnitItem> Units, long Version,
        GuaranteeItem? Guarantee, AssessedFee? Fee, IReadOnlyList<HistoryItem> History)
    {
        public static MovementAnswer Of(MovementView view) => new(
            view.Movement.Mrn, view.Movement.Administration, view.Movement.LocalReference,
            view.Movement.OfficeOfDeparture,
            view.Movement.OfficeOfExit, view.Movement.OfficeOfEntry, view.Movement.RouteId, view.Movement.RecordedAt,
            view.Movement.Units, view.Version, view.Guarantee, view.Fee, view.History);
    }
}
