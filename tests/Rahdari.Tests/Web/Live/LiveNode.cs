using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rahdari.Transparency;
using Rahdari.Web;
using Rahdari.Web.Live;

namespace Rahdari.Tests.Web.Live;

/// <summary>The live endpoint alone, over a real socket, with limits a test can reach.</summary>
sealed class LiveNode : IAsyncDisposable
{
    readonly WebApplication app;

    LiveNode(WebApplication app, LiveFeed feed)
    {
        (this.app, Feed) = (app, feed);
        Http = new() { BaseAddress = new(app.Urls.First()) };
    }

    public LiveFeed Feed { get; }
    public HttpClient Http { get; }

    public static async Task<LiveNode> StartAsync(LiveLimits? limits = null)
    {
        limits ??= new();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var feed = new LiveFeed(limits, SystemEntropy.Fill);
        builder.Services.AddSingleton(limits).AddSingleton(feed).AddSingleton(TimeProvider.System)
            .AddSingleton(Catalogues.Load());
        var app = builder.Build();
        app.MapLive();
        await app.StartAsync();
        return new(app, feed);
    }

    public Task<EventReading> OpenAsync(string? lastEventId = null) => EventReading.OpenAsync(Http, lastEventId);

    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await app.DisposeAsync();
    }
}
