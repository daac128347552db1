using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry;
using Rahdari.Telemetry.Connecting;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;
using Rahdari.Tests.Hosting;
using Rahdari.Tests.Storage;

namespace Rahdari.Tests.Telemetry.Connecting;

/// <summary>The intake of a node as it runs, on real ports over a real journal in a folder of its own.</summary>
sealed class IntakeHost : IAsyncDisposable
{
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    readonly WebApplication app;
    readonly Store store;
    readonly MeterListener begins = new();
    long begun;

    IntakeHost(WebApplication app, Store store, TestJournal journal, string folder, TestPeers peers)
    {
        (this.app, this.store, Journal, Folder, Peers) = (app, store, journal, folder, peers);
        var bound = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Ports = Registry.Protocols.Zip(bound, (p, a) => (p.Name, new Uri(a).Port)).ToDictionary();
        var meters = app.Services.GetRequiredService<IMeterFactory>();
        begins.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Name == IntakeMetrics.Connections && instrument.Meter.Scope == meters)
                listener.EnableMeasurementEvents(instrument);
        };
        begins.SetMeasurementEventCallback<long>((_, by, _, _) => Interlocked.Add(ref begun, Math.Max(0, by)));
        begins.Start();
    }

    public string Folder { get; }
    public TestJournal Journal { get; }
    public IReadOnlyDictionary<string, int> Ports { get; }
    public SettableClock Clock => (SettableClock)app.Services.GetRequiredService<CorridorClock>();
    public IntakeFaults Faults => app.Services.GetRequiredService<IntakeFaults>();
    public IntakeFrontier Frontier => app.Services.GetRequiredService<IntakeFrontier>();
    public FittingTable Fitted => (FittingTable)app.Services.GetRequiredService<IFittedDevices>();
    public QuarantineTable Quarantines => (QuarantineTable)app.Services.GetRequiredService<IQuarantines>();
    public CardTable Cards => (CardTable)app.Services.GetRequiredService<ISimCards>();
    public CommandTable Commands => (CommandTable)app.Services.GetRequiredService<IWaitingCommands>();
    public TestPeers Peers { get; }
    public TestTimers Timers => (TestTimers)app.Services.GetRequiredService<TimeProvider>();

    public static async Task<IntakeHost> StartAsync(
        IntakeLimits? limits = null, string? folder = null, bool simulated = false,
        params IReadOnlyList<DeviceNetwork> networks)
    {
        folder ??= Directory.CreateTempSubdirectory("rahdari-intake-").FullName;
        var store = await TestStore.OpenAsync(
            Path.Combine(folder, "pk"), e => throw new InvalidOperationException("the store failed", e));
        var journal = new TestJournal(store.Journal);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            foreach (var protocol in Registry.Protocols) kestrel.ListenForDevices(IPAddress.Loopback, 0, protocol);
        });
        builder.Services.AddTelemetryIntake();
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(Settings(folder) with { DeviceNetworks = networks, Simulated = simulated })
            .AddSingleton<IJournal>(journal);
        builder.Services.AddSingleton<CorridorClock>(new SettableClock(Start));
        builder.Services.AddSingleton<TimeProvider>(new TestTimers());
        var peers = new TestPeers();
        builder.Services.AddSingleton<IPeers>(peers);
        builder.Services.AddSingleton<IFittedDevices>(new FittingTable());
        builder.Services.AddSingleton<IQuarantines>(new QuarantineTable());
        builder.Services.AddSingleton<ISimCards>(new CardTable());
        builder.Services.AddSingleton<IWaitingCommands>(new CommandTable());
        builder.Services.AddSingleton(new TimeSanity(EnrichingRules.Judging));
        if (limits is not null) builder.Services.AddSingleton(limits);
        var app = builder.Build();
        await app.StartAsync();
        return new(app, store, journal, folder, peers);
    }

    /// <summary>
    /// Connects to a protocol's port; completes when the node serves the connection, so that connections made one
    /// after the other are numbered so.
    /// </summary>
    /// <param name="from">The device's own address, of the loopback network.</param>
    public async Task<DeviceSocket> ConnectAsync(string protocol = "jt600", string from = "127.0.0.1")
    {
        var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0)) { NoDelay = true };
        var before = Interlocked.Read(ref begun);
        await client.ConnectAsync(IPAddress.Loopback, Ports[protocol]);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Interlocked.Read(ref begun) == before) await Task.Delay(1, limit.Token);
        return new(client);
    }

    /// <summary>Runs one connection over a transport of the test's own; completes when it is over.</summary>
    public Task ServeAsync(ConnectionContext connection, string protocol = "jt600") =>
        new DeviceListener(Registry.Find(protocol)!, app.Services.GetRequiredService<Intake>())
            .OnConnectedAsync(connection);

    /// <summary>Everything in one lane of the journal.</summary>
    public async Task<IReadOnlyList<JournaledFix>> LaneAsync(string lane) =>
        [.. (await Journal.ReadAsync($"pk/{lane}", 0, 100_000, default)).Select(JournaledFix.Read)];

    /// <summary>Waits until a fault of a code was counted.</summary>
    public async Task FaultAsync(string code, string protocol = "jt600")
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (Faults.CountOf(protocol, code) == 0) await Task.Delay(5, limit.Token);
    }

    /// <summary>Stops the node and keeps its folder, for a start on the same data.</summary>
    public async Task StopAsync()
    {
        Journal.Open();
        await app.StopAsync();
        await app.DisposeAsync();
        await store.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        begins.Dispose();
        await StopAsync();
        Directory.Delete(Folder, recursive: true);
    }

    static NodeSettings Settings(string folder) => new()
    {
        Node = "pk",
        Administration = new AdministrationId("pk"),
        DataDirectory = Path.Combine(folder, "pk"),
        Url = "http://127.0.0.1:0",
        Origin = "pk-2026.demo.example",
        MasterKeyFile = Path.Combine(folder, "master.seed"),
    };
}

