using Rahdari.Movements;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Telemetry.Raising;

/// <summary>
/// <c>GET /api/v1/alerts?state=open|all&amp;cursor=&amp;limit=</c>, <c>POST /api/v1/alerts/{id}/acknowledge</c> {},
/// <c>POST /api/v1/alerts/{id}/resolve</c> {finding, note}.
/// </summary>
static class AlertsEndpoint
{
    const int MaxNote = 1_000;

    public static void MapAlerts(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/alerts", ListAsync)
            .WithName("listAlerts").WithSummary("Alerts, escalated ones first, then the newest, a page at a time")
            .Produces<AlertAnswer>().Pages(AlertList.DefaultLimit, AlertList.MaxLimit);
        routes.MapPost("/api/v1/alerts/{id}/acknowledge", (string id, HttpContext context, Posting posting) =>
                posting.RunAsync(context, (_, _) => new AcknowledgeAlert(id), Done))
            .Takes(_ => { }).Answers<DoneAnswer>(StatusCodes.Status200OK)
            .WithName("acknowledgeAlert").WithSummary("Say that an alert is seen and looked into");
        routes.MapPost("/api/v1/alerts/{id}/resolve", (string id, HttpContext context, Posting posting) =>
                posting.RunAsync(context, (input, _) => Resolve(input, id), Done))
            .Takes(input => Resolve(input, "")).Answers<DoneAnswer>(StatusCodes.Status200OK)
            .WithName("resolveAlert").WithSummary("Say what an acknowledged alert came to");
    }

    static ResolveAlert Resolve(JsonInput input, string id) =>
        new(id, input.Choice<AlertFinding>("finding"), input.Text("note", MaxNote));

    static async Task<IResult> ListAsync(
        HttpContext context, IDesk desk, Catalogues catalogues, string? state, string? cursor, string? limit)
    {
        if (state is not (null or "open" or "all"))
            return Problem.Malformed(new Refusal("input-not-a-choice", "state").With("value", state));
        if (Paging.ReadLimit(limit, AlertList.DefaultLimit, AlertList.MaxLimit, out var rows) is { } wrong)
            return Problem.Malformed(wrong);
        var page = await AlertList.ListAsync(desk, open: state != "all", cursor, rows, context.RequestAborted);
        return page is null
            ? Problem.Malformed(Paging.BadCursor(cursor!))
            : Results.Ok(new AlertAnswer([.. page.Items.Select(r => AlertItem.Of(r, catalogues.Default))], page.Next));
    }

    static PostAnswer Done(IReadOnlyList<Recorded> events) => new(
        new DoneAnswer([.. events.Select(e => new EventAnswer(e.Header.EventId, EventTypes.Of(e.Body).Name))]),
        Status: StatusCodes.Status200OK);

    /// <param name="Next">Where the next page begins; null on the last.</param>
    sealed record AlertAnswer(IReadOnlyList<AlertItem> Items, string? Next);

    sealed record DoneAnswer(IReadOnlyList<EventAnswer> Events);

    sealed record EventAnswer(string EventId, string Type);

    internal sealed record AlertItem(
        string Id, string Administration, UnitId Unit, string Kind, string Severity, DateTimeOffset From,
        DateTimeOffset Until, bool Late, string State, string Sentence, string? Device, string? CutFrom,
        DateTimeOffset RaisedAt, string? AcknowledgedBy, DateTimeOffset? AcknowledgedAt, string? ResolvedBy,
        DateTimeOffset? ResolvedAt, string? Finding, string? Identity, string? Relay,
        OfficeAct? Explained)
    {
        /// <summary>The second unit, where the cause is two units'; null mostly.</summary>
        public UnitId? OtherUnit { get; init; }

        /// <summary>How often it was escalated because nobody had acknowledged it; 0 mostly.</summary>
        public int Escalation { get; init; }
        public DateTimeOffset? EscalatedAt { get; init; }

        public static AlertItem Of(AlertRow r, Catalogue texts) => new(
            r.Id, r.Administration, r.Unit, r.Kind, r.Severity, r.From, r.Until, r.Late, r.State,
            texts.Plain(r.SentenceKey, r.SentenceArgs), r.Device, r.CutFrom, r.RaisedAt, r.AcknowledgedBy,
            r.AcknowledgedAt, r.ResolvedBy, r.ResolvedAt, r.Finding, r.Identity, r.Relay, r.Explained)
        {
            OtherUnit = r.OtherUnit, Escalation = r.Escalation, EscalatedAt = r.EscalatedAt,
        };
    }
}
