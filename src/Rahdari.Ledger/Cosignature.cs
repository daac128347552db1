using System.Buffers.Binary;

namespace Rahdari.Ledger;

/// <summary>
/// The signed message of an Ed25519 cosignature (C2SP tlog-cosignature): as of that time, this is the largest
/// consistent tree of that origin the cosigner has seen.
/// </summary>
public static class Cosignature
{
    const int TimeSize = sizeof(ulong);

    /// <param name="checkpoint">The note's text.</param>
    /// <param name="unixSeconds">From 0.</param>
    public static byte[] Message(string checkpoint, long unixSeconds) =>
        StrictText.Utf8.GetBytes($"cosignature/v1\ntime {unixSeconds}\n{checkpoint}");

    /// <summary>Splits a signature line's payload into its time and the 64 bytes of the signature.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, out long unixSeconds, out ReadOnlySpan<byte> signature)
    {
        unixSeconds = 0;
        signature = default;
        if (payload.Length != TimeSize + Ed25519.SignatureSize) return false;
        unixSeconds = BinaryPrimitives.ReadInt64BigEndian(payload);
        signature = payload[TimeSize..];
        return unixSeconds >= 0;
    }

    internal static byte[] Payload(long unixSeconds, ReadOnlySpan<byte> signature)
    {
        var payload = new byte[TimeSize + signature.Length];
        BinaryPrimitives.WriteInt64BigEndian(payload, unixSeconds);
        signature.CopyTo(payload.AsSpan(TimeSize));
        return payload;
    }
}
