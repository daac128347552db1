using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Rahdari.Corridors;
using Rahdari.Ledger;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Hosting.Demonstrating;

/// <summary>What <c>DIR/demo.json</c> says: where the nodes are and who may sign in. Exists in demos only.</summary>
sealed record DemoAccounts(
    IReadOnlyList<DemoNode> Nodes, IReadOnlyList<DemoUser> Users, IReadOnlyList<DemoKey> Keys)
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    public string KeyOf(string node, string role, string office) =>
        Keys.First(k => k.Node == node && k.Role == role && k.Office == office).Key;

    public void Write(string path)
    {
        var draft = path + ".new";
        WriteForOwner(draft, JsonSerializer.Serialize(this, Json) + "\n");
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Secrets are readable by their owner only.</summary>
    public static void WriteForOwner(string path, string text)
    {
        using var file = new FileStream(path, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        file.Write(Encoding.UTF8.GetBytes(text));
    }

    public static DemoAccounts Read(string path) =>
        JsonSerializer.Deserialize<DemoAccounts>(File.ReadAllText(path), Json)
        ?? throw new InvalidDataException($"{path} holds no accounts");
}

sealed record DemoNode(string Node, string Url, string Origin, IReadOnlyDictionary<string, int> DevicePorts)
{
    /// <summary>The key the log signs with; written for the other side's settings.</summary>
    [JsonPropertyName("logKey")]
    public string LogKey { get; init; } = "";
}

sealed record DemoUser(string Node, string User, string Password, string Role, string Office);

sealed record DemoKey(string Node, string Role, string Office, string Key);

/// <summary>Makes the people and keys of a fresh demo node, straight into its record, before it listens.</summary>
sealed class DemoRegistrar(Entropy entropy)
{
    /// <summary>The roles that sign in at an office of each kind.</summary>
    static IEnumerable<Role> RolesAt(Office office) => office.Roles.Contains(OfficeRole.ControlRoom)
        ? [Role.Administrator, Role.ControlRoom, Role.Auditor, Role.Insurer]
        : office.Roles.Contains(OfficeRole.Departure) ? [Role.Officer, Role.Declarant] : [Role.Officer];

    public async Task<(string LogKey, IReadOnlyList<DemoUser> Users, IReadOnlyList<DemoKey> Keys)> RegisterAsync(
        NodeSettings node, CorridorPack pack, IReadOnlyList<NodeSettings> others, CancellationToken cancel)
    {
        await using var record = await NodeStore.OpenRecordAsync(
            node,
            new StoreSettings { Time = TimeProvider.System, OnFatal = e =>
                throw new IOException(e.Message, e) }, cancel);
        var tables = new PartyTables(record);
        using var users = new UserRegister(tables, TimeProvider.System);
        var register = new KeyRegister(tables);
        var (people, keys) = (new List<DemoUser>(), new List<DemoKey>());
        var offices = pack.Offices.Where(o => o.Id.Administration == node.Administration)
            .OrderBy(o => o.Roles.Contains(OfficeRole.ControlRoom) ? 0 : 1).ToList();
        foreach (var office in offices)
        {
            foreach (var role in RolesAt(office).OrderBy(r => r == Role.Auditor ? 0 : 1))
            {
                var (slug, password) = (Slug(role), Password());
                var name = $"{slug}.{office.Id.Code.ToLowerInvariant()}";
                // The person at the desk and the program of one invented agent see each other's declarations.
                PartyId? firm = role == Role.Declarant ? new($"agent-{office.Id.Code.ToLowerInvariant()}") : null;
                if (await users.AddAsync(name, password, office.Id, role, cancel, firm) is { } refused)
                    throw new InvalidOperationException($"{name}: {refused.Code}");
                people.Add(new(node.Node, name, password, slug, office.Id.ToString()));
                keys.Add(new(node.Node, slug, office.Id.ToString(),
                    await register.IssueAsync(Secret(), office.Id, role, "demo", cancel, firm)));
            }
        }
        foreach (var other in others)
        {
            var office = pack.Offices.First(
                o => o.Id.Administration == other.Administration && o.Roles.Contains(OfficeRole.ControlRoom)).Id;
            var key = await register.IssueAsync(Secret(), office, Role.Peer, "the other side's node", cancel);
            DemoAccounts.WriteForOwner(PeerKeyFile(other, node), key + "\n");
        }
        var ring = KeyRing.Open(node.KeysDirectory, offices.Select(o => o.Id), entropy);
        return (NoteKey.Of(node.Origin, NoteAlgorithm.Ed25519, Ed25519.PublicKeyOf(ring.LogSeed)).ToString(),
            people, keys);
    }

    /// <summary>Where a node keeps the key it shows to another.</summary>
    public static string PeerKeyFile(NodeSettings reader, NodeSettings read) =>
        Path.Combine(Path.GetDirectoryName(reader.DataDirectory)!, $"{reader.Node}-to-{read.Node}.key");

    static string Slug(Role role) => JsonNamingPolicy.KebabCaseLower.ConvertName(role.ToString());

    byte[] Secret()
    {
        var secret = new byte[32];
        entropy(secret);
        return secret;
    }

    string Password() => Convert.ToHexStringLower(Secret().AsSpan(0, 8));
}
