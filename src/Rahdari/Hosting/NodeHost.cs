using System.Net;
using Rahdari.Corridors;
using Rahdari.Crossings;
using Rahdari.Federation;
using Rahdari.Guarantees;
using Rahdari.Ledger;
using Rahdari.Measures;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Stock;
using Rahdari.Storage;
using Rahdari.Transparency.Sequencing;
using Rahdari.Transparency.Verifying;
using Rahdari.Telemetry;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Quarantining;
using Rahdari.Telemetry.Commanding;
using Rahdari.Telemetry.Raising;
using Rahdari.Telemetry.Relaying;
using Rahdari.Telemetry.Retaining;
using Rahdari.Telemetry.Segmenting;
using Rahdari.Transparency;
using Rahdari.Web;
using Rahdari.Web.Live;

namespace Rahdari.Hosting;

/// <summary>
/// One running node: a web application of its own with its store, keys, log, users and ports. It holds no static
/// state, so that several run in one process.
/// </summary>
public sealed class NodeHost : IAsyncDisposable
{
    /// <summary>The largest body of any request: images and papers are limited to 20 MB (design 5), the rest is
    /// text.</summary>
    const long MaxBodyBytes = 20 << 20;

    /// <summary>32 kB of headers, the server's own limit, at the 2.4 kB/s of a bad line.</summary>
    static readonly TimeSpan HeadersWithin = TimeSpan.FromSeconds(15);

    readonly WebApplication app;
    readonly Store store;

    /// <summary>The data folder, where the store itself does not hold it.</summary>
    readonly IAsyncDisposable? folder;
    readonly NodeSettings settings;
    readonly TimeProvider machine;
    readonly IntakeFrontier intake;
    readonly JudgingProgress judged;

    NodeHost(WebApplication app, Store store, IAsyncDisposable? folder)
    {
        (this.app, this.store, this.folder) = (app, store, folder);
        settings = app.Services.GetRequiredService<NodeSettings>();
        machine = app.Services.GetRequiredService<TimeProvider>();
        intake = app.Services.GetRequiredService<IntakeFrontier>();
        judged = app.Services.GetRequiredService<JudgingProgress>();
    }

    public IServiceProvider Services => app.Services;

    /// <summary>Cancelled once the node stops, of itself or because it was told to.</summary>
    public CancellationToken Stopping => app.Lifetime.ApplicationStopping;

    /// <summary>Records journaled by this node, all devices together.</summary>
    public long JournaledRecords =>
        store.Journal.Head(JournalStreams.Live(settings.Node)) + store.Journal.Head(JournalStreams.Late(settings.Node));

    /// <summary>Receive time of the oldest record that is not durable or not judged yet; null when all are.</summary>
    public DateTimeOffset? OldestUndone()
    {
        var (journaling, judging) = (intake.Oldest, judged.OldestUnjudged);
        return journaling is { } a && judging is { } b ? (a < b ? a : b) : journaling ?? judging;
    }

