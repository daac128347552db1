using System.Net;
using Rahdari.Corridors;
using Rahdari.Federation;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Storage.Embedded;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Hosting;

/// <summary>
/// One running node: a web application of its own with its store, keys, log, users and ports. It holds no static
/// state, so that several run in one process.
/// </summary>
public sealed class NodeHost : IAsyncDisposable
{
    /// <summary>The largest body of any request: images and papers are limited to 20 MB (design 5), the rest is text.</summary>
    const long MaxBodyBytes = 20 << 20;

    readonly WebApplication app;
    readonly Store store;

    NodeHost(WebApplication app, Store store)
    {
        this.app = app;
        this.store = store;
    }

    public IServiceProvider Services => app.Services;

    /// <summary>Completes when the node was told to stop, or stopped itself because its disk failed.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancel) => app.WaitForShutdownAsync(cancel);

    /// <summary>
    /// Opens the store (waiting as standby while another process has it), brings its tables up to date, says the first
    /// events and starts listening.
    /// </summary>
    /// <exception cref="StoreRefusedException">The data directory is not ours, or newer than this build.</exception>
    /// <exception cref="IOException">A port is taken; the message names it.</exception>
    public static async Task<NodeHost> StartAsync(
        NodeSettings settings, CorridorPack pack, CorridorClock clock, TimeProvider machine, NodeOutput output,
        CancellationToken cancel)
    {
        WebApplication? app = null;
        var store = await EmbeddedStore.OpenAsync(settings.DataDirectory, new StoreSettings
        {
            Time = machine,
            OnFatal = e =>
            {
                output.Fatal(e);
                app?.Lifetime.StopApplication();
            },
            OnStandby = () => output.Say($"{settings.Node}: another process has {settings.DataDirectory}; waiting as standby"),
        }, cancel);
        try
        {
            clock.ContinueFrom(await NewestAsync(store, cancel));
            app = Build(settings, pack, clock, machine, store);
            await app.Services.GetRequiredService<Projections>().PrepareAsync(store.Record, cancel);
            await app.Services.GetRequiredService<FirstEvents>().RecordAsync(store.Record, cancel);
            await app.StartAsync(cancel);
            return new NodeHost(app, store);
        }
        catch
        {
            if (app is not null) await app.DisposeAsync();
            await store.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await store.DisposeAsync();
    }

    /// <summary>The newest corridor time anything was recorded or received at.</summary>
    static async Task<DateTimeOffset> NewestAsync(Store store, CancellationToken cancel)
    {
        var events = await store.Record.ReadAsync(
            r => r.QueryAsync<long>("select coalesce(max(at_micros), 0) from event", null, cancel), cancel);
        return CorridorTime.FromMicros(Math.Max(events[0], store.Journal.NewestReceivedMicros ?? 0));
    }

    static WebApplication Build(
        NodeSettings settings, CorridorPack pack, CorridorClock clock, TimeProvider machine, Store store)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ApplicationName = "rahdari",
            ContentRootPath = AppContext.BaseDirectory,
        });
        builder.Logging.ClearProviders().AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace)
            .SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            var url = new Uri(settings.Url);
            kestrel.Listen(url.HostNameType == UriHostNameType.Dns ? IPAddress.Loopback : IPAddress.Parse(url.Host), url.Port);
        });
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(o => ApiJson.Configure(o.SerializerOptions));
        services.AddSingleton(settings).AddSingleton(pack).AddSingleton(clock).AddSingleton(machine);
        services.AddSingleton(store.Record).AddSingleton(store.Journal).AddSingleton(store.Leases);
        services.AddTransparency().AddFederation().AddParties().AddWeb();
        var app = builder.Build();
        app.UseWeb();
        app.UseRouting();
        app.UseParties();
        app.MapFederation();
        app.MapParties();
        app.MapWeb();
        app.MapGet("/healthz", () => "ok");
        app.MapGet("/api/v1/clock", (CorridorClock c) => new { now = c.Now, speed = (c as ScaledClock)?.Speed ?? 1 });
        return app;
    }
}

/// <summary>Where a node says what an operator must read.</summary>
public sealed class NodeOutput(TextWriter writer)
{
    public void Say(string line) => writer.WriteLine(line);

    public void Fatal(StorageFatalException e) => writer.WriteLine($"fatal: {e.Message}; the process stops");
}
