using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Rahdari.Parties;

namespace Rahdari.Tests.Parties;

public sealed class KeyTests : IAsyncLifetime
{
    static readonly OfficeId Torkham = OfficeId.Parse("pk:TORKHAM");

    WebNode node = null!;
    HttpClient client = null!;

    public async Task InitializeAsync()
    {
        node = await WebNode.StartAsync(routes =>
            routes.MapGet("/api/v1/clock", (HttpContext context) => context.GetActor().ToString()));
        client = new() { BaseAddress = node.Address };
    }

    public Task DisposeAsync()
    {
        client.Dispose();
        return node.DisposeAsync().AsTask();
    }

    [Fact]
    public async Task A_key_gives_its_office_and_role()
    {
        var key = await IssueAsync(1);
        var said = await (await GetAsync($"Bearer {key}")).Content.ReadAsStringAsync();
        Assert.Contains("pk:TORKHAM", said);
        Assert.Contains("Auditor", said);
        Assert.DoesNotContain(key, said);
    }

    [Theory]
    [InlineData("Bearer rk-AAAA")]
    [InlineData("Bearer ")]
    [InlineData("Basic dXNlcjpwYXNz")]
    [InlineData("Bearer rk-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task Anything_else_is_not_signed_in(string header)
    {
        var answer = await GetAsync(header);
        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
        using var problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal("not-signed-in", problem.RootElement.GetProperty("code").GetString());
        Assert.Equal("urn:rahdari:problem:not-signed-in", problem.RootElement.GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_key_taken_back_opens_nothing()
    {
        var key = await IssueAsync(2);
        var officer = (await node.Get<KeyRegister>().FindAsync(key, default))!.Id;
        Assert.True(await node.Get<KeyRegister>().RevokeAsync(officer, default));
        Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync($"Bearer {key}")).StatusCode);
    }

    [Fact]
    public async Task Invented_data_are_marked_on_every_answer_refusals_included()
    {
        foreach (var path in new[] { "/api/v1/clock", "/sign-in", "/nowhere", "/assets/none.css" })
        {
            var answer = await client.GetAsync(path);
            Assert.Equal("true", answer.Headers.GetValues("Rahdari-Simulated").Single());
            Assert.Contains("default-src 'none'", answer.Headers.GetValues("Content-Security-Policy").Single());
        }
    }

    Task<string> IssueAsync(byte seed) => node.Get<KeyRegister>().IssueAsync(
        Enumerable.Repeat(seed, 32).ToArray(), Torkham, Role.Auditor, "test", default);

    Task<HttpResponseMessage> GetAsync(string authorization) => client.SendAsync(
        new(HttpMethod.Get,
            "/api/v1/clock") { Headers = { Authorization = AuthenticationHeaderValue.Parse(authorization) } });
}
