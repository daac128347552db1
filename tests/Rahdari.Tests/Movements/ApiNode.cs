using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Guarantees;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Raising;
using Rahdari.Tests.Hosting;
using Rahdari.Tests.Storage;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Tests.Movements;

/// <summary>An HTTP answer, read.</summary>
sealed record Answer(HttpStatusCode Status, JsonNode? Body, HttpResponseHeaders Headers)
{
    public string? Code => Body?["code"]?.GetValue<string>();
    public string? Field => Body?["field"]?.GetValue<string>();
    public string ETag => Headers.ETag!.Tag;

    public IReadOnlyList<string> Irregularities =>
        [.. Body!["irregularities"]!.AsArray().Select(i => i!["code"]!.GetValue<string>())];
}

/// <summary>The API of one node over SQLite in a temporary folder; a key of each office it was asked for.</summary>
sealed class ApiNode : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-api-").FullName;
    readonly Dictionary<(OfficeId, Role), HttpClient> clients = [];
    readonly AdministrationId administration;
    Store store = null!;
    WebApplication app = null!;

    ApiNode(AdministrationId administration) => this.administration = administration;

    public SettableClock Clock { get; } = new(Scene.Start);
    public ManualTimeProvider Machine { get; } = new(Scene.Start);
    public CorridorPack Pack { get; private init; } = TestPack.Make();

    public IDesk Desk => Get<IDesk>();

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<ApiNode> StartAsync(
        AdministrationId? administration = null, CorridorPack? pack = null, Action<IServiceCollection>? more = null,
        Action<WebApplication>? map = null)
    {
        var node = new ApiNode(administration ?? Scene.Pk) { Pack = pack ?? TestPack.Make() };
        await node.OpenAsync(more, map);
        return node;
    }

    async Task OpenAsync(Action<IServiceCollection>? more, Action<WebApplication>? map)
    {
        store = await TestStore.OpenAsync(folder, e => throw e);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(o => ApiJson.Configure(o.SerializerOptions));
        services.AddSingleton(new NodeSettings
        {
            Node = $"{administration}-test",
            Administration = administration,
            DataDirectory = folder,
            Url = "http://127.0.0.1:0",
            Origin = $"{administration}-2026.demo.example",
            MasterKeyFile = Path.Combine(folder, "master"),
            Simulated = true,
        });
        services.AddSingleton(store.Record).AddSingleton(store.Journal).AddSingleton(store.Leases);
        services.AddSingleton<CorridorClock>(Clock).AddSingleton(Pack).AddSingleton<TimeProvider>(Machine);
        services.AddTransparency().AddParties().AddWeb().AddMovements().AddGuarantees().AddCrossings();
        services.AddSingleton(Catalogues.Load()).AddSingleton<IProjection, LogEntryTable>();
        // Where units were last heard, as far as a test says so.
        services.AddJudgingTables();
        more?.Invoke(services);
        app = builder.Build();
        app.UseRouting();
        app.UseParties();
        app.MapMovements();
        app.MapGuarantees();
        app.MapCrossings();
        map?.Invoke(app);
        await Get<Projections>().PrepareAsync(store.Record, default);
        await app.StartAsync();
    }

    public async Task<HttpClient> ClientAsync(OfficeId office, Role role = Role.Officer)
    {
        if (clients.TryGetValue((office, role), out var known)) return known;
        var address = Get<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        var secret = new byte[32];
        BitConverter.TryWriteBytes(secret, clients.Count + 1);
        var key = await Get<KeyRegister>().IssueAsync(secret, office, role, "test", default);
        var client = new HttpClient { BaseAddress = new(address) };
        client.DefaultRequestHeaders.Authorization = new("Bearer", key);
        return clients[(office, role)] = client;
    }

    public async Task<Answer> GetAsync(string path, OfficeId? office = null) =>
        await ReadAsync(await (await ClientAsync(office ?? Scene.Karachi)).GetAsync(path));

    /// <summary>Each call is a minute later.</summary>
    public async Task<Answer> PostAsync(
        string path, OfficeId office, string body, params (string Name, string Value)[] headers)
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await ReadAsync(await (await ClientAsync(office)).SendAsync(request));
    }

    public async Task<Answer> Created(string path, OfficeId office, string body)
    {
        var answer = await PostAsync(path, office, body);
        Assert.True(answer.Status == HttpStatusCode.Created, $"{path}: {answer.Body}");
        return answer;
    }

    /// <summary>Declares the two units of <see cref="Bodies"/>; answers the MRN.</summary>
    public async Task<string> DeclareAsync(string localReference) =>
        (await Created("/api/v1/movements", Scene.Karachi, Bodies.DeclarationOf(localReference)))
            .Body!["mrn"]!.GetValue<string>();

    /// <summary>Declares, covers and selects, and examines what was selected: free to be sealed.</summary>
    public async Task<string> ReleaseAsync(string localReference)
    {
        await PostAsync("/api/v1/guarantees", Scene.Karachi, Bodies.Guarantee());
        var mrn = await DeclareAsync(localReference);
        await Created($"/api/v1/movements/{mrn}/guarantee", Scene.Karachi, Bodies.Reserve);
        var selection = await Created($"/api/v1/movements/{mrn}/selection", Scene.Karachi, "{}");
        foreach (var unit in selection.Body!["units"]!.AsArray().Where(u => u!["lane"]!.GetValue<string>() != "green"))
            await Created(
                $"/api/v1/movements/{mrn}/units/{unit!["unit"]!.GetValue<string>().Split('/')[1]}/examinations",
                Scene.Karachi, """{"kind":"40","result":"A1"}""");
        return mrn;
    }

    static async Task<Answer> ReadAsync(HttpResponseMessage message)
    {
        var text = await message.Content.ReadAsStringAsync();
        var answer = new Answer(message.StatusCode, text.Length == 0 ? null : JsonNode.Parse(text), message.Headers);
        // A refusal without a text would be told by its key.
        if (answer.Code is not null)
            Assert.NotEqual($"refusal.{answer.Code}", answer.Body!["detail"]!.GetValue<string>());
        return answer;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var client in clients.Values) client.Dispose();
        await app.DisposeAsync();
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>The sequencer's tables; here nothing is ever published by itself.</summary>
sealed class LogEntryTable : IProjection
{
    public string Schema =>
        """
        create table if not exists log_entry (
            origin text not null, log_index bigint not null, event_id text not null unique,
            primary key (origin, log_index));
        create table if not exists log_head (
            origin text primary key, size bigint not null, root text not null, note text not null);
        """;

