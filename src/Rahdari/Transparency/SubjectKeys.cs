using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Rahdari.Movements;

namespace Rahdari.Transparency;

/// <summary>
/// Encrypts what is sealed under one key a subject. Keys lie in the database wrapped by the master key, which lies
/// outside database and backup; deleting a wrapped key erases everything sealed under it, in every backup too.
/// </summary>
/// <remarks>Sealed bytes: format byte 1, nonce 12, ciphertext, tag 16 (AES-256-GCM, the event id as associated data).
/// Wrapped key: the same form with the key id as associated data.</remarks>
sealed class SubjectKeys(byte[] masterKey, Entropy entropy)
{
    const byte Format = 1;
    const int NonceBytes = 12, TagBytes = 16, KeyBytes = 32;

    public byte[] NewKey()
    {
        var key = new byte[KeyBytes];
        entropy(key);
        return key;
    }

    public byte[] Wrap(byte[] key, string keyId) => Encrypt(masterKey, key, keyId);

    public byte[] Unwrap(byte[] wrapped, string keyId) => Decrypt(masterKey, wrapped, keyId);

    /// <summary>Seals an event's openings and its leaf salt.</summary>
    public byte[] Seal(byte[] key, string eventId, byte[] leafSalt, IReadOnlyList<Opening> openings)
    {
        var plain = new JsonObject
        {
            ["leafSalt"] = Convert.ToBase64String(leafSalt),
            ["open"] = new JsonArray([.. openings.Select(o => (JsonNode)o.ToJson())]),
        };
        return Encrypt(key, Encoding.UTF8.GetBytes(plain.ToJsonString()), eventId);
    }

    public static (byte[] LeafSalt, IReadOnlyList<Opening> Openings) Unseal(byte[] key, string eventId,
        byte[] sealedBytes)
    {
        var plain = JsonNode.Parse(Decrypt(key, sealedBytes, eventId))!.AsObject();
        return (Convert.FromBase64String(plain["leafSalt"]!.GetValue<string>()),
            [.. plain["open"]!.AsArray().Select(Opening.FromJson)]);
    }

    /// <summary>Which key an event's sealed part falls under: the movement's where it is about one.</summary>
    public static string KeyIdOf(string subject, EventBody body) =>
        body.GetType().GetProperty("Mrn")?.GetValue(body) switch
    {
        Mrn mrn => mrn.Value,
        _ => body.GetType().GetProperty("Unit")?.GetValue(body) is UnitId unit ? unit.Mrn.Value : subject,
    };

    byte[] Encrypt(byte[] key, byte[] plain, string associated)
    {
        var result = new byte[1 + NonceBytes + plain.Length + TagBytes];
        result[0] = Format;
        var nonce = result.AsSpan(1, NonceBytes);
        entropy(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, result.AsSpan(1 + NonceBytes, plain.Length), result.AsSpan(^TagBytes),
            Encoding.UTF8.GetBytes(associated));
        return result;
    }

    static byte[] Decrypt(byte[] key, byte[] bytes, string associated)
    {
        if (bytes.Length < 1 + NonceBytes + TagBytes || bytes[0] != Format)
            throw new CryptographicException("sealed bytes of an unknown format");
        var plain = new byte[bytes.Length - 1 - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(bytes.AsSpan(1, NonceBytes), bytes.AsSpan(1 + NonceBytes, plain.Length), bytes.AsSpan(^TagBytes),
            plain, Encoding.UTF8.GetBytes(associated));
        return plain;
    }
}
