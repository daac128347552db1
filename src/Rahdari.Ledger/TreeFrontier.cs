namespace Rahdari.Ledger;

/// <summary>
/// A tree that only grows, reduced to its complete subtrees on the right edge: at most 63 hashes whatever its size.
/// Not for use from several threads.
/// </summary>
public sealed class TreeFrontier
{
    // One hash for each bit set in Size, largest subtree first.
    readonly List<Hash> subtrees = [];

    public long Size { get; private set; }

    /// <summary>The frontier that <see cref="Save"/> wrote.</summary>
    /// <exception cref="LedgerFormatException">
    /// Code <c>frontier-malformed</c>: the bytes do not fit the size.
    /// </exception>
    public static TreeFrontier Restore(long size, ReadOnlySpan<byte> saved)
    {
        if (size < 0 || saved.Length != System.Numerics.BitOperations.PopCount((ulong)size) * Hash.Size)
            throw new LedgerFormatException("frontier-malformed",
                $"{saved.Length} bytes are no frontier of size {size}");
        var frontier = new TreeFrontier { Size = size };
        for (; saved.Length > 0; saved = saved[Hash.Size..]) frontier.subtrees.Add(new Hash(saved[..Hash.Size]));
        return frontier;
    }

    /// <summary>The complete subtrees' hashes, largest first, 32 bytes each.</summary>
    public byte[] Save() => [.. subtrees.SelectMany(h => h.ToArray())];

    /// <summary>The root of all leaves appended so far.</summary>
    public Hash Root => MerkleTree.Join(subtrees);

    public void Append(Hash leaf)
    {
        var hash = leaf;
        for (var size = Size; (size & 1) == 1; size >>= 1)
        {
            hash = Hash.OfNode(subtrees[^1], hash);
            subtrees.RemoveAt(subtrees.Count - 1);
        }
        subtrees.Add(hash);
        Size++;
    }
}
