using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace Rahdari.Parties;

/// <summary>Signs a request in by <c>Authorization: Bearer KEY</c> (RFC 6750).</summary>
sealed class KeyAuthentication(
    KeyRegister keys, IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string Name = "key";
    const string Bearer = "Bearer ";

    public static bool IsShownIn(HttpRequest request) =>
        request.Headers.Authorization.ToString().StartsWith(Bearer, StringComparison.OrdinalIgnoreCase);

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        if (!IsShownIn(Request)) return AuthenticateResult.NoResult();
        var key = Request.Headers.Authorization.ToString()[Bearer.Length..].Trim();
        return await keys.FindAsync(key, Context.RequestAborted) is { } actor
            ? AuthenticateResult.Success(new AuthenticationTicket(actor.ToPrincipal(Name), Name))
            : AuthenticateResult.Fail("unknown key");
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        Response.Headers[HeaderNames.WWWAuthenticate] = "Bearer";
        return Task.CompletedTask;
    }
}
