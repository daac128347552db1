using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Hosting.Demonstrating;
using Rahdari.Parties;
using Rahdari.Tests.EndToEnd;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Browser.Tests;

/// <summary>
/// Both sides as <c>demo</c> composes them, each over its own SQLite store with its own port, log and people, and a
/// browser. Nothing drives them but the tests; corridor time stands until a test moves it.
/// </summary>
public sealed class TwoNodes : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-browser-").FullName;
    readonly Dictionary<(DemoUser User, string Language, bool Scripts), IBrowserContext> browsers = [];
    readonly HttpClient http = new();
    readonly List<NodeHost> hosts = [];
    Chromium? chromium;

    internal SteppedClock Clock { get; } = new(DemoSettings.Start);

    internal ShiftedTime Machine { get; } = new();

    internal CorridorPack Pack { get; } = DemoRun.LoadPack("default");

    internal DemoAccounts Accounts { get; private set; } = null!;

    internal Sample Sample { get; private set; } = null!;

    internal IBrowser Browser => chromium!.Browser;

    public async Task InitializeAsync()
    {
        // Every test is skipped then, by name.
        if (Chromium.SkipWithout is not null) return;
        var port = RahdariProcess.FreePorts();
        var demo = new DemoSettings(
            1, 1, 1, "default", folder, new Uri($"http://127.0.0.1:{port}"), port + 10, false, false);
        NodeSettings[] nodes = [demo.Node("pk", 0) with { Vendors = [Platform.Vendor] }, demo.Node("af", 1)];
        var registrar = new DemoRegistrar(SystemEntropy.Fill);
        var first = await registrar.RegisterAsync(nodes[0], Pack, [nodes[1]], default);
        var second = await registrar.RegisterAsync(nodes[1], Pack, [nodes[0]], default);
        Accounts = new(
            [NodeOf(nodes[0], first.LogKey), NodeOf(nodes[1], second.LogKey)], [.. first.Users, .. second.Users],
            [.. first.Keys, .. second.Keys]);
        await StartAsync(nodes[0], nodes[1]);
        await StartAsync(nodes[1], nodes[0]);
        chromium = await Chromium.StartAsync();
        Sample = await Sample.MakeAsync(this);
    }

    public async Task DisposeAsync()
    {
        if (chromium is not null) await chromium.DisposeAsync();
        foreach (var host in hosts) await host.DisposeAsync();
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>Somebody of a role at an office, signed in on their side's node, in a window of their own.</summary>
    internal async Task<Visit> SignInAsync(string role, string office, string language = "en", bool scripts = true)
    {
        var user = UserOf(role, office);
        if (browsers.TryGetValue((user, language, scripts), out var known))
            return await Visit.OpenAsync(this, known, AddressOf(user.Node), language);
        var context = await NewContextAsync(user.Node, language, scripts);
        var visit = await Visit.OpenAsync(this, context, AddressOf(user.Node), language);
        await visit.SignInAsync(user.User, user.Password);
        browsers[(user, language, scripts)] = context;
        return visit;
    }

    /// <summary>A window of whoever looks at a view; nothing is loaded in it yet.</summary>
    internal async Task<Visit> OpenAsync(PageView view, string language, bool scripts = true) => view.Role is { } role
        ? await SignInAsync(role, view.Office, language, scripts)
        : await Visit.OpenAsync(this, await NewContextAsync("pk", language, scripts), AddressOf("pk"), language);

    Task<IBrowserContext> NewContextAsync(string node, string language, bool scripts) => Browser.NewContextAsync(new()
    {
        BaseURL = AddressOf(node).ToString(),
        JavaScriptEnabled = scripts,
        Locale = language == "ur" ? "ur-PK" : "en-GB",
        ViewportSize = new() { Width = 1200, Height = 900 },
    });

    internal DemoUser UserOf(string role, string office) =>
        Accounts.Users.Single(u => u.Role == role && u.Office == office);

    /// <summary>The office of an administration that watches the corridor.</summary>
    internal string ControlRoom => Accounts.Users.Single(u => u.Role == "control-room" && u.Node == "pk").Office;

    internal Uri AddressOf(string node) => new(Accounts.Nodes.Single(n => n.Node == node).Url);

    internal Catalogue Texts(string language) =>
        hosts[0].Services.GetRequiredService<Catalogues>().Find(language)!;

    /// <summary>A quarter of a day on: every session has ended.</summary>
    internal void EndSessions()
    {
        Machine.Shift(TimeSpan.FromHours(6));
        browsers.Clear();
    }

    /// <summary>What a program of an office would send; a minute passes.</summary>
    internal async Task<JsonNode> PostAsync(
        string office, string path, object body, string role = "officer", string? key = null)
    {
        Clock.Advance(TimeSpan.FromMinutes(1));
        using var request = Request(HttpMethod.Post, role, office, path, key);
        request.Content = JsonContent.Create(body);
        using var answer = await http.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{path}: {(int)answer.StatusCode} {text}");
        return JsonNode.Parse(text)!;
    }

    internal async Task<JsonNode> GetAsync(string role, string office, string path)
    {
        using var request = Request(HttpMethod.Get, role, office, path);
        using var answer = await http.SendAsync(request);
        return JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
    }

    /// <summary>A page or a file as it comes over the line to whoever looks at a view.</summary>
    internal async Task<byte[]> OverTheLineAsync(PageView view, string path, string language, string encoding)
    {
        using var request = Request(HttpMethod.Get, view.Role ?? "officer", view.Office, path);
        request.Headers.AcceptEncoding.ParseAdd(encoding);
        request.Headers.AcceptLanguage.ParseAdd(language);
        using var answer = await http.SendAsync(request);
        return await answer.Content.ReadAsByteArrayAsync();
    }

    /// <summary>A key of a vendor's platform at the first node.</summary>
    internal Task<string> KeyOfAsync(VendorSettings vendor, OfficeId office)
    {
        var secret = new byte[KeyRegister.SecretBytes];
        SystemEntropy.Fill(secret);
        return hosts[0].Services.GetRequiredService<KeyRegister>()
            .IssueAsync(secret, office, Role.Vendor, "platform", default, vendor.Party);
    }

    /// <summary>Asks at the first node as an officer who is signed in: no key does what takes a person.</summary>
    internal async Task AskAsync(IOperation operation, OfficeId office)
    {
        var outcome = await hosts[0].Services.GetRequiredService<IDesk>().RunAsync(
            operation, new Actor(new OfficerId("o-signed-in"), office, Role.Officer), RequestStamp.None, default);
        Assert.IsType<Outcome.Done>(outcome);
    }

    internal static Task<T> UntilAsync<T>(Func<Task<T?>> ask, string what) where T : class =>
        UntilAsync(ask, () => what);

    /// <summary>Waits for what the nodes do by themselves; fails when it does not come.</summary>
    internal static async Task<T> UntilAsync<T>(Func<Task<T?>> ask, Func<string> what) where T : class
    {
        using var limit = new CancellationTokenSource(Chromium.PatienceMilliseconds);
        while (!limit.IsCancellationRequested)
        {
            if (await ask() is { } answer) return answer;
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
        Assert.Fail($"did not come: {what()}");
        return null!;
    }

    HttpRequestMessage Request(HttpMethod method, string role, string office, string path, string? key = null)
    {
        var node = office[..office.IndexOf(':', StringComparison.Ordinal)];
        var request = new HttpRequestMessage(method, new Uri(AddressOf(node), path));
        request.Headers.Authorization = new("Bearer", key ?? Accounts.KeyOf(node, role, office));
        return request;
    }

    async Task StartAsync(NodeSettings node, NodeSettings other)
    {
        var peer = new PeerSettings(
            other.Administration, other.Origin, other.Url, Accounts.Nodes.Single(n => n.Node == other.Node).LogKey,
            DemoRegistrar.PeerKeyFile(node, other));
        hosts.Add(await NodeHost.StartAsync(
            node with { Peers = [peer] }, Pack, Clock, Machine, new NodeOutput(TextWriter.Null), default));
    }

    static DemoNode NodeOf(NodeSettings node, string logKey) => new(
        node.Node, node.Url, node.Origin,
        Registry.Protocols.ToDictionary(p => p.Name, p => node.DevicePorts!.Value + Registry.PortIndex(p)))
    {
        LogKey = logKey,
    };

    /// <summary>A container number nobody else of this run has.</summary>
    internal static string Container(int number)
    {
        var ten = string.Create(CultureInfo.InvariantCulture, $"SIMU{number:D6}");
        return ten + Movements.CheckDigit.Of(ten).ToString(CultureInfo.InvariantCulture);
    }

    internal static string Grn(int number)
    {
        var sixteen = string.Create(CultureInfo.InvariantCulture, $"26PKSIM{number:D9}");
        return sixteen + Movements.CheckDigit.Of(sixteen).ToString(CultureInfo.InvariantCulture);
    }
}

/// <summary>All tests of the browser run one after another on the same two nodes.</summary>
[CollectionDefinition(nameof(TwoNodes))]
public sealed class TwoNodesCollection : ICollectionFixture<TwoNodes>;