    /// <summary>Completes when every committed leaf is under a signed checkpoint, or the wait was long
    /// enough.</summary>
    public async Task PublishedAsync(TimeSpan atMost, CancellationToken cancel)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(atMost);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(100), machine);
        try
        {
            while (!await IsPublishedAsync(limit.Token)) await timer.WaitForNextTickAsync(limit.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Long enough: whoever checks the log sees what is missing.
        }
    }

    /// <summary>The node's own check of its log, leaf by leaf.</summary>
    internal Task<FsckReport> CheckLogAsync(CancellationToken cancel) => LogFsck.CheckAsync(
        settings.Node, settings.Origin, app.Services.GetRequiredService<ILogStore>(), store.Record,
        LogFsck.SaltsOf(app.Services.GetRequiredService<Recorder>()), () => store.Journal.ReadAsync, machine, cancel);

    Task<bool> IsPublishedAsync(CancellationToken cancel) => store.Record.ReadAsync(
        async r => (await r.PendingLeavesAsync(1, cancel)).Count == 0
            && ((await r.LogHeadAsync(settings.Origin, cancel))?.Size ?? 0)
                == await r.LogSizeAsync(settings.Origin, cancel),
        cancel);

    /// <summary>Whether every guarantee's double entry adds up and no ended unit holds a lock.</summary>
    public async Task<bool> BooksBalanceAsync(CancellationToken cancel) =>
        (await GuaranteeBooks.CheckAsync(
            app.Services.GetRequiredService<IDesk>(), settings.Administration, cancel)).Count == 0;

    /// <summary>Completes when the node was told to stop, or stopped itself because its disk failed.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancel) => app.WaitForShutdownAsync(cancel);

    /// <summary>
    /// Opens the store (waiting as standby while another process has it), brings its tables up to date, says the first
    /// events and starts listening.
    /// </summary>
    /// <exception cref="StoreRefusedException">The data directory or database is not ours, or newer than this
    /// build.</exception>
    /// <exception cref="StorageOutageException">PostgreSQL cannot be reached.</exception>
    /// <exception cref="IOException">A port is taken; the message names it.</exception>
    public static async Task<NodeHost> StartAsync(
        NodeSettings settings, CorridorPack pack, CorridorClock clock, TimeProvider machine, NodeOutput output,
        CancellationToken cancel)
    {
        WebApplication? app = null;
        var (store, folder) = await NodeStore.OpenAsync(settings, machine,
            e =>
            {
                output.Fatal(e);
                app?.Lifetime.StopApplication();
            },
            what => output.Say($"{settings.Node}: another process has {what}; waiting as standby"), cancel);
        try
        {
            await OwnSecrets.CheckAsync(store.Record, settings, cancel);
            clock.ContinueFrom(await NewestAsync(store, cancel));
            app = Build(settings, pack, clock, machine, store);
            await app.Services.GetRequiredService<Projections>().PrepareAsync(store.Record, cancel);
            await app.Services.GetRequiredService<FirstEvents>().RecordAsync(store.Record, cancel);
            // Counts from the first frame on, not from the first time somebody asks.
            app.Services.GetRequiredService<MetricsExport>();
            await app.StartAsync(cancel);
            return new NodeHost(app, store, folder);
        }
        catch
        {
            if (app is not null) await app.DisposeAsync();
            await store.DisposeAsync();
            if (folder is not null) await folder.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await store.DisposeAsync();
        if (folder is not null) await folder.DisposeAsync();
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
            .SetMinimumLevel(LogLevel.Warning)
            // What is deleted is said.
            .AddFilter("Rahdari.Telemetry.Retaining", LogLevel.Information)
            // The folder of the web keys is readable by its owner only, like the signing seeds beside it.
            .AddFilter("Microsoft.AspNetCore.DataProtection.KeyManagement", LogLevel.Error);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
            kestrel.Limits.RequestHeadersTimeout = HeadersWithin;
            var url = new Uri(settings.Url);
            var address = url.HostNameType == UriHostNameType.Dns ? IPAddress.Loopback : IPAddress.Parse(url.Host);
            kestrel.Listen(address, url.Port);
            if (settings.DevicePorts is { } ports) kestrel.ListenForDevices(settings.DeviceAddress ?? address, ports);
        });
        var services = builder.Services;
        services.ConfigureHttpJsonOptions(o => ApiJson.Configure(o.SerializerOptions));
        services.AddApiDescription();
        services.AddSingleton<MetricsExport>();
        services.AddSingleton(settings).AddSingleton(pack).AddSingleton(clock).AddSingleton(machine);
        services.AddSingleton(store.Record).AddSingleton(store.Journal).AddSingleton(store.Leases);
        services.AddTransparency().AddSequencing().AddFederation().AddCorridors().AddGuarantees().AddMovements()
            .AddCrossings().AddMeasures().AddTelemetryIntake().AddQuarantining().AddRaising().AddSegmenting().AddStock()
            .AddRelaying().AddCommanding().AddRetaining().AddParties().AddWeb().AddLive();
        var app = builder.Build();
        app.UseWeb();
        app.UseRouting();
        app.UseParties();
        app.MapLog();
        app.MapFederation();
        app.MapCorridors();
        app.MapGuarantees();
        app.MapMovements();
        app.MapCrossings();
        app.MapMeasures();
        app.MapRaising();
        app.MapStock();
        app.MapQuarantining();
        app.MapCommands();
        app.MapRelaying();
        app.MapSegmenting();
        app.MapRetaining();
        app.MapParties();
        app.MapWeb();
        app.MapLive();
        app.MapOpenApi("/openapi/{documentName}.json");
        Readiness.Map(app);
        MetricsExport.Map(app);
        app.MapGet("/api/v1/clock", (CorridorClock c) => new { now = c.Now, speed = (c as ScaledClock)?.Speed ?? 1 })
            .WithName("readClock").WithSummary("Corridor time, and how fast it runs at most");
        return app;
    }
}
