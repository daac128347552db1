using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Rahdari.Hosting;
using Rahdari.Hosting.Demonstrating;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Tests.EndToEnd;

/// <summary>What a node answered.</summary>
sealed record Told(int Status, string? Code, string? Field, JsonNode? Body, string Text);

/// <summary>
/// The command <c>serve</c> in a process of its own, asked things it has to refuse: answers come back as they are.
/// </summary>
sealed class ProbedNode : IAsyncDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-served-").FullName;
    readonly HttpClient http = new() { Timeout = TimeSpan.FromMinutes(1) };
    IReadOnlyList<DemoKey> keys = [];
    RahdariProcess process = null!;

    public NodeSettings Settings { get; private set; } = null!;
    public int Port => new Uri(Settings.Url).Port;
    public int PortOf(int protocol) => Settings.DevicePorts!.Value + protocol;
    public RahdariProcess Process => process;

    public static async Task<ProbedNode> StartAsync()
    {
        var node = new ProbedNode();
        var port = RahdariProcess.FreePorts();
        var demo = new DemoSettings(
            1, 1, 1, "default", node.folder, new Uri($"http://127.0.0.1:{port}"), port + 10, false, false);
        node.Settings = demo.Node("pk", 0);
        node.keys = (await new DemoRegistrar(SystemEntropy.Fill)
            .RegisterAsync(node.Settings, DemoRun.LoadPack("default"), [], default)).Keys;
        node.http.BaseAddress = new Uri(node.Settings.Url);
        await File.WriteAllTextAsync(Path.Combine(node.folder, "node.yaml"),
            $"""
            node: pk
            administration: pk
            data: {node.folder}
            urls: {node.Settings.Url}
            devicePorts: {node.Settings.DevicePorts}
            origin: {node.Settings.Origin}
            masterKey: {node.Settings.MasterKeyFile}
            simulated: true
            overlays: [{Path.Combine(AppContext.BaseDirectory, "corridors", "demo")}]
            """);
        node.process = RahdariProcess.Start("serve", "--config", Path.Combine(node.folder, "node.yaml"));
        await node.process.UntilAsync<object>(
            async () => await node.IsUpAsync() ? "up" : null, TimeSpan.FromSeconds(90));
        return node;
    }

    public async Task<bool> IsUpAsync() => (await http.GetAsync("/healthz")).IsSuccessStatusCode;

    public Task<string> MetricsAsync() => http.GetStringAsync("/metrics");

    public Task<Told> PostAsync(string path, string body, string office = "pk:KARACHI") =>
        SendAsync(HttpMethod.Post, path, new StringContent(body, Encoding.UTF8, "application/json"), office);

    public Task<Told> GetAsync(string path, string office = "pk:KARACHI") =>
        SendAsync(HttpMethod.Get, path, null, office);

    public async Task<Told> SendAsync(
        HttpMethod method, string path, HttpContent? content, string office,
        params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", KeyOf(office));
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        var isJson = answer.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
        var body = isJson ? JsonNode.Parse(text) : null;
        var told = body as JsonObject;
        return new(
            (int)answer.StatusCode, told?["code"]?.GetValue<string>(), told?["field"]?.GetValue<string>(), body, text);
    }

    public string KeyOf(string office) => keys.First(k => k.Role == Slug.Of(Role.Officer) && k.Office == office).Key;

    /// <summary>A guarantee, one covered and released movement of two units; its MRN.</summary>
    public async Task<string> ReleasedAsync()
    {
        var grn = "26PK000000000001" + CheckDigit.Of("26PK000000000001").ToString(CultureInfo.InvariantCulture);
        await DoneAsync(
            "/api/v1/guarantees",
            $$"""
            {"grn":"{{grn}}","type":"1","limit":{"minor":500000000,"currency":"PKR"},
             "validUntil":"2099-01-01T00:00:00Z","guarantor":"Indus Surety","guarantorRating":"A++",
             "accessCode":"1234"}
            """);
        var mrn = await DeclaredAsync("BAD-1");
        await DoneAsync($"/api/v1/movements/{mrn}/guarantee", $$"""{"grn":"{{grn}}","accessCode":"1234"}""");
        var selection = await DoneAsync($"/api/v1/movements/{mrn}/selection", "{}");
        foreach (var unit in selection["units"]!.AsArray())
        {
            var lane = unit!["lane"]!.GetValue<string>();
            if (lane is not ("scan" or "examination")) continue;
            await DoneAsync(
                $"/api/v1/movements/{mrn}/units/{unit["unit"]!.GetValue<string>().Split('/')[1]}/examinations",
                $$"""{"kind":"{{(lane == "scan" ? "30" : "40")}}","result":"A1"}""");
        }
        return mrn;
    }

    public async Task<string> DeclaredAsync(string reference) =>
        (await DoneAsync("/api/v1/movements", Declaration(reference)))["mrn"]!.GetValue<string>();

    public static string Declaration(
        string reference, string departure = "pk:KARACHI", string container = "CSQU3054383",
        string grams = "21000000") =>
        $$"""
        {"localReference":"{{reference}}","officeOfDeparture":"{{departure}}","officeOfExit":"pk:TORKHAM",
         "officeOfEntry":"af:TORKHAM","routeId":"karachi-torkham","holder":"Holder","consignor":"Consignor",
         "consignee":"Consignee","carrier":"Carrier",
         "units":[{"kind":"container","container":"{{container}}","grossMassGrams":{{grams}},"vehicle":"TLA-001"},
                  {"kind":"bulk-truck","grossMassGrams":18000000,"vehicle":"TLA-002"}],
         "goods":[{"hsCode":"100630","description":"Rice","value":{"minor":10000000,"currency":"PKR"},
                   "dutyAtRisk":{"minor":300000,"currency":"PKR"} }]}
        """;

    public async Task<JsonNode> DoneAsync(string path, string body, string office = "pk:KARACHI")
    {
        var told = await PostAsync(path, body, office);
        Assert.True(told.Status is 200 or 201, $"{path}: {told.Status} {told.Text}");
        return told.Body!;
    }

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
