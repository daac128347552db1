using Rahdari.Parties;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Crossings;

/// <summary>
/// <c>POST /api/v1/closures</c> {crossing, from?, until?, reason}, <c>POST /api/v1/closures/{noticeId}/reopening</c>
/// {},
/// <c>GET /api/v1/closures</c>.
/// </summary>
static class ClosuresEndpoint
{
    const int MaxCrossing = 24, MaxReason = 500, NoticeBytes = 8;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/closures", (HttpContext context, Posting posting) =>
            posting.RunAsync(context, Read, Answer))
            .Takes(input => Read(input, ApiDescription.NoEntropy)).Answers<NoticeAnswer>()
            .WithName("closeCrossing").WithSummary("Give notice that a crossing is shut for loaded units");
        routes.MapPost("/api/v1/closures/{noticeId}/reopening",
            (string noticeId, HttpContext context, Posting posting) =>
                posting.RunAsync(context, (_, _) => new ReopenCrossing(noticeId), Answer))
            .Takes(_ => { }).Answers<NoticeAnswer>()
            .WithName("reopenCrossing").WithSummary("End an own closure notice");
        routes.MapGet("/api/v1/closures", async (HttpContext context, IDesk desk) => Results.Ok(new ClosureList(
                [.. (await ClosureTable.AllAsync(desk, context.RequestAborted)).Select(ClosureItem.Of)])))
            .WithName("listClosures").WithSummary("Closure notices of both sides, newest first")
            .Produces<ClosureList>();
    }

    public static CloseCrossing Read(JsonInput input, Entropy entropy)
    {
        Span<byte> drawn = stackalloc byte[NoticeBytes];
        entropy(drawn);
        return new(
            $"n-{Convert.ToHexStringLower(drawn)}", input.Text("crossing", MaxCrossing), input.OptionalTime("from"),
            input.OptionalTime("until"), input.Text("reason", MaxReason));
    }

    static PostAnswer Answer(IReadOnlyList<Recorded> events) => new(new NoticeAnswer(events[0].Body switch
    {
        CrossingClosed e => e.NoticeId,
        CrossingReopened e => e.NoticeId,
        var other => throw new InvalidOperationException($"{other.GetType().Name} is no notice"),
    }));

    sealed record NoticeAnswer(string NoticeId);

    sealed record ClosureList(IReadOnlyList<ClosureItem> Items);

    sealed record ClosureItem(
        string NoticeId, string Crossing, AdministrationId Administration, DateTimeOffset From, DateTimeOffset? Until,
        DateTimeOffset? ReopenedAt, string Reason)
    {
        public static ClosureItem Of(Closure c) =>
            new(c.NoticeId, c.Crossing, c.Administration, c.From, c.Until, c.ReopenedAt, c.Reason);
    }
}