    public Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel) =>
        Task.CompletedTask;
}

/// <summary>Bodies as a program would send them.</summary>
static class Bodies
{
    public static string Guarantee(string? grn = null, long limit = 1_000_000_000) =>
        $$"""
        {"grn":"{{grn ?? Scene.Grn.Value}}","type":"1","limit":{"minor":{{limit}},"currency":"PKR"},
         "validUntil":"2027-09-01T00:00:00Z","guarantor":"Invented Assurance","guarantorRating":"AA",
         "accessCode":"7Q4X"}
        """;

    public const string Declaration =
        """
        {"localReference":"AGENT-0001","officeOfDeparture":"pk:KARACHI","officeOfExit":"pk:TORKHAM",
         "officeOfEntry":"af:TORKHAM","routeId":"indus","holder":"Holder","consignor":"Consignor",
         "consignee":"Consignee",
         "carrier":"Carrier",
         "units":[{"kind":"container","container":"CSQU3054383","grossMassGrams":21000000,"vehicle":"TLA-001"},
                  {"kind":"bulk-truck","container":null,"grossMassGrams":18000000,"vehicle":"TLA-002"}],
         "goods":[{"hsCode":"100630","description":"Rice","value":{"minor":10000000,"currency":"PKR"},
                   "dutyAtRisk":{"minor":3000001,"currency":"PKR"}}]}
        """;

    public static string DeclarationOf(string reference) =>
        Declaration.Replace("AGENT-0001", reference, StringComparison.Ordinal);

    public static string Reserve => $$"""{"grn":"{{Scene.Grn}}","accessCode":"7Q4X"}""";
}
