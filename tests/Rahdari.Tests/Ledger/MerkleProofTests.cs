using System.Text.Json.Nodes;
using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class MerkleProofTests
{
    [VectorsFact]
    public void Published_inclusion_proofs_are_judged_as_published()
    {
        var rows = Vectors.Read("merkle_inclusion.jsonl");
        Assert.Equal(49, rows.Count);
        foreach (var row in rows)
        {
            var verified = HashesOf(row, "leafHash", "root") is [var leaf, var root] && ProofOf(row) is { } proof
                && MerkleProof.VerifyInclusion(leaf, LongOf(row, "leafIdx"), LongOf(row, "treeSize"), proof, root);
            Assert.True(verified != (bool)row["wantErr"]!, row.Text("id"));
        }
    }

    [VectorsFact]
    public void Published_consistency_proofs_are_judged_as_published()
    {
        var rows = Vectors.Read("merkle_consistency.jsonl");
        Assert.Equal(49, rows.Count);
        var judged = 0;
        foreach (var row in rows)
        {
            if (row["placeholderRoot"] is not null) continue;
            var verified = HashesOf(row, "root1", "root2") is [var older, var newer] && ProofOf(row) is { } proof
                && MerkleProof.VerifyConsistency(LongOf(row, "size1"), LongOf(row, "size2"), proof, older, newer);
            Assert.True(verified != (bool)row["wantErr"]!, row.Text("id"));
            judged++;
        }
        Assert.InRange(judged, 40, 49);
    }

    [Fact]
    public void A_changed_bit_anywhere_in_a_proof_does_not_verify()
    {
        var leaves = SomeLeaves.Of(21);
        var naive = new NaiveTree(leaves);
        var (older, root) = (naive.Root(13), naive.Root(21));
        var inclusion = naive.Inclusion(13, 21);
        var consistency = naive.Consistency(13, 21);
        foreach (var changed in Changes(inclusion))
            Assert.False(MerkleProof.VerifyInclusion(Hash.OfLeaf(leaves[13]), 13, 21, changed, root));
        foreach (var changed in Changes(consistency))
            Assert.False(MerkleProof.VerifyConsistency(13, 21, changed, older, root));
    }

    [Fact]
    public void A_proof_fits_no_other_index_or_size()
    {
        var leaves = SomeLeaves.Of(21);
        var root = NaiveTree.RootOf(leaves);
        var proof = new NaiveTree(leaves).Inclusion(13, 21);
        for (var size = 0L; size < 70; size++)
            for (var index = -1L; index < 70; index++)
            {
                if (index == 13 && MerkleProof.RootFromInclusion(default, 13, size, proof) is not null
                    && MerkleProof.VerifyInclusion(Hash.OfLeaf(leaves[13]), 13, size, proof, root)) continue;
                Assert.False(MerkleProof.VerifyInclusion(Hash.OfLeaf(leaves[13]), index, size, proof, root));
            }
    }

    [Fact]
    public void The_steps_of_a_proof_lead_from_leaf_to_root()
    {
        for (var size = 1; size <= 33; size++)
            for (var index = 0; index < size; index++)
            {
                var leaves = SomeLeaves.Of(size);
                var (proof, steps) = (new NaiveTree(leaves).Inclusion(index, size), new List<InclusionStep>());
                var hash = Hash.OfLeaf(leaves[index]);
                var root = MerkleProof.RootFromInclusion(hash, index, size, proof, steps);
                Assert.Equal(proof, steps.Select(s => s.Sibling));
                foreach (var step in steps)
                {
                    hash = step.SiblingIsLeft ? Hash.OfNode(step.Sibling, hash) : Hash.OfNode(hash, step.Sibling);
                    Assert.Equal(hash, step.Result);
                }
                Assert.Equal(root, hash);
            }
    }

    [Fact]
    public void Absurd_sizes_are_answered_at_once()
    {
        Assert.False(MerkleProof.VerifyInclusion(default, 0, long.MaxValue, [], default));
        Assert.False(MerkleProof.VerifyInclusion(default, long.MaxValue - 1, long.MaxValue, [default], default));
        Assert.False(MerkleProof.VerifyConsistency(1, long.MaxValue, [], default, default));
        Assert.False(MerkleProof.VerifyConsistency(0, 5, [], Hash.EmptyTree, default));
        Assert.False(MerkleProof.VerifyConsistency(6, 5, [], default, default));
    }

    static IEnumerable<IReadOnlyList<Hash>> Changes(IReadOnlyList<Hash> proof)
    {
        for (var bit = 0; bit < proof.Count * 256; bit++)
        {
            var bytes = proof[bit / 256].ToArray();
            bytes[bit % 256 / 8] ^= (byte)(1 << (bit % 8));
            yield return [.. proof.Take(bit / 256), new Hash(bytes), .. proof.Skip(bit / 256 + 1)];
        }
        for (var i = 0; i < proof.Count; i++) yield return [.. proof.Take(i), .. proof.Skip(i + 1)];
        yield return [.. proof, default];
        yield return [default, .. proof];
        yield return [.. proof.Reverse()];
    }

    static long LongOf(JsonObject row, string field) => unchecked((long)(ulong)row[field]!);

    static Hash[]? HashesOf(JsonObject row, params string[] fields) =>
        ToHashes(fields.Select(f => (string?)row[f]));

    static Hash[]? ProofOf(JsonObject row) => ToHashes((row["proof"] as JsonArray ?? []).Select(h => (string?)h));

    static Hash[]? ToHashes(IEnumerable<string?> texts)
    {
        var hashes = new List<Hash>();
        foreach (var text in texts)
        {
            if (!StrictText.TryHash(text ?? "", out var hash)) return null;
            hashes.Add(hash);
        }
        return [.. hashes];
    }
}
