using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Hosting.Demonstrating;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry;
using Rahdari.Telemetry.Connecting;
using Rahdari.Telemetry.Enriching;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>The intake of a node up to its journal, behind a port, and nothing else of the node.</summary>
sealed class IntakeOnly : IAsyncDisposable
{
    readonly WebApplication app;

    IntakeOnly(WebApplication app)
    {
        this.app = app;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Port = new Uri(address.First()).Port;
    }

    public int Port { get; }

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
    }

    /// <param name="journal">Where the records go.</param>
    /// <param name="folder">For the node's secrets.</param>
    public static async Task<IntakeOnly> OpenAsync(IJournal journal, string folder)
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
        builder.Services.AddSingleton<ISimCards>(new NoCards());
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

    sealed class NeverEnded : IQuarantines
    {
        public ValueTask<bool> IsEndedAsync(DeviceId device, DateTimeOffset since, CancellationToken cancel) =>
            new(false);
    }

    sealed class NoCards : ISimCards
    {
        public ValueTask<SimCardNumber?> FindAsync(DeviceId device, CancellationToken cancel) =>
            new((SimCardNumber?)null);
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
        public override DateTimeOffset Now => CrowdFrames.Start.AddDays(20);

        public override void ContinueFrom(DateTimeOffset newest)
        {
        }
    }
}
