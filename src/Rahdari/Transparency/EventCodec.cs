using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Rahdari.Hosting;
using Rahdari.Ledger;
using Rahdari.Parties;

namespace Rahdari.Transparency;

/// <summary>One committed field, opened: the salt, the field's path in the event's data, the value.</summary>
sealed record Opening(string Salt, string Name, JsonNode? Value)
{
    /// <summary>SHA-256 over the canonical form of [salt, name, value], base64.</summary>
    public string Commitment() => Convert.ToBase64String(SHA256.HashData(CanonicalJson.Write(ToJson())));

    public JsonArray ToJson() => [Salt, Name, Value?.DeepClone()];

    public static Opening FromJson(JsonNode? node) => node is JsonArray { Count: 3 } a
        && a[0] is JsonValue salt && a[1] is JsonValue name
        ? new(salt.GetValue<string>(), name.GetValue<string>(), a[2]?.DeepClone())
        : throw new JsonException("an opening is an array of salt, name and value");
}

/// <summary>An event ready to be stored.</summary>
/// <param name="Canonical">E: the signed canonical bytes.</param>
/// <param name="LeafSalt">32 bytes.</param>
sealed record EncodedEvent(byte[] Canonical, byte[] LeafSalt, IReadOnlyList<Opening> Openings)
{
    /// <summary>The log entry: version byte 1, then SHA-256 over salt and E. 33 bytes.</summary>
    public byte[] Leaf() => EventCodec.LeafOf(LeafSalt, Canonical);
}

/// <summary>
/// Turns events into the bytes that are signed, hashed and exchanged, and back. E is the canonical JSON (RFC 8785) of
/// the public fields, the sorted commitments <c>c</c> to the sealed ones and the office key's signature <c>sig</c>
/// over E without <c>sig</c>.
/// </summary>
static class EventCodec
{
    /// <summary>The version of the envelope, field <c>v</c>.</summary>
    public const int EnvelopeVersion = 1;

    /// <summary>The first byte of a log entry of this product.</summary>
    public const byte LeafVersion = 1;

    public const int LeafSaltBytes = 32;

