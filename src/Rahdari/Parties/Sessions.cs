using System.Globalization;
using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Rahdari.Hosting;

namespace Rahdari.Parties;

/// <summary>
/// Sessions of signed-in people. The cookie carries the node's name, because browsers do not tell ports of one host
/// apart. All of it counts machine time.
/// </summary>
static class Sessions
{
    public const string Scheme = "session";
    const string StampClaim = "stamp", BeganClaim = "began", NameClaim = "name";

    /// <summary>A session that nobody uses ends after this: a desk left alone at a busy gate.</summary>
    public static readonly TimeSpan Idle = TimeSpan.FromHours(1);

    /// <summary>The longest shift; then everybody signs in again.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromHours(12);

    public static string CookieOf(NodeSettings node) => $"rahdari-{node.Node}";

    public static void Configure(CookieAuthenticationOptions options, NodeSettings node)
    {
        options.Cookie.Name = CookieOf(node);
        options.Cookie.HttpOnly = true;
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.ExpireTimeSpan = Idle;
        options.SlidingExpiration = true;
        options.Events.OnValidatePrincipal = ValidateAsync;
    }

    public static Task BeginAsync(HttpContext context, User user, DateTimeOffset machineNow)
    {
        var began = machineNow.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var principal = user.Actor.ToPrincipal(
            Scheme, new Claim(StampClaim, user.Stamp), new(BeganClaim, began), new(NameClaim, user.Name));
        return context.SignInAsync(Scheme, principal);
    }

    /// <summary>The name a person signed in with, for the page's corner; null for a key.</summary>
    public static string? NameOf(ClaimsPrincipal principal) => principal.FindFirstValue(NameClaim);

    /// <summary>
    /// Looks the person up again on every request: whoever is shut out, or has a new password, role or office, is out
    /// at once.
    /// </summary>
    static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var services = context.HttpContext.RequestServices;
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var principal = context.Principal!;
        var began = long.TryParse(
            principal.FindFirstValue(BeganClaim), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? DateTimeOffset.FromUnixTimeSeconds(seconds)
            : DateTimeOffset.MinValue;
        var actor = ActorContext.ActorOf(principal);
        var user = actor is null || now - began > Longest
            ? null
            : await services.GetRequiredService<UserRegister>().FindAsync(actor.Id, context.HttpContext.RequestAborted);
        if (user is { Enabled: true } && user.Stamp == principal.FindFirstValue(StampClaim)
            && user.Actor == actor) return;
        context.RejectPrincipal();
    }
}
