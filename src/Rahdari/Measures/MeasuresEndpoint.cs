using Rahdari.Web;

namespace Rahdari.Measures;

/// <summary><c>GET /api/v1/measures</c>, open to everybody.</summary>
static class MeasuresEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/measures", async (HttpContext context, MeasureBoard board, Catalogues catalogues) =>
        {
            var report = await board.ReportAsync(context.RequestAborted);
            return Results.Ok(report.Results.Select(r => Answer(report, r, catalogues.Default)).ToList());
        })
        .WithName("listMeasures").WithSummary("What was promised, and how it stands by the record")
        .Produces<IReadOnlyList<MeasureAnswer>>();

    static MeasureAnswer Answer(MeasureReport report, MeasureResult result, Catalogue texts) => new(
        result.Id, texts.Plain(result.TitleKey, new Dictionary<string, object>()), StatusText(result.Status),
        texts.Plain(result.ReasonKey, result.ReasonArgs), report.AsOf,
        new(
            result.Value.Count, result.Value.Of, result.Value.Unit, result.Value.PerMillion,
            result.Value.Ways is { Count: > 0 } ways
                ? [.. ways.Select(w => new WayAnswer(w.Way, w.Count, w.Alerts))]
                : null),
        report.LogHead, report.VerifiedBy);

    /// <summary>As the contract spells it.</summary>
    static string StatusText(MeasureStatus status) => status switch
    {
        MeasureStatus.Met => "met",
        MeasureStatus.NotMet => "not met",
        _ => "not measurable",
    };

    sealed record MeasureAnswer(
        string Id, string Title, string Status, string Reason, DateTimeOffset AsOf, ValueAnswer Value, LogHead? LogHead,
        IReadOnlyList<string> VerifiedBy);

    /// <param name="Ways">What devices said themselves apart from what vendors passed on; null where it has no part.
    /// </param>
    sealed record ValueAnswer(
        long Count, long Of, string Unit, long PerMillion, IReadOnlyList<WayAnswer>? Ways);

    sealed record WayAnswer(string Way, long Count, long Alerts);
}
