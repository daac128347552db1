using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace Rahdari.Ledger;

/// <summary>What a key's signatures on a note mean; the number is the type byte of C2SP signed-note.</summary>
public enum NoteAlgorithm : byte
{
    /// <summary>Ed25519 over the text.</summary>
    Ed25519 = 0x01,

    /// <summary>ECDSA on P-256 with SHA-256 over the text, for signing modules without Ed25519.</summary>
    Ecdsa = 0x02,

    /// <summary>
    /// Ed25519 over a time and the text: a witness's or mirror's cosignature (C2SP tlog-cosignature).
    /// </summary>
    Cosignature = 0x04,
}

/// <summary>
/// A public key that signs notes, with the name it signs under. Written as a C2SP verifier key (vkey).
/// </summary>
public sealed record NoteKey
{
    NoteKey(string name, NoteAlgorithm algorithm, byte[] publicKey)
    {
        (Name, Algorithm, PublicKey) = (name, algorithm, publicKey);
        Id = IdOf(name, algorithm, publicKey);
    }

    public string Name { get; }

    public NoteAlgorithm Algorithm { get; }

    /// <summary>Ed25519: 32 bytes; ECDSA: SubjectPublicKeyInfo in DER.</summary>
    public ReadOnlyMemory<byte> PublicKey { get; }

    /// <summary>The four bytes by which a signature line names its key.</summary>
    public uint Id { get; }

    /// <exception cref="LedgerFormatException">Code <c>vkey-malformed</c>: the name or the key's length.</exception>
    public static NoteKey Of(string name, NoteAlgorithm algorithm, ReadOnlySpan<byte> publicKey)
    {
        if (!IsName(name)) throw Bad("the name is empty or holds a blank or '+'");
        switch (algorithm)
        {
            case NoteAlgorithm.Ed25519 or NoteAlgorithm.Cosignature:
                if (publicKey.Length != Ed25519.PublicKeySize) throw Bad("the key has not 32 bytes");
                break;
            case NoteAlgorithm.Ecdsa:
                using (Import(publicKey)) break;
            default:
                throw Bad($"signature type 0x{(byte)algorithm:x2} is not supported");
        }
        return new(name, algorithm, publicKey.ToArray());
    }

    /// <param name="vkey"><c>name+hex8+base64(type || key)</c></param>
    /// <exception cref="LedgerFormatException">Code <c>vkey-malformed</c>.</exception>
    public static NoteKey Parse(string vkey)
    {
        var (name, id, algorithm, key) = Split(vkey);
        var parsed = Of(name, algorithm, key);
        return parsed.Id == id ? parsed : throw Bad("the key id does not fit name and key");
    }

    /// <summary>The vkey.</summary>
    public override string ToString() => Join(Name, Id, Algorithm, PublicKey.Span);

    public bool Equals(NoteKey? other) => other is not null && other.ToString() == ToString();

    public override int GetHashCode() => (int)Id;

    /// <summary>Whether a signature made with this key stands for the text. The payload is what follows the key id.
    /// </summary>
    public bool Verify(string text, ReadOnlySpan<byte> payload)
    {
        var message = StrictText.Utf8.GetBytes(text);
        switch (Algorithm)
        {
            case NoteAlgorithm.Ed25519:
                return Ed25519.Verify(PublicKey.Span, message, payload);
            case NoteAlgorithm.Cosignature:
                return Cosignature.TryRead(payload, out var time, out var signature)
                    && Ed25519.Verify(PublicKey.Span, Cosignature.Message(text, time), signature);
            default:
                using (var ecdsa = Import(PublicKey.Span))
                    return ecdsa.VerifyData(
                        message, payload, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }
    }

    /// <summary>A key's name: not empty, no Unicode blank, no plus (C2SP signed-note).</summary>
    internal static bool IsName(string name) =>
        name.Length > 0 && !name.Any(c => c == '+' || char.IsWhiteSpace(c) || c < 0x20);

    internal static (string Name, uint Id, NoteAlgorithm Algorithm, byte[] Key) Split(string text)
    {
        var parts = text.Split('+', 3);
        if (parts.Length != 3) throw Bad("it is not name+id+key");
        if (parts[1].Length != 8 || parts[1].Any(c => !char.IsAsciiHexDigitLower(c)))
            throw Bad("the key id is not 8 lower-case hexadecimal digits");
        if (!StrictText.TryBase64(parts[2], out var typed) || typed.Length < 2) throw Bad("the key is not base64");
        var id = uint.Parse(parts[1], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        return (parts[0], id, (NoteAlgorithm)typed[0], typed[1..]);
    }

    internal static string Join(string name, uint id, NoteAlgorithm algorithm, ReadOnlySpan<byte> key) =>
        $"{name}+{id:x8}+{Convert.ToBase64String([(byte)algorithm, .. key])}";

    static uint IdOf(string name, NoteAlgorithm algorithm, ReadOnlySpan<byte> key) =>
        BinaryPrimitives.ReadUInt32BigEndian(Hash.Of(algorithm == NoteAlgorithm.Ecdsa
            ? key
            : [.. StrictText.Utf8.GetBytes(name), (byte)'\n', (byte)algorithm, .. key]).Span);

    static ECDsa Import(ReadOnlySpan<byte> spki)
    {
        var ecdsa = ECDsa.Create();
        try
        {
            ecdsa.ImportSubjectPublicKeyInfo(spki, out var read);
            var curve = ecdsa.ExportParameters(includePrivateParameters: false).Curve;
            if (read != spki.Length || curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
                throw Bad("the key is not an ECDSA key on P-256");
            return ecdsa;
        }
        catch (CryptographicException e)
        {
            ecdsa.Dispose();
            throw new LedgerFormatException("vkey-malformed", "verifier key: the key is not an ECDSA key on P-256", e);
        }
    }

    static LedgerFormatException Bad(string what) => new("vkey-malformed", $"verifier key: {what}");
}
