using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Web;

namespace Rahdari.Tests.Web;

/// <summary>The OpenAPI document of a whole node, held against what the node does.</summary>
[Collection("Whole node")]
public sealed class ApiDescriptionTests(WholeNode node) : IAsyncLifetime
{
    JsonObject document = null!;

    public async Task InitializeAsync() =>
        document = JsonNode.Parse(await node.Http.GetStringAsync("/openapi/v1.json"))!.AsObject();

    public Task DisposeAsync() => Task.CompletedTask;

    [Fact]
    public void Every_route_of_the_api_is_described_with_its_answer_and_its_problems()
    {
        var routes = node.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => (e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods ?? [])
                .Select(m => (Method: m.ToLowerInvariant(), Route: AccessMiddleware.RouteOf(e))))
            .Where(r => r.Route.StartsWith("/api/", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(routes);
        foreach (var (method, route) in routes)
        {
            var operation = document["paths"]![route]?[method];
            Assert.True(operation is not null, $"{method} {route} is not described");
            Assert.True(operation["operationId"] is not null && operation["summary"] is not null, route);
            var done = operation["responses"]!.AsObject().Where(r => r.Key[0] == '2').ToList();
            Assert.True(done.Count == 1 && done[0].Value!["content"]?.AsObject().Count > 0, $"{route}: no answer");
            if (AccessTable.Find(method.ToUpperInvariant(), route)!.Open) continue;
            Assert.Contains("not-signed-in", Codes(operation, "401"));
            Assert.Contains("role-not-allowed", Codes(operation, "403"));
        }
    }

    [Theory]
    [InlineData("movements", 40, 200)]
    [InlineData("alerts", 500, 1_000)]
    [InlineData("positions", 5_000, 5_000)]
    public void A_list_says_how_many_rows_a_page_has(string list, int usual, int most)
    {
        var parameters = document["paths"]![$"/api/v1/{list}"]!["get"]!["parameters"]!.AsArray();
        var limit = parameters.Single(p => p!["name"]!.GetValue<string>() == "limit")!["schema"]!;
        Assert.Equal(
            (1, usual, most),
            (limit["minimum"]!.GetValue<int>(), limit["default"]!.GetValue<int>(), limit["maximum"]!.GetValue<int>()));
        Assert.Contains(parameters, p => p!["name"]!.GetValue<string>() == "cursor" && p["description"] is not null);
    }

    [Fact]
    public void Every_field_is_described_and_identifiers_are_strings()
    {
        foreach (var (route, operation) in Posts())
            foreach (var (name, field) in Fields(BodyOf(operation)))
                Assert.True(field["description"] is not null, $"{route}: {name}");
        var schemas = document["components"]!["schemas"]!.AsObject();
        var mrn = schemas.SelectMany(s => s.Value!["properties"]?.AsObject() ?? []).First(p => p.Key == "mrn").Value!;
        mrn = mrn["$ref"] is { } to ? schemas[to.GetValue<string>().Split('/')[^1]]! : mrn;
        Assert.Equal("string", mrn["type"]!.GetValue<string>());
        Assert.Equal(IdentityForms.Of(typeof(Mrn)).Pattern, mrn["pattern"]!.GetValue<string>());
    }

    [Fact]
    public async Task The_example_of_every_post_is_read_and_any_field_beyond_it_is_refused()
    {
        foreach (var (route, operation) in Posts())
        {
            var example = ExampleOf(operation);
            var read = await SendAsync(route, example);
            Assert.True((int)read.Status is 201 or 200 or 404 or 409 or 422 or 403, $"{route}: {read}");
            foreach (var (name, _) in Fields(BodyOf(operation)))
            {
                var wrong = example.DeepClone().AsObject();
                ParentOf(wrong, name)[Last(name)] = true;
                var refused = await SendAsync(route, wrong);
                Assert.True(refused == (HttpStatusCode.BadRequest, "input-malformed", name), $"{route}: {refused}");
            }
            var more = example.DeepClone().AsObject();
            more["nobodyAskedForThis"] = 1;
            Assert.Equal(
                (HttpStatusCode.BadRequest, "input-unknown-field", "nobodyAskedForThis"), await SendAsync(route, more));
        }
    }

    [Fact]
    public async Task What_is_required_is_missed_and_what_is_not_is_not()
    {
        foreach (var (route, operation) in Posts())
        {
            var example = ExampleOf(operation);
            foreach (var (name, _) in Fields(BodyOf(operation)))
            {
                var without = example.DeepClone().AsObject();
                ParentOf(without, name).Remove(Last(name));
                var (status, code, field) = await SendAsync(route, without);
                if (IsRequired(BodyOf(operation), name))
                    Assert.Equal((HttpStatusCode.BadRequest, "input-missing", name), (status, code, field));
                else Assert.NotEqual(HttpStatusCode.BadRequest, status);
            }
        }
    }

    IEnumerable<(string Route, JsonObject Operation)> Posts()
    {
        var posts = document["paths"]!.AsObject().Where(p => p.Value!["post"] is not null)
            .Select(p => (p.Key, p.Value!["post"]!.AsObject())).ToList();
        Assert.True(posts.Count > 10);
        return posts;
    }

    static JsonObject BodyOf(JsonObject operation) =>
        operation["requestBody"]!["content"]!["application/json"]!["schema"]!.AsObject();

    static JsonObject ExampleOf(JsonObject operation) =>
        operation["requestBody"]!["content"]!["application/json"]!["example"]?.AsObject() ?? [];

    /// <summary>Every field with its path as problems name it; lists by their first item.</summary>
    static IEnumerable<(string Name, JsonObject Field)> Fields(JsonObject schema, string path = "")
    {
        foreach (var (name, value) in schema["properties"]?.AsObject() ?? [])
        {
            var field = value!.AsObject();
            yield return (path + name, field);
            if (field["items"] is JsonObject items)
                foreach (var inner in Fields(items, $"{path}{name}[0].")) yield return inner;
            else
                foreach (var inner in Fields(field, $"{path}{name}.")) yield return inner;
        }
    }

    static bool IsRequired(JsonObject schema, string name)
    {
        foreach (var step in name.Split('.')[..^1])
        {
            var field = schema["properties"]![step.Replace("[0]", "", StringComparison.Ordinal)]!;
            schema = (field["items"] ?? field).AsObject();
        }
        return schema["required"]?.AsArray().Any(r => r!.GetValue<string>() == Last(name)) == true;
    }

    static JsonObject ParentOf(JsonObject body, string name)
    {
        JsonNode node = body;
        foreach (var step in name.Split('.')[..^1])
            node = step.EndsWith("[0]", StringComparison.Ordinal) ? node[step[..^3]]![0]! : node[step]!;
        return node.AsObject();
    }

    static string Last(string name) => name.Split('.')[^1];

    static IReadOnlyList<string> Codes(JsonNode operation, string status) =>
        [.. operation["responses"]![status]!["content"]!["application/problem+json"]!["schema"]!["allOf"]![1]!
            ["properties"]!["code"]!["enum"]!.AsArray().Select(c => c!.GetValue<string>())];

    async Task<(HttpStatusCode Status, string? Code, string? Field)> SendAsync(string route, JsonObject body)
    {
        var row = AccessTable.Find("POST", route)!;
        // A declarant reaches own movements only, and nobody declared the example's.
        var role = row.Roles.Keys.OrderBy(r => r == Role.Declarant).First(r => row.ReachOf(r) != Reach.None);
        var digits = row.ReachOf(role) == Reach.Other ? "26AFKBL000000123M" : "26PKKHI000000123M";
        var path = route.Replace("{mrn}", digits + CheckDigit.Of(digits), StringComparison.Ordinal)
            .Replace("{n}", "1", StringComparison.Ordinal).Replace("{id}", "a-1", StringComparison.Ordinal)
            .Replace("{grn}", IdentityForms.Of(typeof(Rahdari.Guarantees.Grn)).Example, StringComparison.Ordinal)
            .Replace("{noticeId}", "n-1", StringComparison.Ordinal)
            .Replace("{device}", "jt600:8000620011", StringComparison.Ordinal);
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new("Bearer", await node.KeyAsync(role));
        using var answer = await node.Http.SendAsync(request);
        var text = JsonNode.Parse(await answer.Content.ReadAsStringAsync());
        return (answer.StatusCode, text?["code"]?.GetValue<string>(), text?["field"]?.GetValue<string>());
    }
}
