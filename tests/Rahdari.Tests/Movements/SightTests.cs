using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Rahdari.Movements;
using Rahdari.Parties;

namespace Rahdari.Tests.Movements;

public sealed class SightTests : IAsyncLifetime
{
    static readonly PartyId Firm = new("agent-one"), OtherFirm = new("agent-two");

    ApiNode node = null!;
    HttpClient clerk = null!, program = null!, stranger = null!;

    public async Task InitializeAsync()
    {
        node = await ApiNode.StartAsync();
        (clerk, program, stranger) = (await KeyAsync(1, Firm), await KeyAsync(2, Firm), await KeyAsync(3, OtherFirm));
    }

    public async Task DisposeAsync()
    {
        foreach (var client in new[] { clerk, program, stranger }) client.Dispose();
        await node.DisposeAsync();
    }

    async Task<HttpClient> KeyAsync(byte number, PartyId? firm, Role role = Role.Declarant)
    {
        var secret = new byte[KeyRegister.SecretBytes];
        secret[^1] = number;
        var key = await node.Get<KeyRegister>().IssueAsync(secret, Scene.Karachi, role, "test", default, firm);
        var client = new HttpClient { BaseAddress = (await node.ClientAsync(Scene.Karachi)).BaseAddress };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return client;
    }

    static async Task<(HttpStatusCode Status, JsonNode? Body)> PostAsync(HttpClient client, string path, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        var answer = await client.PostAsync(path, content);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync()));
    }

    static async Task<string> DeclareAsync(HttpClient client, string reference)
    {
        var (status, body) = await PostAsync(client, "/api/v1/movements", Bodies.DeclarationOf(reference));
        Assert.True(status == HttpStatusCode.Created, $"{body}");
        return body!["mrn"]!.GetValue<string>();
    }

    static async Task<IReadOnlyList<string>> ListedAsync(HttpClient client, string path, string name) =>
        [.. JsonNode.Parse(await client.GetStringAsync(path))!["items"]!.AsArray()
            .Select(i => i![name]!.GetValue<string>())];

    [Fact]
    public async Task A_declarant_sees_what_the_own_firm_declared_and_nothing_else()
    {
        var (mine, theirs) = (await DeclareAsync(clerk, "A-1"), await DeclareAsync(stranger, "B-1"));
        Assert.Equal([mine], await ListedAsync(program, "/api/v1/movements", "mrn"));
        Assert.Equal(HttpStatusCode.OK, (await program.GetAsync($"/api/v1/movements/{mine}")).StatusCode);
        Assert.Equal([theirs], await ListedAsync(stranger, "/api/v1/movements", "mrn"));
        var all = await ListedAsync(await node.ClientAsync(Scene.Karachi), "/api/v1/movements", "mrn");
        Assert.Equal(new[] { theirs, mine }.Order(), all.Order());
    }

    [Fact]
    public async Task Anothers_movement_reads_like_one_that_does_not_exist()
    {
        var theirs = await DeclareAsync(stranger, "B-1");
        var nobodys = new Scene().NextMrn();
        foreach (var mrn in new[] { theirs, nobodys.Value })
        {
            var read = await clerk.GetAsync($"/api/v1/movements/{mrn}");
            Assert.Equal(HttpStatusCode.NotFound, read.StatusCode);
            Assert.Contains("\"code\":\"movement-unknown\"", await read.Content.ReadAsStringAsync());
            var (status, _) = await PostAsync(clerk, $"/api/v1/movements/{mrn}/guarantee", Bodies.Reserve);
            Assert.Equal(HttpStatusCode.NotFound, status);
        }
    }

    [Fact]
    public async Task A_key_without_a_firm_sees_only_what_it_declared_itself()
    {
        using var alone = await KeyAsync(4, null);
        var mine = await DeclareAsync(alone, "C-1");
        await DeclareAsync(clerk, "A-1");
        Assert.Equal([mine], await ListedAsync(alone, "/api/v1/movements", "mrn"));
    }

    [Fact]
    public async Task A_declarant_sees_a_guarantee_that_covers_the_own_movements_and_of_its_locks_the_own()
    {
        await node.Created("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee());
        var (mine, theirs) = (await DeclareAsync(clerk, "A-1"), await DeclareAsync(stranger, "B-1"));
        Assert.Empty(await ListedAsync(clerk, "/api/v1/guarantees", "grn"));
        await node.Created($"/api/v1/movements/{theirs}/guarantee", Scene.Karachi, Bodies.Reserve);
        Assert.Empty(await ListedAsync(clerk, "/api/v1/guarantees", "grn"));
        Assert.Equal(HttpStatusCode.NotFound, (await clerk.GetAsync($"/api/v1/guarantees/{Scene.Grn}")).StatusCode);
        Assert.Equal(HttpStatusCode.Created,
            (await PostAsync(clerk, $"/api/v1/movements/{mine}/guarantee", Bodies.Reserve)).Status);
        Assert.Equal([Scene.Grn.Value], await ListedAsync(clerk, "/api/v1/guarantees", "grn"));
        var account = JsonNode.Parse(await clerk.GetStringAsync($"/api/v1/guarantees/{Scene.Grn}"))!;
        Assert.Equal([$"{mine}/1", $"{mine}/2"],
            account["locks"]!.AsArray().Select(l => l!["unit"]!.GetValue<string>()));
    }

    [Fact]
    public async Task An_insurer_sees_the_guarantees_it_registered()
    {
        using var insurer = await KeyAsync(5, new("insurer-one"), Role.Insurer);
        using var other = await KeyAsync(6, new("insurer-two"), Role.Insurer);
        var (status, _) = await PostAsync(insurer, "/api/v1/guarantees", Bodies.Guarantee());
        Assert.Equal(HttpStatusCode.Created, status);
        Assert.Equal([Scene.Grn.Value], await ListedAsync(insurer, "/api/v1/guarantees", "grn"));
        Assert.Empty(await ListedAsync(other, "/api/v1/guarantees", "grn"));
    }

    [Fact]
    public void A_partys_id_of_another_administration_is_another_party()
    {
        var sight = Sight.Of(new Actor(new("o-1"), Scene.Karachi, Role.Declarant) { Party = Firm });
        Assert.True(sight.MaySee(Scene.Pk, Firm));
        Assert.False(sight.MaySee(Scene.Af, Firm));
        Assert.False(sight.MaySee(Scene.Pk, OtherFirm));
        Assert.False(sight.MaySee(Scene.Pk, null));
    }

    [Theory]
    [InlineData(Role.Officer, true)]
    [InlineData(Role.ControlRoom, true)]
    [InlineData(Role.Auditor, true)]
    [InlineData(Role.Administrator, true)]
    [InlineData(Role.Declarant, false)]
    [InlineData(Role.Insurer, false)]
    [InlineData(Role.Peer, false)]
    public void Only_customs_sees_everything(Role role, bool everything) =>
        Assert.Equal(everything, Sight.Of(new Actor(new("o-1"), Scene.Karachi, role)).Everything);

    [Fact]
    public async Task A_reference_stands_for_one_movement_of_its_declarant_office_and_year()
    {
        var first = await DeclareAsync(clerk, "Ref-1");
        var (status, again) = await PostAsync(program, "/api/v1/movements", Bodies.DeclarationOf("REF-1"));
        Assert.Equal((HttpStatusCode.Conflict, "local-reference-used", "localReference", first),
            (status, again!["code"]!.GetValue<string>(), again["field"]!.GetValue<string>(),
                again["args"]!["mrn"]!.GetValue<string>()));
        await DeclareAsync(stranger, "Ref-1");
        node.Clock.Advance(TimeSpan.FromDays(365));
        await DeclareAsync(clerk, "Ref-1");
        Assert.Equal(2, (await ListedAsync(clerk, "/api/v1/movements", "mrn")).Count);
    }

    [Fact]
    public async Task Declarations_at_once_under_one_reference_make_one_movement()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ =>
            PostAsync(clerk, "/api/v1/movements", Bodies.DeclarationOf("R-9"))));
        Assert.Single(answers, a => a.Status == HttpStatusCode.Created);
        Assert.Equal(5, answers.Count(a => a.Status == HttpStatusCode.Conflict));
        Assert.Single(await ListedAsync(clerk, "/api/v1/movements", "mrn"));
    }

    [Fact]
    public async Task What_the_rules_find_wrong_is_named_all_at_once_with_a_sentence_each()
    {
        var (status, problem) = await PostAsync(clerk, "/api/v1/movements", Bodies.DeclarationOf("A-1")
            .Replace("\"units\":[{\"kind\":\"container\",\"container\":\"CSQU3054383\"",
                "\"units\":[{\"kind\":\"container\",\"container\":null")
            .Replace("\"grossMassGrams\":18000000", "\"grossMassGrams\":0")
            .Replace("100630", "1006")
            .Replace("af:TORKHAM", "af:NOWHERE"));
        Assert.Equal(422, (int)status);
        var errors = problem!["errors"]!.AsArray();
        Assert.Equal(
            ["officeOfEntry", "units[0].container", "units[1].grossMassGrams", "goods[0].hsCode"],
            errors.Select(e => e!["field"]!.GetValue<string>()));
        Assert.Equal(["office-unknown", "input-missing", "input-out-of-range", "input-malformed"],
            errors.Select(e => e!["code"]!.GetValue<string>()));
        Assert.Equal("The corridor has no office af:NOWHERE.", errors[0]!["detail"]!.GetValue<string>());
        Assert.Equal(problem["code"]!.GetValue<string>(), errors[0]!["code"]!.GetValue<string>());
    }
}
