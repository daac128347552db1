using System.Buffers.Binary;

namespace Rahdari.Ledger;

/// <summary>
/// Up to 256 entries in one file, each with its length in front as big-endian 16 bits (C2SP tlog-tiles).
/// </summary>
public static class EntryBundle
{
    /// <summary>The longest entry the length can state, in bytes.</summary>
    public const int MaxEntryLength = ushort.MaxValue;

    public static byte[] Encode(IReadOnlyList<byte[]> entries)
    {
        var bundle = new byte[entries.Sum(e => 2 + e.Length)];
        var rest = bundle.AsSpan();
        foreach (var entry in entries)
        {
            if (entry.Length > MaxEntryLength)
                throw new ArgumentException($"an entry has at most {MaxEntryLength} bytes, not {entry.Length}",
                    nameof(entries));
            BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)entry.Length);
            entry.CopyTo(rest[2..]);
            rest = rest[(2 + entry.Length)..];
        }
        return bundle;
    }

    /// <summary>The entries of a bundle that holds exactly <paramref name="count"/>.</summary>
    /// <exception cref="LedgerFormatException">Code <c>bundle-malformed</c>, with the byte at fault.</exception>
    public static IReadOnlyList<byte[]> Decode(ReadOnlySpan<byte> bundle, int count)
    {
        var entries = new List<byte[]>(count);
        var at = 0;
        while (at < bundle.Length)
        {
            if (entries.Count == count) throw Bad($"bytes follow the {count} entries", at);
            if (bundle.Length - at < 2) throw Bad("a length is cut short", at);
            var length = BinaryPrimitives.ReadUInt16BigEndian(bundle[at..]);
            if (bundle.Length - at - 2 < length) throw Bad("an entry is cut short", at);
            entries.Add(bundle.Slice(at + 2, length).ToArray());
            at += 2 + length;
        }
        return entries.Count == count ? entries : throw Bad($"{entries.Count} entries instead of {count}", at);
    }

    static LedgerFormatException Bad(string what, int at) => new("bundle-malformed", $"{what} at byte {at}");
}
