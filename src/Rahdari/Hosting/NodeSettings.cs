using System.Net;
using Rahdari.Parties;

namespace Rahdari.Hosting;

/// <summary>One node: an installation that serves exactly one administration.</summary>
public sealed record NodeSettings
{
    /// <summary>The node's name, for example <c>pk</c> or <c>pk-torkham-1</c>; cookies and folders carry it.</summary>
    public required string Node { get; init; }
    public required AdministrationId Administration { get; init; }

    /// <summary>The node's own folder: record, journal, log, keys.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Where pages and API listen.</summary>
    public required string Url { get; init; }

    /// <summary>Protocol i of the registry's order listens on this port plus i; null listens to no device.</summary>
    public int? DevicePorts { get; init; }

    /// <summary>The address of the device ports; null: that of <see cref="Url"/>.</summary>
    public IPAddress? DeviceAddress { get; init; }

    /// <summary>The log's origin: one path segment, new each year.</summary>
    public required string Origin { get; init; }

    /// <summary>Everything this node shows is invented: marked on every page and answer.</summary>
    public bool Simulated { get; init; }

    /// <summary>The file that holds the master key, outside database and backup.</summary>
    public required string MasterKeyFile { get; init; }

    /// <summary>The PostgreSQL database that holds record and journal; null keeps them in the data folder
    /// (SQLite).</summary>
    public ClusterSettings? Cluster { get; init; }
    public IReadOnlyList<PeerSettings> Peers { get; init; } = [];

    /// <summary>Networks that only known devices are in.</summary>
    public IReadOnlyList<DeviceNetwork> DeviceNetworks { get; init; } = [];

    /// <summary>Vendors whose platforms may pass on what devices send.</summary>
    public IReadOnlyList<VendorSettings> Vendors { get; init; } = [];

    /// <summary>How many days what devices sent is kept, and a unit's track after its discharge.</summary>
    public int JournalDays { get; init; } = Telemetry.Retaining.JournalDays.Default;

    public string LogDirectory => Path.Combine(DataDirectory, "log", Origin);
    public string KeysDirectory => Path.Combine(DataDirectory, "keys");
}

/// <summary>Another administration's node, as this one reads it.</summary>
/// <param name="LogKey">The verifier key its checkpoints must be signed with, fixed by agreement, not fetched.</param>
/// <param name="ApiKeyFile">The file with the key this node shows when it asks for entries.</param>
public sealed record PeerSettings(
    AdministrationId Administration, string Origin, string Url, string LogKey, string ApiKeyFile);

/// <summary>What an address of a network says of who speaks from it.</summary>
public enum DeviceNetworkKind
{
    /// <summary>Nobody gets into it without a SIM card that was let in.</summary>
    PrivateApn,

    /// <summary>A vendor's addresses, which other devices of the vendor have, too.</summary>
    VendorRange,
}

/// <summary>A private APN, or the addresses of a vendor's own network.</summary>
/// <param name="Protocols">Of which device ports; empty for all.</param>
public sealed record DeviceNetwork(
    string Name, DeviceNetworkKind Kind, IPNetwork Range, IReadOnlyList<string> Protocols);

/// <summary>A vendor of devices whose platform may pass on what they send.</summary>
/// <param name="Party">The firm that the platform's keys are made for.</param>
/// <param name="Name">As the cards of the stock have it: its devices may be passed on; null: no card counts.</param>
/// <param name="Devices">Ids that may be passed on whatever the stock says; a last <c>*</c> is any ending.</param>
/// <param name="CountKey">The Ed25519 key its hourly counts are signed with, 32 bytes; empty where it signs none.
/// </param>
public sealed record VendorSettings(
    PartyId Party, string? Name, IReadOnlyList<string> Devices, ReadOnlyMemory<byte> CountKey)
{
    /// <summary>Whether the settings name the device, without any look at the stock.</summary>
    /// <param name="device">Like <c>jt600:8000620011</c>.</param>
    public bool Lists(string device) => Devices.Any(d => d.EndsWith('*')
        ? device.StartsWith(d[..^1], StringComparison.Ordinal)
        : device == d);
}

/// <summary>A schema of a PostgreSQL database.</summary>
/// <param name="Connection">In Npgsql's form; it may hold a password and is never printed.</param>
public sealed record ClusterSettings(string Connection, string Schema)
{
    public override string ToString() => $"schema {Schema}";
}