/// <summary>Which unit each device is fitted to, for ever or for a time.</summary>
sealed class FittingTable : IFittedDevices
{
    public Dictionary<DeviceId, FittedUnit> Units { get; } = [];

    /// <summary>Fittings with a beginning and, mostly, an end.</summary>
    public List<(DeviceId Device, FittedUnit Unit, DateTimeOffset From, DateTimeOffset? Until)> Fittings { get; } = [];

    public ValueTask<FittedUnit?> FindAsync(DeviceId device, DateTimeOffset at, CancellationToken cancel) =>
        new(Units.GetValueOrDefault(device) ?? Fittings
            .FirstOrDefault(f => f.Device == device && f.From <= at && !(f.Until <= at)).Unit);
}

/// <summary>Which quarantines officers have ended.</summary>
sealed class QuarantineTable : IQuarantines
{
    public HashSet<(DeviceId Device, DateTimeOffset Since)> Ended { get; } = [];

    public ValueTask<bool> IsEndedAsync(DeviceId device, DateTimeOffset since, CancellationToken cancel) =>
        new(Ended.Contains((device, since)));
}

/// <summary>Which SIM card is in which device by the books.</summary>
sealed class CardTable : ISimCards
{
    public Dictionary<DeviceId, SimCardNumber> Booked { get; } = [];

    public ValueTask<SimCardNumber?> FindAsync(DeviceId device, CancellationToken cancel) =>
        new(Booked.GetValueOrDefault(device));
}

/// <summary>The rules of time the tests hold records against: 5 minutes ahead, 30 days back.</summary>
static class EnrichingRules
{
    public static readonly Dated<JudgingRules> Judging = new(
    [
        new(new()
        {
            OffCorridorEnterMetresBeyond = 0, OffCorridorLeaveMetresBeyond = 0, OffCorridorFixes = 1,
            OffCorridorSeconds = 1, StopRadiusMetres = 1, StopSeconds = 1, StopSpeedMetresPerHour = 1,
            SilenceSeconds = 1, ImplausibleSpeedMetresPerHour = 1, ImplausibleMinimumMetres = 1,
            FutureToleranceSeconds = 300, OldestRecordDays = 30,
        }, DateTimeOffset.MinValue, null, "test"),
    ]);
}

/// <summary>Timers that fall due when a test says so.</summary>
sealed class TestTimers : TimeProvider
{
    readonly List<Timer> timers = [];

    /// <summary>Waits until a timer is armed, then lets every armed one fall due.</summary>
    public Task FireAsync() => FireAsync(_ => true);

    /// <summary>Waits until a timer of such a time is armed, then lets every armed one of it fall due.</summary>
    public async Task FireAsync(Predicate<TimeSpan> span)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            Timer[] due;
            lock (timers) due = [.. timers.Where(t => t.Armed && span(t.Span))];
            foreach (var timer in due) timer.Fire();
            if (due.Length > 0) return;
            await Task.Delay(5, limit.Token);
        }
    }

    long ahead;

    /// <summary>Lets time pass; no timer falls due of it.</summary>
    public void Advance(TimeSpan by) => Interlocked.Add(ref ahead, (long)(by.TotalSeconds * TimestampFrequency));

    /// <summary>Waits until a timer is armed for such a time.</summary>
    public async Task ArmedAsync(Predicate<TimeSpan> span)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            lock (timers)
                if (timers.Any(t => t.Armed && span(t.Span))) return;
            await Task.Delay(5, limit.Token);
        }
    }

    /// <summary>Waits until a timer is armed that was armed before: a connection has read and waits for more.</summary>
    public async Task ArmedAgainAsync()
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            lock (timers)
                if (timers.Any(t => t is { Armed: true, Armings: > 1 })) return;
            await Task.Delay(5, limit.Token);
        }
    }

    public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref ahead);

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(() => callback(state));
        timer.Change(dueTime, period);
        lock (timers) timers.Add(timer);
        return timer;
    }

    sealed class Timer(Action due) : ITimer
    {
        int armings;

        public volatile bool Armed;

        public TimeSpan Span { get; private set; }

        public int Armings => Volatile.Read(ref armings);

        public void Fire()
        {
            Armed = false;
            due();
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Span = dueTime;
            if (dueTime != Timeout.InfiniteTimeSpan) Interlocked.Increment(ref armings);
            Armed = dueTime != Timeout.InfiniteTimeSpan;
            return true;
        }

        public void Dispose() => Armed = false;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
