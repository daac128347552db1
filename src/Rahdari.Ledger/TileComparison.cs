namespace Rahdari.Ledger;

/// <summary>
/// Computes every hash tile of a log again from its leaf hashes, in order and with memory for one tile a level, and
/// holds the files against them. A file must be the exact beginning of what was computed for its place.
/// </summary>
sealed class TileComparison(ILogSource source, TileShelf shelf, long size)
{
    readonly List<(long Index, List<byte> Hashes)> levels = [];
    readonly TreeFrontier frontier = new();

    /// <summary>The root after exactly <c>size</c> leaves; null while there are fewer.</summary>
    public Hash? Root { get; private set; } = size == 0 ? Hash.EmptyTree : null;

    public long Leaves => frontier.Size;

    /// <summary>Files that are not what they must be.</summary>
    public List<TileId> Differing { get; } = [];

    public List<TileId> Missing { get; } = [];

    public HashSet<(int Level, long Index)> Seen { get; } = [];

    /// <param name="hashes">Leaf hashes one after the other.</param>
    public async ValueTask AddAsync(byte[] hashes, CancellationToken cancel)
    {
        for (var at = 0; at < hashes.Length; at += Hash.Size)
        {
            var hash = hashes.AsMemory(at, Hash.Size);
            frontier.Append(new(hash.Span));
            if (frontier.Size == size) Root = frontier.Root;
            await AddToLevelAsync(0, hash, cancel);
        }
    }

    /// <summary>Compares the tiles that did not become full.</summary>
    public async ValueTask FinishAsync(CancellationToken cancel)
    {
        for (var level = 0; level < levels.Count; level++)
            if (levels[level].Hashes.Count > 0) await CompareAsync(level, cancel);
    }

    async ValueTask AddToLevelAsync(int level, ReadOnlyMemory<byte> hash, CancellationToken cancel)
    {
        if (level == levels.Count) levels.Add((0, []));
        var (index, hashes) = levels[level];
        hashes.AddRange(hash.Span);
        if (hashes.Count < TileId.FullWidth * Hash.Size) return;
        await CompareAsync(level, cancel);
        var root = TileTree.RootOf([.. hashes]).ToArray();
        levels[level] = (index + 1, []);
        await AddToLevelAsync(level + 1, root, cancel);
    }

    async ValueTask CompareAsync(int level, CancellationToken cancel)
    {
        var (index, hashes) = levels[level];
        byte[] computed = [.. hashes];
        Seen.Add((level, index));
        if (shelf.MissingAt(level, index) is { } missing) Missing.Add(missing);
        foreach (var tile in shelf.At(level, index))
        {
            try
            {
                var bytes = await source.ReadTileAsync(tile, cancel);
                if (bytes.Length != tile.Width * Hash.Size || !computed.AsSpan().StartsWith(bytes)) Differing.Add(tile);
            }
            catch (LedgerFormatException)
            {
                // Listed a moment ago and gone: a partial tile that filled up, unless the place needs it.
                if (tile == TileId.At(level, index, size)) Missing.Add(tile);
            }
        }
    }
}
