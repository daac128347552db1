namespace Rahdari.Ledger;

/// <summary>One step of an inclusion proof: the hash beside what is known so far, and what both make.</summary>
/// <param name="SiblingIsLeft">It stands before what is known, else after it.</param>
public sealed record InclusionStep(Hash Sibling, bool SiblingIsLeft, Hash Result);

/// <summary>
/// Verification of proofs by the iterative algorithms of RFC 9162 (sections 2.1.3.2 and 2.1.4.2): the work is bounded
/// by the proof's length, whatever sizes are claimed.
/// </summary>
public static class MerkleProof
{
    /// <summary>
    /// More hashes than any tree of fewer than 2^63 leaves can need (C2SP tlog-witness states the same).
    /// </summary>
    public const int MaxHashes = 63;

    /// <summary>Whether the leaf stands at <paramref name="index"/> of the tree with that size and root.</summary>
    public static bool VerifyInclusion(Hash leaf, long index, long size, IReadOnlyList<Hash> proof, Hash root) =>
        RootFromInclusion(leaf, index, size, proof) == root;

    /// <summary>The root that the proof leads to; null where its length does not fit index and size.</summary>
    /// <param name="steps">Filled with what is computed on the way, for whoever wants to see it.</param>
    public static Hash? RootFromInclusion(
        Hash leaf, long index, long size, IReadOnlyList<Hash> proof, ICollection<InclusionStep>? steps = null)
    {
        if (index < 0 || index >= size) return null;
        var (node, last, hash) = (index, size - 1, leaf);
        foreach (var sibling in proof)
        {
            if (last == 0) return null;
            var isLeft = (node & 1) == 1 || node == last;
            hash = isLeft ? Hash.OfNode(sibling, hash) : Hash.OfNode(hash, sibling);
            if (isLeft) SkipLevelsWithoutSibling(ref node, ref last);
            steps?.Add(new(sibling, isLeft, hash));
            node >>= 1;
            last >>= 1;
        }
        return last == 0 ? hash : null;
    }

    /// <summary>
    /// Whether the newer tree begins with the older one. An older tree of size 0 proves nothing and is an error here;
    /// trees of one size are consistent when they are one tree and the proof is empty.
    /// </summary>
    public static bool VerifyConsistency(
        long older, long newer, IReadOnlyList<Hash> proof, Hash olderRoot, Hash newerRoot)
    {
        if (older < 1 || older > newer) return false;
        if (older == newer) return proof.Count == 0 && olderRoot == newerRoot;
        // Where the old tree is a complete subtree of the new one its root is not repeated in the proof.
        var whole = (older & (older - 1)) == 0;
        if (!whole && proof.Count == 0) return false;
        var (node, last) = (older - 1, newer - 1);
        while ((node & 1) == 1)
        {
            node >>= 1;
            last >>= 1;
        }
        var oldHash = whole ? olderRoot : proof[0];
        var newHash = oldHash;
        foreach (var sibling in proof.Skip(whole ? 0 : 1))
        {
            if (last == 0) return false;
            if ((node & 1) == 1 || node == last)
            {
                oldHash = Hash.OfNode(sibling, oldHash);
                newHash = Hash.OfNode(sibling, newHash);
                SkipLevelsWithoutSibling(ref node, ref last);
            }
            else
            {
                newHash = Hash.OfNode(newHash, sibling);
            }
            node >>= 1;
            last >>= 1;
        }
        return last == 0 && oldHash == olderRoot && newHash == newerRoot;
    }

    /// <summary>A rightmost node without a sibling is its own parent: those levels have no hash in the proof.</summary>
    static void SkipLevelsWithoutSibling(ref long node, ref long last)
    {
        while ((node & 1) == 0 && node != 0)
        {
            node >>= 1;
            last >>= 1;
        }
    }
}
