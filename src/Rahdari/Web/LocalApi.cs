using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http.Features;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Web;

/// <summary>What the API said to a page's form.</summary>
/// <param name="Body">The answer's JSON; null where it had none.</param>
sealed record ApiAnswer(int Status, JsonNode? Body)
{
    public bool IsDone => Status is >= 200 and < 300;

    /// <summary>The refusals of a problem: all of them where the API names many.</summary>
    public IReadOnlyList<Refusal> Refusals => Body?["errors"] is JsonArray { Count: > 0 } errors
        ? [.. errors.OfType<JsonObject>().Select(ToRefusal)]
        : Body is JsonObject problem && problem["code"] is not null ? [ToRefusal(problem)]
        : [new Refusal($"status-{Status}")];

    static Refusal ToRefusal(JsonObject o) => new(o["code"]?.GetValue<string>() ?? "", o["field"]?.GetValue<string>())
    {
        Args = o["args"] is JsonObject args
            ? args.ToDictionary(a => a.Key, a => a.Value?.ToString() ?? "")
            : new Dictionary<string, string>(),
    };
}

/// <summary>
/// Runs a route of the API within the page's own request, for the same actor: what a form does is what the API does,
/// with the same checks, the same refusals and the same keys against doing it twice.
/// </summary>
sealed class LocalApi(EndpointDataSource endpoints)
{
    readonly Lazy<Dictionary<(string Method, string Route), RouteEndpoint>> routes = new(() => Index(endpoints));

    /// <param name="page">The page's request; its route values are the API's too.</param>
    /// <param name="route">The API route's pattern.</param>
    /// <param name="key">Keeps a form sent twice from being done twice.</param>
    public async Task<ApiAnswer> PostAsync(HttpContext page, string route, JsonObject body, string? key)
    {
        var endpoint = routes.Value.GetValueOrDefault((HttpMethods.Post, route))
            ?? throw new InvalidOperationException($"the API has no route POST {route}");
        using var input = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(body));
        using var output = new MemoryStream();
        var context = new DefaultHttpContext
        {
            RequestServices = page.RequestServices,
            User = page.User,
            RequestAborted = page.RequestAborted,
            Request =
            {
                Method = HttpMethods.Post,
                Scheme = page.Request.Scheme,
                Host = page.Request.Host,
                Path = $"/api/v1{page.Request.Path}",
                RouteValues = new(page.Request.RouteValues),
                ContentType = "application/json",
                ContentLength = input.Length,
                Body = input,
            },
            Response = { Body = output },
        };
        if (!string.IsNullOrEmpty(key)) context.Request.Headers["Idempotency-Key"] = key;
        context.SetEndpoint(endpoint);
        await endpoint.RequestDelegate!(context);
        await context.Features.GetRequiredFeature<IHttpResponseBodyFeature>().CompleteAsync();
        return new(context.Response.StatusCode, output.Length == 0 ? null : JsonNode.Parse(output.ToArray()));
    }

    static Dictionary<(string, string), RouteEndpoint> Index(EndpointDataSource endpoints) => endpoints.Endpoints
        .OfType<RouteEndpoint>()
        .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? []).Select(m => (m, e)))
        .ToDictionary(p => (p.m, AccessMiddleware.RouteOf(p.e)), p => p.e);
}
