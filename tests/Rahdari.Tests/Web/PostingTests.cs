using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Rahdari.Storage;
using Rahdari.Tests.Movements;

namespace Rahdari.Tests.Web;

public sealed class PostingTests : IAsyncLifetime
{
    ApiNode node = null!;

    public async Task InitializeAsync() => node = await ApiNode.StartAsync();

    public async Task DisposeAsync() => await node.DisposeAsync();

    Task<Answer> DeclareAsync(string key, string? body = null) =>
        node.PostAsync(
            "/api/v1/movements", Scene.Karachi, body ?? Bodies.DeclarationOf($"AGENT-{key}"), ("Idempotency-Key", key));

    async Task<int> MovementsAsync() => (await node.GetAsync("/api/v1/movements")).Body!["items"]!.AsArray().Count;

    [Fact]
    public async Task A_request_repeated_under_its_key_is_done_once_and_answered_the_same()
    {
        var (first, again) = (await DeclareAsync("k-1"), await DeclareAsync("k-1"));
        Assert.Equal(HttpStatusCode.Created, again.Status);
        Assert.Equal((first.Body!.ToJsonString(), first.ETag), (again.Body!.ToJsonString(), again.ETag));
        Assert.NotEqual(first.Body["mrn"]!.GetValue<string>(),
            (await DeclareAsync("k-2")).Body!["mrn"]!.GetValue<string>());
        Assert.Equal(2, await MovementsAsync());
    }

    [Fact]
    public async Task Another_request_under_a_used_key_is_refused()
    {
        await DeclareAsync("k-1");
        var other = await DeclareAsync("k-1", Bodies.Declaration.Replace("AGENT-0001", "AGENT-0002"));
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "idempotency-key-reused"), (other.Status, other.Code));
    }

    [Fact]
    public async Task Requests_at_once_under_one_key_are_done_once()
    {
        await node.ClientAsync(Scene.Karachi);
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => DeclareAsync("k-1")));
        Assert.All(answers, a =>
            Assert.Equal(answers[0].Body!["mrn"]!.GetValue<string>(), a.Body!["mrn"]!.GetValue<string>()));
        Assert.Equal(1, await MovementsAsync());
    }

    [Fact]
    public async Task A_request_whose_answer_was_lost_is_answered_from_what_it_recorded()
    {
        var first = await DeclareAsync("k-1");
        await node.Get<IRecordStore>()
            .WriteAsync(t => t.ExecuteAsync("delete from idempotency", null, default), default);
        var again = await DeclareAsync("k-1");
        Assert.Equal((HttpStatusCode.Created, first.Body!["mrn"]!.GetValue<string>()),
            (again.Status, again.Body!["mrn"]!.GetValue<string>()));
        Assert.Equal(1, await MovementsAsync());
    }

    [Fact]
    public async Task Answers_are_kept_for_two_days_and_then_let_go()
    {
        await DeclareAsync("k-1");
        node.Machine.Advance(Rahdari.Web.Idempotency.Kept + TimeSpan.FromSeconds(1));
        await DeclareAsync("k-2");
        var kept = await node.Get<IRecordStore>().ReadAsync(
            r => r.QueryAsync<string>("select idempotency_key from idempotency", null, default), default);
        Assert.Equal(["k-2"], kept);
    }

    [Fact]
    public async Task A_refused_request_may_be_tried_again_under_its_key()
    {
        var mrn = (await DeclareAsync("k-1")).Body!["mrn"]!.GetValue<string>();
        Task<Answer> Reserve() => node.PostAsync(
            $"/api/v1/movements/{mrn}/guarantee", Scene.Karachi, Bodies.Reserve, ("Idempotency-Key", "k-2"));
        Assert.Equal("guarantee-unknown-or-code", (await Reserve()).Code);
        await node.Created("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee());
        Assert.Equal(HttpStatusCode.Created, (await Reserve()).Status);
        Assert.Equal(HttpStatusCode.Created, (await Reserve()).Status);
        Assert.Equal("guarantee-already-reserved",
            (await node.PostAsync($"/api/v1/movements/{mrn}/guarantee", Scene.Karachi, Bodies.Reserve)).Code);
    }

    [Fact]
    public async Task Keys_of_one_actor_are_not_anothers()
    {
        await DeclareAsync("k-1");
        var officer =
            await node.PostAsync("/api/v1/movements", Scene.Torkham, Bodies.Declaration, ("Idempotency-Key", "k-1"));
        Assert.Equal(HttpStatusCode.Created, officer.Status);
        Assert.Equal(2, await MovementsAsync());
    }

    [Theory]
    [InlineData("Idempotency-Key", "with space")]
    [InlineData("If-Match", "7")]
    [InlineData("If-Match", "W/\"7\"")]
    [InlineData("If-Match", "\"seven\"")]
    public async Task Malformed_headers_are_named(string name, string value)
    {
        var answer = await node.PostAsync("/api/v1/movements", Scene.Karachi, Bodies.Declaration, (name, value));
        Assert.Equal((HttpStatusCode.BadRequest, name), (answer.Status, answer.Field));
    }

    [Fact]
    public async Task A_version_that_has_passed_is_stale()
    {
        var declared = await DeclareAsync("k-1");
        var path = $"/api/v1/movements/{declared.Body!["mrn"]}/units/1/weights";
        Assert.Equal((await node.GetAsync($"/api/v1/movements/{declared.Body["mrn"]}")).ETag, declared.ETag);
        var first = await node.PostAsync(path, Scene.Karachi, """{"massGrams":1}""", ("If-Match", declared.ETag));
        Assert.Equal(HttpStatusCode.Created, first.Status);
        var second = await node.PostAsync(path, Scene.Karachi, """{"massGrams":1}""", ("If-Match", declared.ETag));
        Assert.Equal((HttpStatusCode.PreconditionFailed, "stale-version"), (second.Status, second.Code));
        var third = await node.PostAsync(path, Scene.Karachi, """{"massGrams":1}""", ("If-Match", first.ETag));
        Assert.Equal(HttpStatusCode.Created, third.Status);
    }

    [Fact]
    public async Task Anything_but_json_is_not_read()
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Bodies.Declaration));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/plain");
        var answer = await (await node.ClientAsync(Scene.Karachi)).PostAsync("/api/v1/movements", content);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
    }
}
