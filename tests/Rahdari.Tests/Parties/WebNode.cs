using System.Net;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Tests.Hosting;
using Rahdari.Tests.Storage;
using Rahdari.Web;

namespace Rahdari.Tests.Parties;

/// <summary>The web side of one node over a store in a temporary folder, on a port of the system's choice.</summary>
sealed class WebNode : IAsyncDisposable
{
    public const string Password = "correct horse battery";

    readonly string folder = Directory.CreateTempSubdirectory("rahdari-web-").FullName;
    Store store = null!;
    WebApplication app = null!;

    public ManualTimeProvider Machine { get; } = new(new(2026, 1, 5, 3, 0, 0, TimeSpan.Zero));

    public Uri Address { get; private set; } = null!;

    public T Get<T>() where T : notnull => app.Services.GetRequiredService<T>();

    public static async Task<WebNode> StartAsync(Action<IEndpointRouteBuilder>? map = null)
    {
        var node = new WebNode();
        await node.OpenAsync(map ?? (_ => { }));
        return node;
    }

    async Task OpenAsync(Action<IEndpointRouteBuilder> map)
    {
        store = await TestStore.OpenAsync(folder, e => throw e);
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { ContentRootPath = folder });
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddSingleton(new NodeSettings
        {
            Node = "pk-test",
            Administration = new("pk"),
            DataDirectory = folder,
            Url = "http://127.0.0.1:0",
            Origin = "pk-2026.demo.example",
            MasterKeyFile = Path.Combine(folder, "master"),
            Simulated = true,
        });
        builder.Services.AddSingleton(store.Record).AddSingleton<TimeProvider>(Machine);
        builder.Services.AddParties().AddWeb();
        builder.Services.AddSingleton(Catalogues.Load());
        app = builder.Build();
        app.UseWeb();
        app.UseRouting();
        app.UseParties();
        app.MapParties();
        WebSetup.MapFiles(app);
        map(app);
        await app.StartAsync();
        Address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>(
            )!.Addresses.First());
    }

    /// <summary>A user of a role at <c>pk:TORKHAM</c>, named like the role.</summary>
    public async Task AddUserAsync(Role role, string? name = null)
    {
        var refusal = await Get<UserRegister>().AddAsync(
            name ?? Slug.Of(role), Password, OfficeId.Parse("pk:TORKHAM"), role, default);
        Assert.Null(refusal);
    }

    /// <summary>A browser without scripts: it keeps cookies and follows nothing by itself.</summary>
    public Browser OpenBrowser() => new(Address);

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}

/// <summary>Follows links and sends forms as the pages write them.</summary>
sealed class Browser(Uri address) : IDisposable
{
    readonly HttpClient client = new(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new() })
    {
        BaseAddress = address,
    };

    public HttpClient Client => client;

    public async Task<Page> GetAsync(string path) => await Page.ReadAsync(await client.GetAsync(path));

    /// <summary>Fills the form with this action on the page and sends it.</summary>
    public async Task<Page> SendAsync(Page page, string action, params (string Name, string Value)[] values)
    {
        var fields = page.FieldsOf(action);
        foreach (var (name, value) in values) fields[name] = value;
        return await Page.ReadAsync(await client.PostAsync(action, new FormUrlEncodedContent(fields)));
    }

    public async Task<Page> SignInAsync(string name, string password = WebNode.Password) =>
        await SendAsync(await GetAsync("/sign-in"), "/sign-in", ("name", name), ("password", password));

    public void Dispose() => client.Dispose();
}

/// <summary>One answer, with its page.</summary>
sealed record Page(HttpStatusCode Status, string? Location, AngleSharp.Html.Dom.IHtmlDocument Html,
    HttpResponseMessage Answer)
{
    public static async Task<Page> ReadAsync(HttpResponseMessage answer) => new(
        answer.StatusCode, answer.Headers.Location?.OriginalString,
        new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync()), answer);

    public string Text => Html.Body?.TextContent ?? "";

    public Dictionary<string, string> FieldsOf(string action)
    {
        var form = Html.QuerySelector($"form[action='{action}']")
            ?? throw new InvalidOperationException($"no form for {action} on {Html.Title}");
        var fields = form.QuerySelectorAll("input[name]")
            .ToDictionary(i => i.GetAttribute("name")!, i => i.GetAttribute("value") ?? "");
        foreach (var select in form.QuerySelectorAll("select[name]"))
            fields[select.GetAttribute("name")!] =
                select.QuerySelector("option[selected]")?.GetAttribute("value") ?? "";
        return fields;
    }
}
