using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rahdari.Ledger;
using Rahdari.Transparency;

namespace Rahdari.Tests.Transparency;

/// <summary>
/// One event as some version of the product wrote it, with its openings, its salt and what it made of the state. The
/// files are the only memory of shapes whose code is gone: they are added to, never changed.
/// </summary>
/// <param name="After">Public facts of the state once this event and all before it are folded.</param>
sealed record GoldenFile(
    string Type, int Version, byte[] Canonical, byte[] LeafSalt, IReadOnlyList<Opening> Openings, string Leaf,
    JsonNode? After)
{
    /// <summary>The key of every office in the files. It signs nothing else.</summary>
    static readonly byte[] Seed = SHA256.HashData("golden events"u8);

    static readonly JsonSerializerOptions Written = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static string Folder => Path.Combine(Checkout.Root, "tests", "Rahdari.Tests", "Transparency", "Golden");

    public static byte[] PublicKey => Ed25519.PublicKeyOf(Seed);

    public string Name => NameOf(Type, Version);

    public Recorded Decode() => EventCodec.Decode(Canonical, Openings);

    public static string NameOf(string type, int version) => $"{type}-{version}.json";

    public static byte[] Sign(byte[] message) => Ed25519.Sign(Seed, message);

    public static IReadOnlyList<GoldenFile> ReadAll() =>
        [.. Directory.GetFiles(Folder, "*.json").Select(Read)
            .OrderBy(f => f.Decode().Header.At).ThenBy(f => f.Name, StringComparer.Ordinal)];

    static GoldenFile Read(string path)
    {
        var file = JsonNode.Parse(File.ReadAllBytes(path))!.AsObject();
        return new(
            file["type"]!.GetValue<string>(), file["version"]!.GetValue<int>(), CanonicalJson.Write(file["event"]!),
            Convert.FromBase64String(file["leafSalt"]!.GetValue<string>()),
            [.. file["open"]!.AsArray().Select(Opening.FromJson)], file["leaf"]!.GetValue<string>(), file["after"]);
    }

    public void Write()
    {
        var file = new JsonObject
        {
            ["type"] = Type,
            ["version"] = Version,
            ["event"] = JsonNode.Parse(Canonical),
            ["leafSalt"] = Convert.ToBase64String(LeafSalt),
            ["open"] = new JsonArray([.. Openings.Select(o => (JsonNode)o.ToJson())]),
            ["leaf"] = Leaf,
            ["after"] = After?.DeepClone(),
        };
        Directory.CreateDirectory(Folder);
        // Refuses to replace a file: what a released version wrote stays as it is.
        using var stream = new FileStream(Path.Combine(Folder, Name), FileMode.CreateNew);
        stream.Write(System.Text.Encoding.UTF8.GetBytes(file.ToJsonString(Written) + "\n"));
    }
}
