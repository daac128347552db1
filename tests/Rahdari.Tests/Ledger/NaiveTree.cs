using System.Numerics;
using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

/// <summary>RFC 6962, section 2.1, word for word and slow: what the real tree is compared with.</summary>
static class NaiveTree
{
    public static Hash Root(ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.IsEmpty) return Hash.EmptyTree;
        if (leaves.Length == 1) return Hash.OfLeaf(leaves[0]);
        var split = Split(leaves.Length);
        return Hash.OfNode(Root(leaves[..split]), Root(leaves[split..]));
    }

    public static IReadOnlyList<Hash> Inclusion(int index, ReadOnlySpan<byte[]> leaves)
    {
        if (leaves.Length <= 1) return [];
        var split = Split(leaves.Length);
        return index < split
            ? [.. Inclusion(index, leaves[..split]), Root(leaves[split..])]
            : [.. Inclusion(index - split, leaves[split..]), Root(leaves[..split])];
    }

    public static IReadOnlyList<Hash> Consistency(int older, ReadOnlySpan<byte[]> leaves) =>
        SubProof(older, leaves, complete: true);

    static IReadOnlyList<Hash> SubProof(int older, ReadOnlySpan<byte[]> leaves, bool complete)
    {
        if (older == leaves.Length) return complete ? [] : [Root(leaves)];
        var split = Split(leaves.Length);
        return older <= split
            ? [.. SubProof(older, leaves[..split], complete), Root(leaves[split..])]
            : [.. SubProof(older - split, leaves[split..], complete: false), Root(leaves[..split])];
    }

    /// <summary>The largest power of two below n.</summary>
    static int Split(int n) => 1 << BitOperations.Log2((uint)n - 1);
}
