using Rahdari.Hosting;

namespace Rahdari.Web;

/// <summary>
/// Headers of every answer: nothing but this node's own files may run, be shown or be sent to; and a node whose data
/// are invented says so.
/// </summary>
sealed class HeadersMiddleware(RequestDelegate next, NodeSettings node)
{
    /// <summary>
    /// No inline script or style, no other host. The map's worker is a file of ours; its images are made in memory.
    /// </summary>
    public const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self' blob:; "
        + "connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

    public Task InvokeAsync(HttpContext context)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers.CacheControl = "no-cache, no-store";
        if (node.Simulated) headers["Rahdari-Simulated"] = "true";
        return next(context);
    }
}
