using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Guarantees;

/// <summary>
/// <c>POST /api/v1/guarantees</c>, <c>GET /api/v1/guarantees</c>, <c>GET /api/v1/guarantees/{grn}</c>,
/// <c>POST /api/v1/guarantees/{grn}/calls</c> {unit, reason}.
/// </summary>
static class GuaranteesEndpoint
{
    const int MaxName = 70, MaxRating = 8, MaxReason = 500;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost("/api/v1/guarantees", (HttpContext context, Posting posting) =>
            posting.RunAsync(context, Read, Answer))
            .Takes(input => Read(input, ApiDescription.NoEntropy)).Answers<GuaranteeAnswer>()
            .WithName("registerGuarantee").WithSummary("Take a guarantee into the books");
        routes.MapGet("/api/v1/guarantees", ListAsync)
            .WithName("listGuarantees").WithSummary("Guarantees with their balances").Produces<GuaranteeList>();
        routes.MapGet("/api/v1/guarantees/{grn}", ReadAsync)
            .WithName("readGuarantee").WithSummary("One guarantee with its locks").Produces<GuaranteeAnswer>();
        routes.MapPost("/api/v1/guarantees/{grn}/calls", (string grn, HttpContext context, Posting posting) =>
                posting.RunAsync(
                    context, (input, _) => ReadCall(input, input.ParseId<Grn>("grn", grn)), UnitEndpoint.Recorded))
            .Takes(input => ReadCall(input, default)).Answers<UnitEndpoint.RecordedAnswer>()
            .WithName("callGuarantee").WithSummary("Ask the guarantor to pay what is locked for a unit");
    }

    public static RegisterGuarantee Read(JsonInput input, Entropy entropy)
    {
        var salt = new byte[AccessCode.SaltBytes];
        entropy(salt);
        return new(
            input.Id<Grn>("grn"), input.Text("type", 1), input.Money("limit"), input.Time("validUntil"),
            input.Text("guarantor", MaxName), input.OptionalText("guarantorRating", MaxRating),
            input.Text("accessCode", AccessCode.MaxLength, AccessCode.MinLength), salt);
    }

    static CallGuarantee ReadCall(JsonInput input, Grn grn) =>
        new(grn, input.Id<UnitId>("unit"), input.Text("reason", MaxReason));

    static async Task<IResult> ListAsync(HttpContext context, IDesk desk, string? after)
    {
        if (!string.IsNullOrEmpty(after) && !Grn.TryParse(after, null, out _))
            return Problem.Malformed(Paging.Malformed("after", after));
        return Results.Ok(new GuaranteeList(await GuaranteeQuery.ListAsync(
            desk, Sight.Of(context.GetActor()), after ?? "", context.RequestAborted)));
    }

    static async Task<IResult> ReadAsync(HttpContext context, IDesk desk, string grn)
    {
        if (!Grn.TryParse(grn, null, out var id))
        {
            return Problem.Malformed(
                new Refusal(Grn.HasGrnForm(grn) ? "input-check-digit" : "input-malformed", "grn").With("value", grn));
        }
        var sight = Sight.Of(context.GetActor());
        return await GuaranteeQuery.FindAsync(desk, sight, id, context.RequestAborted) is { } seen
            ? Results.Ok(GuaranteeAnswer.Of(seen))
            : Problem.Of(StatusCodes.Status404NotFound, new Refusal("guarantee-unknown", "grn").With("value", grn));
    }

    static PostAnswer Answer(IReadOnlyList<Recorded> events)
    {
        var e = events.Select(r => r.Body).OfType<GuaranteeRegistered>().Single();
        var nothing = new Money(0, e.Limit.Currency);
        return new(
            new GuaranteeAnswer(e.Grn, e.Type, e.Limit, e.Limit, nothing, nothing, e.ValidUntil, e.GuarantorRating, []),
            $"/api/v1/guarantees/{e.Grn}");
    }

    sealed record GuaranteeList(IReadOnlyList<GuaranteeItem> Items);

    sealed record GuaranteeAnswer(
        Grn Grn, string Type, Money Limit, Money Free, Money Locked, Money Called, DateTimeOffset ValidUntil,
        string? GuarantorRating, IReadOnlyList<LockItem> Locks)
    {
        public static GuaranteeAnswer Of(SeenGuarantee seen) => new(
            seen.Account.Registered!.Grn, seen.Account.Registered.Type, seen.Account.Limit, seen.Account.Free,
            seen.Account.Locked, seen.Account.Called, seen.Account.Registered.ValidUntil,
            seen.Account.Registered.GuarantorRating,
            [.. seen.Locks.Select(l => new LockItem(l.Unit, l.Amount, l.State))]);
    }
}
