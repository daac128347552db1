using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Tests.Web;

public sealed class ProblemTests
{
    [Fact]
    public async Task A_refusal_becomes_a_problem_with_its_code_field_and_arguments()
    {
        var problem = await Write(Problem.Refused(new Refusal("role-not-allowed", "seal").With("role", "auditor")));
        Assert.Equal(
            """{"type":"urn:rahdari:problem:role-not-allowed","title":"Refused","status":422,"""
            + "\"detail\":\"The role auditor may not do this here.\",\"code\":\"role-not-allowed\","
            + "\"field\":\"seal\",\"args\":{\"role\":\"auditor\"},"
            + "\"errors\":[{\"field\":\"seal\",\"code\":\"role-not-allowed\",\"args\":{\"role\":\"auditor\"},"
            + "\"detail\":\"The role auditor may not do this here.\"}]}",
            problem);
    }

    [Fact]
    public async Task A_problem_about_no_field_says_null()
    {
        using var problem = JsonDocument.Parse(await Write(Problem.Stale(7)));
        Assert.Equal(JsonValueKind.Null, problem.RootElement.GetProperty("field").ValueKind);
        Assert.Equal(412, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Equal("7", problem.RootElement.GetProperty("args").GetProperty("version").GetString());
    }

    static async Task<string> Write(IResult answer)
    {
        using var body = new MemoryStream();
        var services = new ServiceCollection().AddLogging().AddSingleton(Catalogues.Load()).BuildServiceProvider();
        var context = new DefaultHttpContext { RequestServices = services, Response = { Body = body } };
        await answer.ExecuteAsync(context);
        Assert.Equal("application/problem+json", context.Response.ContentType);
        return System.Text.Encoding.UTF8.GetString(body.ToArray());
    }
}
