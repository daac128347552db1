using System.Text;
using Rahdari.Ledger;
using Rahdari.Parties;

namespace Rahdari.Transparency;

/// <summary>
/// The node's signing keys: one for its log, one for each of its offices. Files of one line
/// <c>rahdari-seed 1 BASE64</c> in the keys folder, readable by their owner only.
/// </summary>
sealed class KeyRing
{
    public const string LogSeedFile = "log.seed";
    const string Header = "rahdari-seed 1 ";
    const int SeedBytes = 32;

    readonly Dictionary<OfficeId, byte[]> offices;

    KeyRing(byte[] logSeed, Dictionary<OfficeId, byte[]> offices)
    {
        LogSeed = logSeed;
        this.offices = offices;
    }

    public byte[] LogSeed { get; }

    /// <summary>The log's public key, base64.</summary>
    public string LogPublicKey => Convert.ToBase64String(Ed25519.PublicKeyOf(LogSeed));

    public IReadOnlyCollection<OfficeId> Offices => offices.Keys;

    public bool Has(OfficeId office) => offices.ContainsKey(office);

    public byte[] Sign(OfficeId office, byte[] message) => Ed25519.Sign(offices[office], message);

    public IReadOnlyList<OfficeKey> PublicKeys() => [.. offices.OrderBy(o => o.Key.Code, StringComparer.Ordinal)
        .Select(o => new OfficeKey(o.Key, Convert.ToBase64String(Ed25519.PublicKeyOf(o.Value))))];

    /// <summary>Reads the keys; those missing are made, so that a first start and a new office need no
    /// ceremony.</summary>
    public static KeyRing Open(string directory, IEnumerable<OfficeId> offices, Entropy entropy)
    {
        Directory.CreateDirectory(directory);
        return new(
            ReadOrMake(Path.Combine(directory, LogSeedFile), entropy),
            offices.ToDictionary(o => o, o => ReadOrMake(Path.Combine(directory, $"office-{o.Code}.seed"), entropy)));
    }

    /// <summary>Reads a secret of 32 bytes, or makes it.</summary>
    public static byte[] ReadOrMake(string path, Entropy entropy)
    {
        if (File.Exists(path)) return Read(path);
        var seed = new byte[SeedBytes];
        entropy(seed);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var draft = path + ".new";
        using (var file = new FileStream(draft, new FileStreamOptions
        {
            Mode = FileMode.Create,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }))
        {
            file.Write(Encoding.ASCII.GetBytes(Header + Convert.ToBase64String(seed) + "\n"));
            file.Flush(flushToDisk: true);
        }
        File.Move(draft, path);
        return seed;
    }

    static byte[] Read(string path)
    {
        var text = File.ReadAllText(path).TrimEnd('\n');
        var seed = new byte[SeedBytes];
        if (!text.StartsWith(Header, StringComparison.Ordinal)
            || !Convert.TryFromBase64String(text[Header.Length..], seed, out var read) || read != SeedBytes)
            throw new InvalidDataException($"{path} holds no key of a format this version knows (rahdari-seed 1)");
        return seed;
    }
}
