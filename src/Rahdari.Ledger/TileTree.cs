namespace Rahdari.Ledger;

/// <summary>
/// The tree of a tiled log at one size: computes roots and proofs from the hash tiles. Tiles are believed; whoever
/// reads a log he does not trust compares the root with a signed one first. Not for use from several threads.
/// </summary>
public sealed class TileTree(ILogSource source, long size)
{
    /// <summary>Tiles remembered; one proof touches at most 8 levels with 2 tiles each.</summary>
    const int MaxCached = 256;

    readonly Dictionary<TileId, byte[]> tiles = [];

    public long Size => size;

    public ValueTask<Hash> RootAsync(CancellationToken cancel) => RangeAsync(new(0, size), cancel);

    /// <summary>The hashes that prove a leaf's place, from its sibling upwards.</summary>
    public ValueTask<IReadOnlyList<Hash>> InclusionAsync(long index, CancellationToken cancel) =>
        RangesAsync(MerkleTree.InclusionRanges(index, size), cancel);

    /// <summary>
    /// The hashes that prove that this tree begins with its own first <paramref name="older"/> leaves.
    /// </summary>
    public ValueTask<IReadOnlyList<Hash>> ConsistencyAsync(long older, CancellationToken cancel) =>
        RangesAsync(MerkleTree.ConsistencyRanges(older, size), cancel);

    /// <summary>
    /// The right edge this tree had at an earlier size. Its root tells whether the tree grew out of a head known
    /// from elsewhere, and leaves can be appended to it.
    /// </summary>
    public async ValueTask<TreeFrontier> FrontierAsync(long older, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(older, size);
        var saved = new List<byte>();
        foreach (var subtree in MerkleTree.Cover(new(0, older)))
            saved.AddRange((await SubtreeAsync(subtree, cancel)).ToArray());
        return TreeFrontier.Restore(older, [.. saved]);
    }

    /// <summary>The hash of one leaf.</summary>
    public ValueTask<Hash> LeafAsync(long index, CancellationToken cancel) => SubtreeAsync(new(0, index), cancel);

    /// <summary>The hashes of one tile of this tree, in order.</summary>
    /// <exception cref="LedgerFormatException">The tile is missing (<c>tile-missing</c>) or of a wrong length
    /// (<c>tile-malformed</c>).</exception>
    public async ValueTask<ReadOnlyMemory<byte>> TileAsync(int level, long index, CancellationToken cancel)
    {
        var tile = TileId.At(level, index, size)
            ?? throw new ArgumentOutOfRangeException(nameof(index),
                $"level {level} has no tile {index} at size {size}");
        if (tiles.TryGetValue(tile, out var known)) return known;
        var bytes = await source.ReadTileAsync(tile, cancel);
        var length = tile.Width * Hash.Size;
        if (bytes.Length != length)
            throw new LedgerFormatException(
                "tile-malformed", $"{TilePath.Format(tile)} has {bytes.Length} bytes instead of {length}");
        if (tiles.Count == MaxCached) tiles.Clear();
        return tiles[tile] = bytes;
    }

    async ValueTask<IReadOnlyList<Hash>> RangesAsync(IReadOnlyList<LeafRange> ranges, CancellationToken cancel)
    {
        var hashes = new List<Hash>(ranges.Count);
        foreach (var range in ranges) hashes.Add(await RangeAsync(range, cancel));
        return hashes;
    }

    async ValueTask<Hash> RangeAsync(LeafRange range, CancellationToken cancel)
    {
        var cover = new List<Hash>();
        foreach (var subtree in MerkleTree.Cover(range)) cover.Add(await SubtreeAsync(subtree, cancel));
        return MerkleTree.Join(cover);
    }

    /// <summary>A tile level holds every eighth tree level; those between are hashed up from it.</summary>
    async ValueTask<Hash> SubtreeAsync(SubtreeId subtree, CancellationToken cancel)
    {
        var (level, above) = Math.DivRem(subtree.Level, TileId.LogHeight);
        var first = subtree.Index << above;
        var tile = await TileAsync(level, first >> TileId.LogHeight, cancel);
        var offset = (int)(first & (TileId.FullWidth - 1));
        return RootOf(tile.Span.Slice(offset * Hash.Size, Hash.Size << above));
    }

    /// <summary>The root over a power of two of hashes that lie one after the other.</summary>
    internal static Hash RootOf(ReadOnlySpan<byte> hashes)
    {
        if (hashes.Length == Hash.Size) return new(hashes);
        var half = hashes.Length / 2;
        return Hash.OfNode(RootOf(hashes[..half]), RootOf(hashes[half..]));
    }
}
