using System.Text.Json;
using System.Text.Json.Nodes;
using Rahdari.Transparency;

namespace Rahdari.Federation;

/// <summary>
/// One log entry as nodes exchange it: <c>{"index","leafSalt","event","open"}</c>. Event, salt and openings are null
/// where the reader is not entitled to them.
/// </summary>
sealed record PeerEntry(long Index, byte[]? LeafSalt, byte[]? Canonical, IReadOnlyList<Opening> Openings)
{
    public static readonly IReadOnlyList<Opening> None = [];

    public JsonObject ToJson() => new()
    {
        ["index"] = Index,
        ["leafSalt"] = LeafSalt is null ? null : Convert.ToBase64String(LeafSalt),
        ["event"] = Canonical is null ? null : Convert.ToBase64String(Canonical),
        ["open"] = Canonical is null ? null : new JsonArray([.. Openings.Select(o => (JsonNode)o.ToJson())]),
    };

    /// <exception cref="JsonException">Not an entry; the message names the field.</exception>
    public static PeerEntry FromJson(JsonNode? node)
    {
        var o = node as JsonObject ?? throw new JsonException("an entry is an object");
        return new(
            o["index"] is JsonValue index && index.TryGetValue<long>(out var i) ? i : throw new JsonException("index"),
            Bytes(o, "leafSalt"), Bytes(o, "event"),
            o["open"] is JsonArray open ? [.. open.Select(Opening.FromJson)] : None);
    }

    static byte[]? Bytes(JsonObject o, string name)
    {
        if (o[name] is not { } node) return null;
        if (node is not JsonValue value || !value.TryGetValue<string>(out var text)) throw new JsonException(name);
        var bytes = new byte[text.Length];
        return Convert.TryFromBase64String(text, bytes, out var written)
            ? bytes[..written]
            : throw new JsonException(name);
    }
}
