using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Rahdari.Ledger;

/// <summary>A SHA-256 value, 32 bytes, and the three ways a Merkle tree makes one (RFC 6962, section 2.1).</summary>
public readonly struct Hash : IEquatable<Hash>
{
    /// <summary>Length in bytes.</summary>
    public const int Size = 32;

    readonly Bytes bytes;

    /// <param name="value">Exactly 32 bytes.</param>
    public Hash(ReadOnlySpan<byte> value)
    {
        if (value.Length != Size)
            throw new ArgumentException($"a hash has {Size} bytes, not {value.Length}", nameof(value));
        value.CopyTo(bytes);
    }

    /// <summary>The bytes in place; valid as long as the variable it is taken from.</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Span => bytes;

    /// <summary>The root of a tree without leaves: SHA-256 of nothing.</summary>
    public static Hash EmptyTree { get; } = Of([]);

    /// <summary>Plain SHA-256.</summary>
    public static Hash Of(ReadOnlySpan<byte> data)
    {
        Span<byte> digest = stackalloc byte[Size];
        SHA256.HashData(data, digest);
        return new(digest);
    }

    /// <summary>The hash of an entry: SHA-256(0x00 || data).</summary>
    public static Hash OfLeaf(ReadOnlySpan<byte> data) => Prefixed(0, data, []);

    /// <summary>The hashes of entries, one after the other, as a level-0 tile holds them.</summary>
    public static byte[] OfLeaves(IReadOnlyList<byte[]> entries)
    {
        var hashes = new byte[entries.Count * Size];
        for (var i = 0; i < entries.Count; i++) OfLeaf(entries[i]).Span.CopyTo(hashes.AsSpan(i * Size));
        return hashes;
    }

    /// <summary>The hash of an inner node: SHA-256(0x01 || left || right).</summary>
    public static Hash OfNode(Hash left, Hash right) => Prefixed(1, left.Span, right.Span);

    /// <summary>As above, for published test values whose children are not hashes.</summary>
    internal static Hash OfNode(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right) => Prefixed(1, left, right);

    static Hash Prefixed(byte prefix, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        // Nodes (65 bytes) and Rahdari's own leaves (34 bytes) fit on the stack; foreign entries may have 64 KiB.
        var length = 1 + first.Length + second.Length;
        var input = length <= 256 ? stackalloc byte[length] : new byte[length];
        input[0] = prefix;
        first.CopyTo(input[1..]);
        second.CopyTo(input[(1 + first.Length)..]);
        return Of(input);
    }

    public byte[] ToArray() => Span.ToArray();

    public string ToBase64() => Convert.ToBase64String(Span);

    /// <summary>Lower-case hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(Span);

    public bool Equals(Hash other) => Span.SequenceEqual(other.Span);

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is Hash other && Equals(other);

    public override int GetHashCode() => MemoryMarshal.Read<int>(Span);

    public static bool operator ==(Hash left, Hash right) => left.Equals(right);

    public static bool operator !=(Hash left, Hash right) => !left.Equals(right);

    [InlineArray(Size)]
    struct Bytes
    {
        byte first;
    }
}
