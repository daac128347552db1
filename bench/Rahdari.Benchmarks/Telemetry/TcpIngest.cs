using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;
using Rahdari.Hosting;
using Rahdari.Hosting.Demonstrating;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Storage.Embedded;
using Rahdari.Telemetry;
using Rahdari.Telemetry.Connecting;
using Rahdari.Telemetry.Enriching;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>
/// What durability costs a frame: the whole intake over TCP with an answer a frame, once on a journal that forgets at
/// once and once on SQLite. Locks send a step of frames and wait for its answers.
/// </summary>
sealed class TcpIngest : IAsyncDisposable
{
    const int Locks = 64, Steps = 20, FramesAStep = 16;

    static readonly DateTimeOffset Start = new(2026, 9, 1, 3, 0, 0, TimeSpan.Zero);

    readonly WebApplication app;
    readonly Lock[] locks;

    TcpIngest(WebApplication app)
    {
        this.app = app;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        var port = new Uri(address.First()).Port;
        locks = [.. Enumerable.Range(0, Locks).Select(i => new Lock(i, port))];
    }

    public static async Task RunAsync()
    {
        var folder = Directory.CreateTempSubdirectory("rahdari-bench-").FullName;
        await using (var store = await EmbeddedStore.OpenAsync(Path.Combine(folder, "pk"), new StoreSettings
        {
            Time = TimeProvider.System,
            OnFatal = e => Environment.FailFast(e.Message),
        }, CancellationToken.None))
        {
            await using var forgets = await OpenAsync(new Forgetting(), folder);
            await using var keeps = await OpenAsync(store.Journal, folder);
            await SideBySide.RunAsync(
                "frame over TCP: durable, without storage", keeps.SendAsync, forgets.SendAsync);
        }
        Directory.Delete(folder, recursive: true);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in locks) one.Dispose();
        await app.StopAsync();
        await app.DisposeAsync();
    }

    async Task<int> SendAsync()
    {
        await Task.WhenAll(locks.Select(l => l.SendAsync()));
        return Locks * Steps * FramesAStep;
    }

    static async Task<TcpIngest> OpenAsync(IJournal journal, string folder)
    {
        var protocol = Registry.Find("jt600")!;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.ListenForDevices(IPAddress.Loopback, 0, protocol));
        builder.Services.AddTelemetryIntake();
        builder.Services.AddMetrics();
        builder.Services.AddSingleton(journal).AddSingleton(DemoRun.LoadPack("default"));
        builder.Services.AddSingleton<CorridorClock>(new Standing()).AddSingleton(TimeProvider.System);
        builder.Services.AddSingleton<IFittedDevices>(new Unfitted());
        builder.Services.AddSingleton<IQuarantines>(new NeverEnded()).AddSingleton<IWaitingCommands>(new NoCommands());
        builder.Services.AddSingleton(new NodeSettings
        {
            Node = "pk",
            Administration = new("pk"),
            DataDirectory = Path.Combine(folder, "pk"),
            Url = "http://127.0.0.1:0",
            Origin = "pk-2026.demo.example",
            MasterKeyFile = Path.Combine(folder, "master.seed"),
        });
        var app = builder.Build();
        await app.StartAsync();
        return new(app);
    }

    /// <summary>One connection that sends and counts the answers.</summary>
    sealed class Lock(int number, int port) : IDisposable
    {
        readonly TcpClient client = new("127.0.0.1", port) { NoDelay = true };
        readonly byte[] answers = new byte[4096];
        long sent;

        public async Task SendAsync()
        {
            var stream = client.GetStream();
            for (var step = 0; step < Steps; step++)
            {
                await stream.WriteAsync(Frames());
                for (var answered = 0; answered < FramesAStep;)
                {
                    var read = await stream.ReadAsync(answers);
                    if (read == 0) throw new IOException("the intake closed the connection");
                    answered += answers.AsSpan(0, read).Count((byte)')');
                }
            }
        }

        public void Dispose() => client.Dispose();

        byte[] Frames() => [.. Enumerable.Range(0, FramesAStep).SelectMany(_ => Jt600Encoder.Record(
            string.Create(CultureInfo.InvariantCulture, $"{8_000_000_000 + number}"),
            new DeviceMessage
            {
                Kind = MessageKind.Position, Record = RecordClass.Live, Time = Start.AddSeconds(++sent), Valid = true,
                Position = new(248_100_000, 669_700_000), Speed = new Speed(0), CourseDegrees = 0, Satellites = 9,
                BatteryPercent = 80, DeviceSerial = (int)(sent % 256),
                Seal = new SealState(Locked: true, RopePresent: true, CoverClosed: true),
            }))];
    }

    sealed class NeverEnded : IQuarantines
    {
        public ValueTask<bool> IsEndedAsync(DeviceId device, DateTimeOffset since, CancellationToken cancel) =>
            new(false);
    }

    sealed class NoCommands : IWaitingCommands
    {
        public bool HasAny(DeviceId device) => false;

        public IDisposable Listen(DeviceId device, Action wake) => Stream.Null;

        public Task<CommandsToSend> TakeAsync(DeviceId device, DeviceSession session, CancellationToken cancel) =>
            Task.FromResult(new CommandsToSend([], session));
    }

    sealed class Unfitted : IFittedDevices
    {
        public ValueTask<FittedUnit?> FindAsync(DeviceId device, DateTimeOffset at, CancellationToken cancel) =>
            new((FittedUnit?)null);
    }

    /// <summary>Later than any record sent.</summary>
    sealed class Standing : CorridorClock
    {
        public override DateTimeOffset Now => Start.AddDays(20);

        public override void ContinueFrom(DateTimeOffset newest)
        {
        }
    }

    /// <summary>Answers as a journal does and keeps nothing.</summary>
    sealed class Forgetting : IJournal
    {
        long head;

        public long? NewestReceivedMicros => null;

        public ValueTask<IReadOnlyList<Journaled>> AppendAsync(
            IReadOnlyList<JournalEntry> entries, CancellationToken cancel) =>
            new([.. entries.Select(_ => new Journaled(Interlocked.Increment(ref head), AlreadyThere: false))]);

        public Task<IReadOnlyList<JournalRow>> ReadAsync(
            string stream, long after, int limit, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<JournalRow>>([]);

        public Task<IReadOnlyList<JournalRow>> ReadDeviceAsync(
            string device, long fromMicros, long toMicros, int limit, CancellationToken cancel) =>
            Task.FromResult<IReadOnlyList<JournalRow>>([]);

        public long Head(string stream) => Interlocked.Read(ref head);

        public Task WaitAsync(string stream, long after, TimeSpan atMost, CancellationToken cancel) =>
            Task.CompletedTask;

        public Task<int> DropBeforeAsync(long beforeMicros, CancellationToken cancel) => Task.FromResult(0);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
