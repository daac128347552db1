using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class MerkleTreeTests
{
    /// <summary>Twice past a power of two, and past the first whole group of 128.</summary>
    const int Largest = 130;

    static readonly byte[][] Leaves = SomeLeaves.Of(Largest);

    readonly NaiveTree naive = new(Leaves);

    [Fact]
    public async Task Roots_and_inclusion_proofs_equal_the_naive_ones_for_all_sizes_and_places()
    {
        for (var size = 1; size <= Largest; size++)
        {
            var tree = new TileTree(MemoryLog.OfNaiveTiles(Leaves[..size]), size);
            var root = naive.Root(size);
            Assert.Equal(root, await tree.RootAsync(default));
            for (var index = 0; index < size; index++)
            {
                var proof = await tree.InclusionAsync(index, default);
                Assert.Equal(naive.Inclusion(index, size), proof);
                Assert.True(MerkleProof.VerifyInclusion(Hash.OfLeaf(Leaves[index]), index, size, proof, root));
            }
        }
    }

    [Fact]
    public async Task Consistency_proofs_equal_the_naive_ones_for_all_pairs_of_sizes()
    {
        for (var newer = 1; newer <= Largest; newer++)
        {
            var tree = new TileTree(MemoryLog.OfNaiveTiles(Leaves[..newer]), newer);
            for (var older = 1; older <= newer; older++)
            {
                var proof = await tree.ConsistencyAsync(older, default);
                Assert.Equal(naive.Consistency(older, newer), proof);
                Assert.True(MerkleProof.VerifyConsistency(older, newer, proof, naive.Root(older), naive.Root(newer)));
            }
        }
    }

    [Fact]
    public async Task Proofs_reach_across_tile_levels()
    {
        const int Size = 66_000;
        var leaves = SomeLeaves.Of(Size);
        var all = new NaiveTree(leaves);
        var frontier = new TreeFrontier();
        foreach (var leaf in leaves) frontier.Append(Hash.OfLeaf(leaf));
        var tree = new TileTree(MemoryLog.OfNaiveTiles(leaves), Size);
        Assert.Equal(frontier.Root, await tree.RootAsync(default));
        foreach (var index in new[] { 0, 255, 256, 65_535, 65_536, Size - 1 })
        {
            var proof = await tree.InclusionAsync(index, default);
            Assert.True(MerkleProof.VerifyInclusion(Hash.OfLeaf(leaves[index]), index, Size, proof, frontier.Root));
        }
        foreach (var older in new[] { 1, 255, 256, 257, 65_535, 65_536, 65_537, Size })
        {
            var proof = await tree.ConsistencyAsync(older, default);
            Assert.True(MerkleProof.VerifyConsistency(older, Size, proof, all.Root(older), frontier.Root));
        }
    }

    [Fact]
    public void A_frontier_has_the_naive_root_at_every_size()
    {
        var frontier = new TreeFrontier();
        for (var size = 0; size <= Largest; size++)
        {
            Assert.Equal(naive.Root(size), frontier.Root);
            if (size < Largest) frontier.Append(Hash.OfLeaf(Leaves[size]));
        }
    }

    [Fact]
    public void A_place_outside_the_tree_has_no_proof()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.InclusionRanges(5, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.InclusionRanges(-1, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.ConsistencyRanges(0, 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => MerkleTree.ConsistencyRanges(6, 5));
    }
}
