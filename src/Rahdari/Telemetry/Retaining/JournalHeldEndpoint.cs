using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Retaining;

/// <summary><c>GET /api/v1/journal/held</c>: what <see cref="JournalHeld"/> tells on the work list.</summary>
static class JournalHeldEndpoint
{
    public const string Route = "/api/v1/journal/held";

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet(Route, async (
            HttpContext context, IDesk desk, CorridorClock clock, NodeSettings node, CorridorPack pack) =>
        {
            var days = JournalDays.Of(node, pack);
            var held = await HeldByUnit.FindAsync(desk, clock.Now, days, context.RequestAborted);
            return Results.Ok(new JournalHeldAnswer(days, held is null ? null : new(held.Unit, held.Since)));
        })
        .WithName("readJournalHeld")
        .WithSummary("The unit that nobody has discharged and that keeps device records beyond their days")
        .Produces<JournalHeldAnswer>();

    /// <param name="Days">Every record is kept so long.</param>
    /// <param name="Held">The unit that keeps the oldest beyond that; null where none does.</param>
    sealed record JournalHeldAnswer(int Days, HeldItem? Held);

    /// <param name="Since">Records received since then are kept for it.</param>
    sealed record HeldItem(UnitId Unit, DateTimeOffset Since);
}
