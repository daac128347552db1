using System.Numerics;

namespace Rahdari.Ledger;

/// <summary>The leaves from <paramref name="Start"/> up to and without <paramref name="End"/>.</summary>
public readonly record struct LeafRange(long Start, long End);

/// <summary>A complete subtree: the 2^<paramref name="Level"/> leaves from Index * 2^Level.</summary>
public readonly record struct SubtreeId(int Level, long Index);

/// <summary>
/// The shape of a Merkle tree (RFC 6962, section 2.1): which ranges of leaves a proof hashes, and which complete
/// subtrees make up a range. Nothing here holds a hash, so that the same plan serves memory, files and network.
/// </summary>
public static class MerkleTree
{
    /// <summary>
    /// The ranges whose hashes are the inclusion proof of a leaf, from the leaf upwards (section 2.1.1).
    /// </summary>
    public static IReadOnlyList<LeafRange> InclusionRanges(long index, long size)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var ranges = new List<LeafRange>();
        var range = new LeafRange(0, size);
        while (range.End - range.Start > 1)
        {
            var middle = Middle(range);
            var (with, without) = index < middle
                ? (range with { End = middle }, range with { Start = middle })
                : (range with { Start = middle }, range with { End = middle });
            ranges.Add(without);
            range = with;
        }
        ranges.Reverse();
        return ranges;
    }

    /// <summary>
    /// The ranges whose hashes prove that a tree of size <paramref name="newer"/> begins with the one of size
    /// <paramref name="older"/> (section 2.1.2). Both are at least 1.
    /// </summary>
    public static IReadOnlyList<LeafRange> ConsistencyRanges(long older, long newer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(older, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(older, newer);
        var ranges = new List<LeafRange>();
        var range = new LeafRange(0, newer);
        while (range.End != older)
        {
            var middle = Middle(range);
            var (around, beside) = older <= middle
                ? (range with { End = middle }, range with { Start = middle })
                : (range with { Start = middle }, range with { End = middle });
            ranges.Add(beside);
            range = around;
        }
        // The verifier knows the old root; only where the old tree is not one of the new one's subtrees it needs this.
        if (range.Start > 0) ranges.Add(range);
        ranges.Reverse();
        return ranges;
    }

    /// <summary>
    /// The complete subtrees that make up a range of a proof, left to right, each smaller than the last.
    /// </summary>
    public static IReadOnlyList<SubtreeId> Cover(LeafRange range)
    {
        var subtrees = new List<SubtreeId>();
        for (var start = range.Start; start < range.End;)
        {
            var level = BitOperations.Log2((ulong)(range.End - start));
            subtrees.Add(new(level, start >> level));
            start += 1L << level;
        }
        return subtrees;
    }

    /// <summary>The hash of a range from those of the subtrees of <see cref="Cover"/>, in its order.</summary>
    public static Hash Join(IReadOnlyList<Hash> cover)
    {
        if (cover.Count == 0) return Hash.EmptyTree;
        var hash = cover[^1];
        for (var i = cover.Count - 2; i >= 0; i--) hash = Hash.OfNode(cover[i], hash);
        return hash;
    }

    /// <summary>Where a range splits: after the largest power of two of leaves below its length.</summary>
    static long Middle(LeafRange range) =>
        range.Start + (1L << BitOperations.Log2((ulong)(range.End - range.Start - 1)));
}
