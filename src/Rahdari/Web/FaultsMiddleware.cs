using Microsoft.AspNetCore.Http.Features;
using Rahdari.Transparency;

namespace Rahdari.Web;

/// <summary>
/// The last word on a request that nobody answered: what the server itself refused, what no route takes and what the
/// program did wrong gets a body with a stable code like every other refusal. A fault of the program is written to the
/// log and not to the caller.
/// </summary>
sealed partial class FaultsMiddleware(RequestDelegate next, ILogger<FaultsMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // Nobody is there to be told.
            return;
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            await AnswerAsync(context, e.StatusCode, new Refusal("request-malformed"));
            return;
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            LogFault(log, e, context.Request.Method, context.Request.Path);
            await AnswerAsync(context, StatusCodes.Status500InternalServerError, new Refusal("program-fault"));
            return;
        }
        if (IsUnsaid(context)) await AnswerAsync(context, context.Response.StatusCode, WhyOf(context));
    }

    static bool IsUnsaid(HttpContext context) => context.Response is
        { StatusCode: >= 400, HasStarted: false, ContentLength: null, ContentType: null or "" };

    static Refusal WhyOf(HttpContext context) => context.Response.StatusCode switch
    {
        StatusCodes.Status404NotFound => new Refusal("no-such-place"),
        StatusCodes.Status405MethodNotAllowed =>
            new Refusal("method-not-allowed").With("method", context.Request.Method),
        _ => new Refusal("request-malformed"),
    };

    static async Task AnswerAsync(HttpContext context, int status, Refusal why)
    {
        // What was set for an answer that is not given; the headers every answer has stay.
        context.Response.ContentLength = null;
        context.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = null;
        if (context.Request.Path.StartsWithSegments("/api")) await Problem.WriteAsync(context, status, why);
        else if (WantsPage(context.Request)) await Pages.Refused(status, why).ExecuteAsync(context);
        else context.Response.StatusCode = status;
    }

    /// <summary>A browser asks for a page by name; readers of logs and files do not.</summary>
    static bool WantsPage(HttpRequest request) =>
        request.Headers.Accept.Any(a => a?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true);

    [LoggerMessage(7200, LogLevel.Error, "{Method} {Path} was not answered")]
    static partial void LogFault(ILogger log, Exception e, string method, string path);
}
