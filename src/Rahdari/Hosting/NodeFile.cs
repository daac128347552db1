using System.Net;
using Rahdari.Devices;
using Rahdari.Parties;
using Rahdari.Storage.Cluster;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;
using Kept = Rahdari.Telemetry.Retaining.JournalDays;

namespace Rahdari.Hosting;

/// <summary>
/// The settings of a node as its file has them: one YAML tree. A flag goes before <c>RAHDARI_*</c>, that before the
/// file. Everything wrong is told at once and the node does not start.
/// </summary>
sealed class NodeFile
{
    public string? Node { get; set; }
    public string? Administration { get; set; }
    public string? Data { get; set; }
    public string? Urls { get; set; }
    public int? DevicePorts { get; set; }

    /// <summary>Where the device ports listen; absent: where the web does.</summary>
    public string? DeviceAddress { get; set; }
    public string? Origin { get; set; }
    public string? Corridor { get; set; }
    public IList<string> Overlays { get; set; } = [];
    public string? MasterKey { get; set; }
    public bool Simulated { get; set; }

    /// <summary><c>sqlite</c> (absent) or <c>postgresql</c>.</summary>
    public string? Store { get; set; }
    public string? StoreConnection { get; set; }

    /// <summary>A file whose first line is the connection string, so that a password need not stand here.</summary>
    public string? StoreConnectionFile { get; set; }
    public string? StoreSchema { get; set; }

    /// <summary>How many days what devices sent is kept; absent: three years.</summary>
    public int? JournalDays { get; set; }
    public IList<PeerFile> Peers { get; set; } = [];

    /// <summary>Networks that only known devices are in: a private APN, a vendor's addresses.</summary>
    public IList<NetworkFile> DeviceNetworks { get; set; } = [];

    /// <summary>Vendors whose platforms may pass on what devices send.</summary>
    public IList<VendorFile> Vendors { get; set; } = [];

    /// <summary>A vendor as the file has it.</summary>
    public sealed class VendorFile
    {
        public string? Party { get; set; }
        public string? Name { get; set; }
        public IList<string> Devices { get; set; } = [];

        /// <summary>Base64.</summary>
        public string? CountKey { get; set; }
    }

    /// <summary>A network as the file has it.</summary>
    public sealed class NetworkFile
    {
        public string? Name { get; set; }

        /// <summary><c>private-apn</c> or <c>vendor-range</c>.</summary>
        public string? Kind { get; set; }

        /// <summary>Like <c>10.40.0.0/16</c>.</summary>
        public string? Range { get; set; }
        public IList<string> Protocols { get; set; } = [];
    }

    /// <summary>A peer as the file has it.</summary>
    public sealed class PeerFile
    {
        public string? Administration { get; set; }
        public string? Origin { get; set; }
        public string? Url { get; set; }
        public string? LogKey { get; set; }
        public string? ApiKeyFile { get; set; }
    }

    public static (NodeFile? File, IReadOnlyList<string> Problems) Read(string path)
    {
        var text = "";
        try
        {
            text = File.ReadAllText(path);
            var reader = new DeserializerBuilder().WithNamingConvention(CamelCaseNamingConvention.Instance).Build();
            return (reader.Deserialize<NodeFile>(text) ?? new NodeFile(), []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, [$"{path}: {e.Message}"]);
        }
        catch (YamlException e)
        {
            var what = e.InnerException is { } why ? $"{FieldAt(text, e.Start.Line)}{why.Message}" : e.Message;
            return (null, [$"{path}:{e.Start.Line}: {what}"]);
        }
    }

    /// <summary>The key on a line, for what is wrong with its value.</summary>
    static string FieldAt(string text, long line)
    {
        var key = text.Split('\n').ElementAtOrDefault((int)line - 1)?.Split(':') is [var before, _, ..]
            ? before.Trim(' ', '-', '\t') : "";
        return key.Length > 0 && key.All(char.IsAsciiLetter) ? $"{key}: " : "";
    }