    /// <summary>128 bits would do against guessing (ledger notes 3.2); 16 bytes each.</summary>
    const int FieldSaltBytes = 16;

    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        NumberHandling = JsonNumberHandling.Strict,
        RespectNullableAnnotations = true,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { EventShape.Demand } },
        Converters =
        {
            new SealedConverterFactory(), new IdentityConverterFactory(), new CorridorTimeConverter(),
            new GramsConverter(), new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower,
                allowIntegerValues: false),
        },
    };

    public static byte[] LeafOf(ReadOnlySpan<byte> leafSalt, ReadOnlySpan<byte> canonical)
    {
        var leaf = new byte[1 + SHA256.HashSizeInBytes];
        leaf[0] = LeafVersion;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(leafSalt);
        hash.AppendData(canonical);
        hash.GetHashAndReset(leaf.AsSpan(1));
        return leaf;
    }

    /// <param name="previous">SHA-256 of the stream's previous E; null for the first.</param>
    /// <param name="entropy">Where salts come from.</param>
    /// <param name="sign">Signs bytes with the key of the header's office.</param>
    public static EncodedEvent Encode(
        EventHeader header, EventBody body, byte[]? previous, Entropy entropy, Func<byte[], byte[]> sign)
    {
        var type = EventTypes.Of(body);
        var data = JsonSerializer.SerializeToNode(body, body.GetType(), Options)!.AsObject();
        var openings = new List<Opening>();
        LiftSealed(data, "", openings, entropy);
        var e = new JsonObject
        {
            ["v"] = EnvelopeVersion,
            ["id"] = header.EventId,
            ["adm"] = header.Stream.Administration.Value,
            ["mov"] = header.Stream.Subject,
            ["seq"] = header.Version,
            ["prev"] = previous is null ? "" : Convert.ToBase64String(previous),
            ["type"] = type.Name,
            ["tv"] = type.Version,
            ["at"] = header.At.ToRfc3339(),
            ["office"] = header.Office.ToString(),
            ["by"] = header.By.Value,
            ["pack"] = header.PackHash,
            ["data"] = data,
            ["c"] = new JsonArray([.. openings.Select(o => o.Commitment()).Order(StringComparer.Ordinal)
                .Select(c => (JsonNode)c)]),
        };
        if (header.NotBefore is { } head)
            e["notBefore"] = new JsonObject
            {
                ["origin"] = head.Origin, ["size"] = head.Size, ["root"] = head.Root,
            };
        e["sig"] = Convert.ToBase64String(sign(CanonicalJson.Write(e)));
        var leafSalt = new byte[LeafSaltBytes];
        entropy(leafSalt);
        return new(CanonicalJson.Write(e), leafSalt, openings);
    }

    /// <summary>
    /// Reads E with whatever openings are at hand; sealed fields without one read as erased.
    /// </summary>
    /// <exception cref="JsonException">The bytes are no event of a known envelope version.</exception>
    public static Recorded Decode(ReadOnlySpan<byte> canonical, IReadOnlyList<Opening> openings)
    {
        var e = JsonNode.Parse(canonical)?.AsObject() ?? throw new JsonException("an event is an object");
        if (e["v"]?.GetValue<int>() != EnvelopeVersion) throw new JsonException("an unknown envelope version");
        var header = ReadHeader(e);
        var type = EventTypes.Find(Text(e, "type"), e["tv"]!.GetValue<int>());
        var body = type is null ? null : ReadBody(e, type, openings);
        return new(header, body ?? new UnknownEvent(
            Text(e, "type"), e["tv"]!.GetValue<int>(), System.Text.Encoding.UTF8.GetString(canonical)));
    }

    /// <summary>Null where the data do not fit the type as this build knows it: a newer peer may have widened
    /// it.</summary>
    static EventBody? ReadBody(JsonObject e, Type type, IReadOnlyList<Opening> openings)
    {
        if (e["data"] is not JsonObject data) return null;
        try
        {
            foreach (var opening in openings) PutBack(data, opening);
            return (EventBody?)data.Deserialize(type, Options);
        }
        catch (Exception misfit) when (misfit is JsonException or FormatException or ArgumentException
            or InvalidOperationException or OverflowException)
        {
            return null;
        }
    }

    /// <summary>Reads only the envelope.</summary>
    public static EventHeader ReadHeader(JsonObject e)
    {
        if (Text(e, "type").Length == 0 || e["tv"] is not JsonValue version || !version.TryGetValue<int>(out _))
            throw new JsonException("an event without type and version");
        return new(
            Text(e, "id"),
            new StreamName(AdministrationId.Parse(Text(e, "adm"), null), Text(e, "mov")),
            e["seq"]?.GetValue<long>() ?? throw new JsonException("an event without seq"),
            CorridorTime.TryParseExact(Text(e, "at"), out var at)
                ? at : throw new JsonException("an event without time"),
            OfficeId.Parse(Text(e, "office")),
            OfficerId.Parse(Text(e, "by"), CultureInfo.InvariantCulture),
            Text(e, "pack"),
            ReadNotBefore(e));
    }

    /// <summary>Its form only: whether that head exists is for whoever reads both logs.</summary>
    static PeerHead? ReadNotBefore(JsonObject e)
    {
        if (!e.TryGetPropertyValue("notBefore", out var node)) return null;
        if (node is not JsonObject { Count: 3 } head || Text(head, "origin") is not { Length: > 0 } origin
            || head["size"] is not JsonValue number || !number.TryGetValue<long>(out var size) || size < 1
            || !StrictText.TryHash(Text(head, "root"), out _))
            throw new JsonException("notBefore is an origin, a size from 1 and a root of 32 bytes");
        return new(origin, size, Text(head, "root"));
    }

    static string Text(JsonObject e, string name) =>
        e[name] is JsonValue value && value.TryGetValue<string>(out var text)
        ? text
        : throw new JsonException($"an event without {name}");

    /// <summary>Takes every sealed value out of the tree, in place, and makes an opening of it.</summary>
    static void LiftSealed(JsonNode node, string path, List<Opening> openings, Entropy entropy)
    {
        foreach (var (name, child) in Children(node))
        {
            if (child is null) continue;
            var at = path.Length == 0 ? name : $"{path}/{name}";
            if (child is JsonObject { Count: 1 } o && o.ContainsKey(SealedConverterFactory.Marker))
            {
                var salt = new byte[FieldSaltBytes];
                entropy(salt);
                var value = o[SealedConverterFactory.Marker]?.DeepClone();
                openings.Add(new(Convert.ToBase64String(salt), at, value));
                node.AsObject().Remove(name);
            }
            else
            {
                LiftSealed(child, at, openings, entropy);
            }
        }
    }

    static List<(string Name, JsonNode? Child)> Children(JsonNode node) => node switch
    {
        JsonObject o => [.. o.Select(p => (p.Key, p.Value))],
        JsonArray a => [.. a.Select((c, i) => (i.ToString(CultureInfo.InvariantCulture), c))],
        _ => [],
    };

    static void PutBack(JsonObject data, Opening opening)
    {
        JsonNode? node = data;
        var steps = opening.Name.Split('/');
        foreach (var step in steps[..^1]) node = Child(node, step);
        if (node is not JsonObject parent) throw new JsonException($"the opening {opening.Name} has no place");
        parent[steps[^1]] = new JsonObject { [SealedConverterFactory.Marker] = opening.Value?.DeepClone() };
    }

    static JsonNode? Child(JsonNode? node, string step) => node switch
    {
        JsonObject o => o[step],
        JsonArray a when int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out var i)
            && i < a.Count => a[i],
        _ => null,
    };
}
