using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Rahdari.Parties;

namespace Rahdari.Tests.Web;

/// <summary>Every parameter of every GET of the API of a whole node, given what nobody should send.</summary>
[Collection("Whole node")]
public sealed class QueryParameterTests(WholeNode node)
{
    /// <summary>For any text that is not a choice of words.</summary>
    static readonly string[] NoId = ["garbage!", "%00", "a%00b", "%ED%A0%80", "..%2F..", new('A', 300)];

    static readonly string[] NoCursor = [.. NoId, "MQ", Cursor("1:2"), Cursor("x:26PKKHI000000123J6"), Cursor("1:\0"),
        Cursor("-1:26PKKHI000000123J6"), Cursor("1:2:3:"), Cursor("99999999999999999999:a")];

    static readonly string[] NoLimit = ["0", "-1", "-", "1000000000", "99999999999999999999", "1e9", "abc", "1.5",
        "%2B5", "0x10", "%D9%A1", "1,2", "%00"];

    /// <summary>By parameter, or by operation and parameter where its form is the operation's own.</summary>
    static readonly Dictionary<string, string[]> Nonsense = new()
    {
        ["limit"] = NoLimit,
        ["cursor"] = NoCursor,
        ["from"] = ["-1", "abc", "1e9", "99999999999999999999", "9223372036854775807", "2026-03-01T00:00:00", "%00"],
        ["state"] = ["unknown", "OPEN", "Open", "open,all", "1", "%00"],
        ["language"] = ["xx", "EN", "%00", "en,ur"],
        ["after"] = NoId,
        ["mrn"] = [.. NoId, "26PKKHI000000123J0"],
        ["office"] = NoId,
        ["vendor"] = NoId,
        ["readEntries subject"] = ["", "%00", "a%00b", new('A', 300)],
    };

    [Fact]
    public async Task Nonsense_in_any_parameter_is_refused_by_name_and_never_answered_otherwise()
    {
        var asked = 0;
        foreach (var (operation, route, parameter) in await ParametersAsync())
        {
            var values = Nonsense.GetValueOrDefault($"{operation} {parameter}")
                ?? Nonsense.GetValueOrDefault(parameter);
            Assert.True(values is not null, $"{operation}: nothing is tried in {parameter}");
            // A page of findings is a vendor's.
            var beside = (operation, parameter) == ("readRelay", "cursor") ? "vendor=some-vendor&" : "";
            foreach (var value in values)
            {
                var (status, type, body) = await GetAsync(route, $"{route}?{beside}{parameter}={value}");
                var said = $"{route}?{parameter}={value}: {(int)status} {body}";
                Assert.True(status == HttpStatusCode.BadRequest, said);
                Assert.True(type == "application/problem+json", said);
                Assert.True((string?)JsonNode.Parse(body)!["field"] == parameter, said);
                asked++;
            }
        }
        Assert.True(asked > 100, "hardly anything was asked");
    }

    [Fact]
    public async Task A_parameter_that_a_list_does_not_have_changes_nothing()
    {
        // The log goes on between two questions.
        foreach (var route in (await ParametersAsync()).Select(p => p.Route).Distinct().Where(r => !r.Contains('{')))
        {
            var whole = await GetAsync(route, route);
            Assert.Equal(HttpStatusCode.OK, whole.Status);
            Assert.Equal(whole.Body, (await GetAsync(route, $"{route}?nobodyAskedForThis=1")).Body);
        }
    }

    /// <summary>Parameters of queries as the OpenAPI document has them.</summary>
    async Task<IReadOnlyList<(string Operation, string Route, string Parameter)>> ParametersAsync()
    {
        var paths = JsonNode.Parse(await node.Http.GetStringAsync("/openapi/v1.json"))!["paths"]!.AsObject();
        var found = paths.Where(p => p.Value!["get"] is not null)
            .SelectMany(p => (p.Value!["get"]!["parameters"]?.AsArray() ?? [])
                .Where(q => (string?)q!["in"] == "query")
                .Select(q => ((string)p.Value["get"]!["operationId"]!, p.Key, (string)q!["name"]!)))
            .ToList();
        Assert.True(found.Count >= 15, "the document has lost parameters");
        return found;
    }

    async Task<(HttpStatusCode Status, string? Type, string Body)> GetAsync(string route, string path)
    {
        var row = AccessTable.Find("GET", route)!;
        using var request = new HttpRequestMessage(
            HttpMethod.Get, path.Replace("{origin}", WholeNode.Origin, StringComparison.Ordinal));
        Assert.Contains(Role.Auditor, row.Roles.Keys);
        request.Headers.Authorization = new("Bearer", await node.KeyAsync(Role.Auditor));
        using var answer = await node.Http.SendAsync(request);
        var type = answer.Content.Headers.ContentType?.MediaType;
        return (answer.StatusCode, type, await answer.Content.ReadAsStringAsync());
    }

    static string Cursor(string text) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
