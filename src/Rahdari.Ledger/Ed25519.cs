using System.Security.Cryptography;

namespace Rahdari.Ledger;

/// <summary>Ed25519 signatures (RFC 8032, section 5.1) through the system's OpenSSL. Safe from any thread.</summary>
/// <remarks>A private key is its 32-byte seed. <see cref="DllNotFoundException"/> where OpenSSL is missing.</remarks>
public static class Ed25519
{
    public const int SeedSize = 32, PublicKeySize = 32, SignatureSize = 64;

    /// <param name="seed">32 bytes from a cryptographic source.</param>
    /// <returns>32 bytes.</returns>
    public static byte[] PublicKeyOf(ReadOnlySpan<byte> seed)
    {
        var key = PrivateKey(seed);
        try
        {
            var publicKey = new byte[PublicKeySize];
            var length = (nuint)publicKey.Length;
            if (LibCrypto.GetPublicKey(key, publicKey, ref length) != 1 || length != PublicKeySize)
                throw Failed("public key");
            return publicKey;
        }
        finally
        {
            LibCrypto.FreeKey(key);
        }
    }

    /// <returns>64 bytes; the same seed and message always give the same signature.</returns>
    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> message)
    {
        var key = PrivateKey(seed);
        var context = LibCrypto.NewContext();
        try
        {
            var signature = new byte[SignatureSize];
            var length = (nuint)signature.Length;
            var ok = LibCrypto.BeginSign(context, 0, 0, 0, key) == 1
                && LibCrypto.Sign(context, signature, ref length, message, (nuint)message.Length) == 1
                && length == SignatureSize;
            return ok ? signature : throw Failed("signing");
        }
        finally
        {
            LibCrypto.FreeContext(context);
            LibCrypto.FreeKey(key);
        }
    }

    /// <summary>
    /// False also for a key or signature of the wrong length, or a key that is no point of the curve.
    /// </summary>
    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != PublicKeySize || signature.Length != SignatureSize) return false;
        var key = LibCrypto.NewPublicKey(LibCrypto.Ed25519, 0, publicKey, (nuint)publicKey.Length);
        var context = LibCrypto.NewContext();
        try
        {
            var ok = key != 0 && LibCrypto.BeginVerify(context, 0, 0, 0, key) == 1
                && LibCrypto.Verify(context, signature, (nuint)signature.Length, message, (nuint)message.Length) == 1;
            if (!ok) LibCrypto.ClearErrors();
            return ok;
        }
        finally
        {
            LibCrypto.FreeContext(context);
            LibCrypto.FreeKey(key);
        }
    }

    static nint PrivateKey(ReadOnlySpan<byte> seed)
    {
        if (seed.Length != SeedSize)
            throw new ArgumentException($"a seed has {SeedSize} bytes, not {seed.Length}", nameof(seed));
        var key = LibCrypto.NewPrivateKey(LibCrypto.Ed25519, 0, seed, (nuint)seed.Length);
        return key != 0 ? key : throw Failed("private key");
    }

    static CryptographicException Failed(string step)
    {
        LibCrypto.ClearErrors();
        return new($"OpenSSL failed at the {step} of Ed25519");
    }
}
