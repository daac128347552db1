using System.Security.Claims;

namespace Rahdari.Parties;

/// <summary>Who a request acts for, carried by the signed-in principal, whether it came by key or by cookie.</summary>
public static class ActorContext
{
    const string OfficerClaim = "officer", OfficeClaim = "office", RoleClaim = "role", PartyClaim = "party";

    /// <summary>
    /// The request's actor. The access table lets nobody reach an endpoint that needs one without it, so that its
    /// absence is a fault of the program.
    /// </summary>
    /// <exception cref="InvalidOperationException">The endpoint is open to everybody.</exception>
    public static Actor GetActor(this HttpContext context) =>
        context.FindActor() ?? throw new InvalidOperationException("this endpoint is open: it has no actor");

    /// <summary>The request's actor, or null where nobody is signed in.</summary>
    public static Actor? FindActor(this HttpContext context) => ActorOf(context.User);

    /// <summary>The actor a principal carries; null for anybody else's principal.</summary>
    public static Actor? ActorOf(ClaimsPrincipal principal) =>
        principal.Identity is { IsAuthenticated: true }
        && OfficerId.TryParse(principal.FindFirstValue(OfficerClaim), null, out var officer)
        && OfficeId.TryParse(principal.FindFirstValue(OfficeClaim), null, out var office)
        && Enum.TryParse<Role>(principal.FindFirstValue(RoleClaim), out var role)
            ? new Actor(officer, office, role) { Party = PartyOf(principal.FindFirstValue(PartyClaim)) }
            : null;

    /// <summary>A principal for an actor; <paramref name="scheme"/> says how it was shown.</summary>
    public static ClaimsPrincipal ToPrincipal(this Actor actor, string scheme, params IEnumerable<Claim> more) => new(
        new ClaimsIdentity(
            [
                new(OfficerClaim, actor.Id.Value), new(OfficeClaim, actor.Office.ToString()),
                new(RoleClaim, actor.Role.ToString()),
                .. actor.Party is { } party ? [new(PartyClaim, party.Value)] : Array.Empty<Claim>(), .. more,
            ],
            scheme, OfficerClaim, RoleClaim));

    /// <summary>Null for nobody's and for what cannot be read.</summary>
    public static PartyId? PartyOf(string? text) => PartyId.TryParse(text, null, out var party) ? party : null;
}