    /// <summary>Settings, or everything that is missing or wrong.</summary>
    public (NodeSettings? Settings, IReadOnlyList<string> Problems) ToSettings()
    {
        var problems = new List<string>();
        string Need(string? value, string name)
        {
            if (string.IsNullOrWhiteSpace(value)) problems.Add($"{name} is missing");
            return value ?? "";
        }

        var node = Need(Node, "node");
        if (!AdministrationId.TryParse(Need(Administration, "administration"), null, out var administration))
            problems.Add("administration is two to eight lower-case letters");
        if (!Uri.TryCreate(Urls, UriKind.Absolute, out var url) || url.Scheme != Uri.UriSchemeHttp)
            problems.Add("urls is like http://127.0.0.1:5080");
        var origin = Need(Origin, "origin");
        if (origin.Contains('/', StringComparison.Ordinal)) problems.Add("origin is one path segment");
        if (Simulated != origin.Contains("demo", StringComparison.Ordinal))
            problems.Add("an origin contains 'demo' exactly when the node is simulated");
        if (DevicePorts is < 1 or > 65_000) problems.Add("devicePorts is 1 to 65000");
        var deviceAddress = IPAddress.TryParse(DeviceAddress, out var parsed) ? parsed : null;
        if (DeviceAddress is not null && deviceAddress is null)
            problems.Add("deviceAddress is an IP address, like 0.0.0.0 or ::");
        if (JournalDays is < Kept.Least or > Kept.Most)
            problems.Add($"journalDays is {Kept.Least} to {Kept.Most}");
        var peers = Peers.Select((p, i) => ReadPeer(p, $"peers[{i}]", problems)).ToList();
        var networks = DeviceNetworks.Select((n, i) => ReadNetwork(n, $"deviceNetworks[{i}]", problems)).ToList();
        foreach (var twice in networks.GroupBy(n => n.Name).Where(g => g.Key.Length > 0 && g.Count() > 1))
            problems.Add($"deviceNetworks: two are named {twice.Key}");
        var vendors = Vendors.Select((v, i) => ReadVendor(v, $"vendors[{i}]", problems)).ToList();
        foreach (var twice in vendors.GroupBy(v => v.Party).Where(g => g.Count() > 1))
            problems.Add($"vendors: two are of the party {twice.Key}");
        var cluster = ReadStore(node, problems);
        var (data, master) = (Need(Data, "data"), Need(MasterKey, "masterKey"));
        if (problems.Count > 0) return (null, problems);
        return (new NodeSettings
        {
            Node = node,
            Administration = administration,
            DataDirectory = Path.Combine(data, node),
            Url = url!.GetLeftPart(UriPartial.Authority),
            DevicePorts = DevicePorts,
            DeviceAddress = deviceAddress,
            Origin = origin,
            Simulated = Simulated,
            MasterKeyFile = master,
            Cluster = cluster,
            Peers = peers,
            DeviceNetworks = networks,
            Vendors = vendors,
            JournalDays = JournalDays ?? Kept.Default,
        }, []);
    }

    /// <summary>No message holds a part of the connection string: it may have a password in it.</summary>
    ClusterSettings? ReadStore(string node, List<string> problems)
    {
        if (Store is not ("postgresql" or "sqlite" or null)) problems.Add("store is sqlite or postgresql");
        if (Store != "postgresql")
        {
            if ((StoreConnection ?? StoreConnectionFile ?? StoreSchema) is not null)
                problems.Add("storeConnection, storeConnectionFile and storeSchema go with store: postgresql");
            return null;
        }
        var (connection, schema) = (StoreConnection, StoreSchema ?? node.Replace('-', '_'));
        try
        {
            connection ??= StoreConnectionFile is null ? null : File.ReadLines(StoreConnectionFile).FirstOrDefault();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"storeConnectionFile: {e.Message}");
            return null;
        }
        if (string.IsNullOrWhiteSpace(connection))
            problems.Add("storeConnection or storeConnectionFile is missing");
        else if (ClusterStore.FaultOf(connection, schema) is var (setting, fault))
            problems.Add($"{(setting == "schema" ? "storeSchema" : "storeConnection")}: {fault}");
        else
            return new(connection, schema);
        return null;
    }

    static DeviceNetwork ReadNetwork(NetworkFile network, string at, List<string> problems)
    {
        if (string.IsNullOrWhiteSpace(network.Name)) problems.Add($"{at}.name is missing");
        if (!Web.Slug.TryParse<DeviceNetworkKind>(network.Kind ?? "", out var kind))
            problems.Add($"{at}.kind is missing or neither private-apn nor vendor-range");
        if (!IPNetwork.TryParse(network.Range, out var range))
            problems.Add($"{at}.range is missing or not like 10.40.0.0/16");
        else if (range.PrefixLength == 0)
            problems.Add($"{at}.range holds every address and tells no device from another");
        foreach (var unknown in network.Protocols.Where(p => !Registry.Order.Contains(p)))
            problems.Add($"{at}.protocols: there is no protocol {unknown}");
        return new(network.Name ?? "", kind, range, [.. network.Protocols]);
    }

    static VendorSettings ReadVendor(VendorFile vendor, string at, List<string> problems)
    {
        if (!PartyId.TryParse(vendor.Party, null, out var party))
            problems.Add($"{at}.party is missing or no party");
        if (string.IsNullOrWhiteSpace(vendor.Name) && vendor.Devices.Count == 0)
            problems.Add($"{at} has neither name nor devices and may pass on nothing");
        foreach (var wrong in vendor.Devices.Where(d => !Registry.IsKnown(d.Split(':')[0]) || d.IndexOf('*') is >= 0
            and var star && star < d.Length - 1 || d.Split(':') is not [_, { Length: > 1 }]))
            problems.Add($"{at}.devices: {wrong} is not like jt600:8000620011 or jt600:80006*");
        var key = new byte[Ledger.Ed25519.PublicKeySize];
        if (vendor.CountKey is null) key = [];
        else if (!Convert.TryFromBase64String(vendor.CountKey, key, out var length) || length != key.Length)
            problems.Add($"{at}.countKey is not the base64 of 32 bytes");
        return new(party, vendor.Name, [.. vendor.Devices], key);
    }

    static PeerSettings ReadPeer(PeerFile peer, string at, List<string> problems)
    {
        if (!AdministrationId.TryParse(peer.Administration, null, out var administration))
            problems.Add($"{at}.administration is missing or no administration");
        foreach (var (name, value) in new[]
            { ("origin", peer.Origin), ("url", peer.Url), ("logKey", peer.LogKey), ("apiKeyFile", peer.ApiKeyFile) })
            if (string.IsNullOrWhiteSpace(value)) problems.Add($"{at}.{name} is missing");
        return new(administration, peer.Origin ?? "", peer.Url ?? "", peer.LogKey ?? "", peer.ApiKeyFile ?? "");
    }
}
