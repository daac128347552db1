using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Rahdari.Transparency;

namespace Rahdari.Web.Live;

/// <summary>
/// <c>GET /api/v1/live</c>: server-sent events <c>fix</c>, <c>alert</c> and <c>movement</c>, each with an id.
/// <c>Last-Event-ID</c> goes on after that event; where it is no longer held comes <c>reset</c>: read the snapshot
/// (<c>/api/v1/positions</c>, <c>/api/v1/alerts</c>) anew.
/// </summary>
/// <remarks>Written plainly: the framework's result for events has neither comments nor ids without data.</remarks>
static class LiveEndpoint
{
    const string LastEventId = "Last-Event-ID", ContentType = "text/event-stream";

    static readonly byte[] Comment = ":\n\n"u8.ToArray();

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/api/v1/live", Open)
            .WithName("readLive").WithSummary("What happens, as server-sent events: fix, alert, movement, reset")
            .Produces<string>(StatusCodes.Status200OK, ContentType);

    static IResult Open(
        HttpContext context, LiveFeed feed, LiveLimits limits, TimeProvider machine, IHostApplicationLifetime host)
    {
        LiveId? after = null;
        if (context.Request.Headers[LastEventId].ToString() is { Length: > 0 } text)
        {
            after = LiveId.Parse(text);
            if (after is null) return Problem.Malformed(new Refusal("live-id-malformed", LastEventId));
        }
        if (feed.Open(after) is not { } reader)
        {
            context.Response.Headers.RetryAfter =
                limits.Heartbeat.TotalSeconds.ToString("0", CultureInfo.InvariantCulture);
            return Problem.Of(
                StatusCodes.Status503ServiceUnavailable,
                new Refusal("live-readers").With("most", limits.MostReaders));
        }
        // A proxy that collects what it forwards would hold events back.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        return Results.Stream(body => SendAsync(context, body, reader, limits, machine, host), ContentType);
    }

    static async Task SendAsync(
        HttpContext context, Stream body, LiveReader reader, LiveLimits limits, TimeProvider machine,
        IHostApplicationLifetime host)
    {
        using var life = new CancellationTokenSource(limits.Life, machine);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, host.ApplicationStopping, life.Token, reader.Dropped);
        var writing = true;
        using (reader)
            try
            {
                await body.WriteAsync(Retry(limits), ending.Token);
                await body.WriteAsync(reader.Greeting, ending.Token);
                await body.FlushAsync(ending.Token);
                for (Task<byte[]>? read = null; ;)
                {
                    writing = false;
                    read ??= reader.ReadAsync(ending.Token);
                    var frames = await WithinAsync(read, limits.Heartbeat, machine, ending.Token);
                    if (frames is not null) read = null;
                    writing = true;
                    await body.WriteAsync(frames ?? Comment, ending.Token);
                    await body.FlushAsync(ending.Token);
                }
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                // Who is too slow would hold up the end of the answer as well: the connection is cut.
                if (writing || reader.Dropped.IsCancellationRequested) context.Abort();
            }
    }

    static byte[] Retry(LiveLimits limits) => Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"retry: {limits.Retry.TotalMilliseconds:0}\n\n"));

    /// <summary>Null where it takes longer.</summary>
    static async Task<byte[]?> WithinAsync(
        Task<byte[]> read, TimeSpan time, TimeProvider machine, CancellationToken cancel)
    {
        try
        {
            return await read.WaitAsync(time, machine, cancel);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
