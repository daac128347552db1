using Microsoft.AspNetCore.Routing.Patterns;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Parties;

/// <summary>
/// Lets a request reach the endpoint it matched only if the endpoint's row in <see cref="AccessTable"/> does.
/// An endpoint without a row is closed to everybody.
/// </summary>
sealed class AccessMiddleware(RequestDelegate next, NodeSettings node)
{
    public async Task InvokeAsync(HttpContext context)
    {
        // Without a route there is nothing to reach: routing itself answers 404, 405 or 415.
        if (context.GetEndpoint() is not RouteEndpoint endpoint) await next(context);
        else if (Judge(context, RouteOf(endpoint)) is { } refusal) await AnswerAsync(context, refusal);
        else if (await IsHiddenAsync(context)) await HideAsync(context);
        else await next(context);
    }

    /// <summary>A route's pattern as the access table writes it: without constraints.</summary>
    public static string RouteOf(RouteEndpoint endpoint)
    {
        var segments = endpoint.RoutePattern.PathSegments.Select(s => string.Concat(s.Parts.Select(p => p switch
        {
            RoutePatternParameterPart { IsCatchAll: true } all => $"{{**{all.Name}}}",
            RoutePatternParameterPart one => $"{{{one.Name}}}",
            RoutePatternLiteralPart literal => literal.Content,
            RoutePatternSeparatorPart separator => separator.Content,
            _ => "",
        })));
        return "/" + string.Join('/', segments);
    }

    Refusal? Judge(HttpContext context, string route)
    {
        if (AccessTable.Find(context.Request.Method, route) is not { } row) return new Refusal("no-such-right");
        if (row.Open) return null;
        if (context.FindActor() is not { } actor) return new Refusal("not-signed-in");
        var own = IsOwn(context);
        if (row.Allows(actor.Role, own)) return null;
        if (!row.Allows(actor.Role, !own))
            return new Refusal("role-not-allowed").With("role", Slug.Of(actor.Role));
        return new Refusal(own ? "other-administration-only" : "own-administration-only");
    }

    /// <summary>
    /// An MRN carries the country that declared. One that cannot be read is nobody's: the endpoint says so to whoever
    /// may read own movements.
    /// </summary>
    bool IsOwn(HttpContext context) =>
        !Mrn.TryParse(context.Request.RouteValues["mrn"] as string, null, out var mrn)
        || mrn.Value.AsSpan(2, 2).Equals(node.Administration.Value.AsSpan(0, 2), StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the path names a movement that is not the reader's to see.</summary>
    static async Task<bool> IsHiddenAsync(HttpContext context)
    {
        if (context.FindActor() is not { } actor || Sight.Of(actor) is not { Everything: false } sight) return false;
        if (!Mrn.TryParse(context.Request.RouteValues["mrn"] as string, null, out var mrn)) return false;
        var desk = context.RequestServices.GetRequiredService<IDesk>();
        return !await sight.MaySeeAsync(desk, mrn, context.RequestAborted);
    }

    /// <summary>The answer for a movement that does not exist, so that nobody learns which do.</summary>
    static Task HideAsync(HttpContext context)
    {
        var refusal = new Refusal("movement-unknown", "mrn").With("value", context.Request.RouteValues["mrn"]!);
        return context.Request.Path.StartsWithSegments("/api")
            ? Problem.WriteAsync(context, StatusCodes.Status404NotFound, refusal)
            : Pages.Refused(StatusCodes.Status404NotFound, refusal).ExecuteAsync(context);
    }

    static Task AnswerAsync(HttpContext context, Refusal refusal)
    {
        var signIn = refusal.Code == "not-signed-in";
        var page = !context.Request.Path.StartsWithSegments("/api");
        if (page && signIn) return SignInEndpoint.TurnHereAsync(context);
        var status = signIn ? StatusCodes.Status401Unauthorized : StatusCodes.Status403Forbidden;
        if (page) return Pages.Refused(status, refusal).ExecuteAsync(context);
        if (signIn) context.Response.Headers.WWWAuthenticate = "Bearer";
        return Problem.WriteAsync(context, status, refusal);
    }
}
