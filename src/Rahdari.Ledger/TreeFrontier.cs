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
