using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Hosting;
using Rahdari.Telemetry.Connecting;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Journaling;

namespace Rahdari.Telemetry;

/// <summary>Puts the way of a device frame together.</summary>
public static class TelemetrySetup
{
    /// <summary>
    /// The stages up to the journal. Needs the node's settings, clock, pack, journal,
    /// <see cref="IFittedDevices"/>, <see cref="ISimCards"/> and <see cref="IQuarantines"/>.
    /// </summary>
    public static IServiceCollection AddTelemetryIntake(this IServiceCollection services)
    {
        services.AddSingleton<IntakeFrontier>();
        services.AddUnreadRows();
        services.AddSingleton<IntakeFaults>();
        services.AddSingleton<IntakeMetrics>();
        services.AddSingleton<IntakeLimits>();
        services.Configure<SocketTransportOptions>(o => o.MaxReadBufferSize = IntakeLimits.UnreadBytes);
        services.AddSingleton<FaultJournal>();
        services.AddHostedService(s => s.GetRequiredService<FaultJournal>());
        services.AddSingleton(s => RegistrationSecret.Of(s.GetRequiredService<NodeSettings>()));
        services.AddSingleton<DeviceNetworks>();
        services.AddSingleton<ArrivalOrder>();
        services.AddSingleton<IPeers, KeepAlivePeers>();
        services.AddSingleton<LivingLines>();
        services.AddSingleton<IRelayLogins, NoRelayLogins>();
        services.AddSingleton<Intake>();
        services.AddSingleton<JournalWriter>();
        services.AddSingleton<Enricher>();
        services.AddSingleton<Pipeline>();
        services.AddSingleton(s => new TimeSanity(s.GetRequiredService<CorridorPack>().Judging));
        services.AddSingleton(s => ActivatorUtilities.CreateInstance<DeviceMemories>(s, DeviceMemories.Most));
        return services;
    }

    /// <summary>For every stage that reads the journal; one a node.</summary>
    internal static void AddUnreadRows(this IServiceCollection services) => services.TryAddSingleton<UnreadRows>();

    /// <summary>
    /// Listens for every built protocol: the one at place i of <see cref="Registry.Order"/> on the base port plus i.
    /// </summary>
    public static void ListenForDevices(this KestrelServerOptions kestrel, IPAddress address, int basePort)
    {
        foreach (var protocol in Registry.Protocols)
            kestrel.ListenForDevices(address, basePort + Registry.PortIndex(protocol), protocol);
    }

    /// <summary>Listens for one protocol; port 0 takes any free one.</summary>
    internal static void ListenForDevices(
        this KestrelServerOptions kestrel, IPAddress address, int port, IDeviceProtocol protocol) =>
        kestrel.Listen(address, port, listen =>
        {
            var listener = new DeviceListener(protocol, kestrel.ApplicationServices.GetRequiredService<Intake>());
            listen.Run(listener.OnConnectedAsync);
        });
}
