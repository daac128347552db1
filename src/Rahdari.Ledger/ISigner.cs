namespace Rahdari.Ledger;

/// <summary>
/// Holds one Ed25519 private key and signs with it: a seed in memory, or a key in a module or another process that
/// never leaves there. May be called from several threads.
/// </summary>
public interface ISigner
{
    /// <summary>32 bytes.</summary>
    ReadOnlyMemory<byte> PublicKey { get; }

    /// <returns>64 bytes.</returns>
    ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancel);
}

/// <summary>A signer whose seed lies in this process's memory.</summary>
public sealed class SeedSigner : ISigner
{
    readonly byte[] seed;

    /// <param name="seed">32 bytes; copied.</param>
    public SeedSigner(ReadOnlySpan<byte> seed)
    {
        this.seed = seed.ToArray();
        PublicKey = Ed25519.PublicKeyOf(seed);
    }

    public ReadOnlyMemory<byte> PublicKey { get; }

    public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> message, CancellationToken cancel) =>
        ValueTask.FromResult(Ed25519.Sign(seed, message.Span));
}
