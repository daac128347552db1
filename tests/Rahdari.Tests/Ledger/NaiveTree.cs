using System.Numerics;
using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

/// <summary>
/// RFC 6962, section 2.1, word for word by recursion: what the real tree is compared with. It remembers the hash of
/// each range it was asked for, so that all pairs of sizes can be tried.
/// </summary>
sealed class NaiveTree(byte[][] leaves)
{
    readonly Dictionary<(int, int), Hash> known = [];

    public static Hash RootOf(byte[][] leaves) => new NaiveTree(leaves).Root(leaves.Length);

    public Hash Root(int size) => Range(0, size);

    public Hash Range(int start, int end)
    {
        if (start == end) return Hash.EmptyTree;
        if (end - start == 1) return Hash.OfLeaf(leaves[start]);
        if (known.TryGetValue((start, end), out var hash)) return hash;
        var middle = start + Split(end - start);
        return known[(start, end)] = Hash.OfNode(Range(start, middle), Range(middle, end));
    }

    public IReadOnlyList<Hash> Inclusion(int index, int size) => Path(index, 0, size);

    public IReadOnlyList<Hash> Consistency(int older, int newer) => SubProof(older, 0, newer, complete: true);

    IReadOnlyList<Hash> Path(int index, int start, int end)
    {
        if (end - start <= 1) return [];
        var middle = start + Split(end - start);
        return index < middle
            ? [.. Path(index, start, middle), Range(middle, end)]
            : [.. Path(index, middle, end), Range(start, middle)];
    }

    IReadOnlyList<Hash> SubProof(int older, int start, int end, bool complete)
    {
        if (older == end) return complete ? [] : [Range(start, end)];
        var middle = start + Split(end - start);
        return older <= middle
            ? [.. SubProof(older, start, middle, complete), Range(middle, end)]
            : [.. SubProof(older, middle, end, complete: false), Range(start, middle)];
    }

    /// <summary>The largest power of two below n.</summary>
    static int Split(int n) => 1 << BitOperations.Log2((uint)n - 1);
}
