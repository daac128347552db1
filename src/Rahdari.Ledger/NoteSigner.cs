namespace Rahdari.Ledger;

/// <summary>Signs notes under one name.</summary>
public sealed class NoteSigner
{
    const string SecretMark = "PRIVATE+KEY+";

    readonly ISigner signer;

    /// <param name="algorithm">Ed25519 or cosignature.</param>
    public NoteSigner(string name, NoteAlgorithm algorithm, ISigner signer)
    {
        if (algorithm == NoteAlgorithm.Ecdsa) throw new ArgumentException("ECDSA is only verified", nameof(algorithm));
        this.signer = signer;
        Key = NoteKey.Of(name, algorithm, signer.PublicKey.Span);
    }

    /// <summary>What others verify with.</summary>
    public NoteKey Key { get; }

    /// <summary>
    /// Reads a private key in the text form of golang.org/x/mod:
    /// <c>PRIVATE+KEY+name+hex8+base64(type || seed)</c>.
    /// </summary>
    /// <exception cref="LedgerFormatException">Code <c>vkey-malformed</c>.</exception>
    public static NoteSigner FromSecret(string secret)
    {
        if (!secret.StartsWith(SecretMark, StringComparison.Ordinal))
            throw new LedgerFormatException("vkey-malformed", $"a private key begins with {SecretMark}");
        var (name, id, algorithm, seed) = NoteKey.Split(secret[SecretMark.Length..]);
        if (algorithm is not (NoteAlgorithm.Ed25519 or NoteAlgorithm.Cosignature) || seed.Length != Ed25519.SeedSize)
            throw new LedgerFormatException("vkey-malformed", "a private key holds a type and a seed of 32 bytes");
        var signer = new NoteSigner(name, algorithm, new SeedSigner(seed));
        return signer.Key.Id == id
            ? signer
            : throw new LedgerFormatException("vkey-malformed", "the private key's id does not fit name and seed");
    }

    /// <summary>The text form that <see cref="FromSecret"/> reads. It is the key itself: for a file of mode 600 only.
    /// </summary>
    public static string ToSecret(NoteKey key, ReadOnlySpan<byte> seed) =>
        SecretMark + NoteKey.Join(key.Name, key.Id, key.Algorithm, seed);

    /// <summary>A log's signature on a text that ends in a newline.</summary>
    public async ValueTask<NoteSignature> SignAsync(string text, CancellationToken cancel)
    {
        if (Key.Algorithm != NoteAlgorithm.Ed25519) throw new InvalidOperationException("this key cosigns only");
        return new(Key.Name, Key.Id, await signer.SignAsync(StrictText.Utf8.GetBytes(text), cancel));
    }

    /// <summary>A cosigner's signature on a checkpoint's text at a time.</summary>
    public async ValueTask<NoteSignature> CosignAsync(string text, DateTimeOffset time, CancellationToken cancel)
    {
        if (Key.Algorithm != NoteAlgorithm.Cosignature) throw new InvalidOperationException("this key does not cosign");
        var seconds = time.ToUnixTimeSeconds();
        ArgumentOutOfRangeException.ThrowIfNegative(seconds, nameof(time));
        var signature = await signer.SignAsync(Cosignature.Message(text, seconds), cancel);
        return new(Key.Name, Key.Id, Cosignature.Payload(seconds, signature));
    }
}
