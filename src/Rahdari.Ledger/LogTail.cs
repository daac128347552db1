namespace Rahdari.Ledger;

/// <summary>
/// What must be known of a log to write on: its size and the contents of the tiles and the bundle that are not full.
/// Immutable; appending the same entries to the same tail gives the same files, whenever and however often.
/// </summary>
public sealed class LogTail
{
    /// <summary>Entries of the bundle that is not full.</summary>
    readonly IReadOnlyList<byte[]> entries;

    /// <summary>By tile level, the hashes of the tile that is not full, one after the other.</summary>
    readonly IReadOnlyList<byte[]> tiles;

    LogTail(long size, IReadOnlyList<byte[]> entries, IReadOnlyList<byte[]> tiles)
    {
        (Size, this.entries, this.tiles) = (size, entries, tiles);
        Root = MerkleTree.Join([.. tiles.Reverse().SelectMany(Subtrees)]);
    }

    /// <summary>The log before its first entry.</summary>
    public static LogTail Empty { get; } = new(0, [], []);

    public long Size { get; }

    public Hash Root { get; }

    /// <summary>Reads the tail of a log of a given size from its files. They are believed: compare the root.</summary>
    /// <exception cref="LedgerFormatException">A file is missing or malformed.</exception>
    public static async ValueTask<LogTail> ReadAsync(ILogSource source, long size, CancellationToken cancel)
    {
        var tiles = new List<byte[]>();
        for (var level = 0; TileId.LevelWidth(level, size) is > 0 and var width; level++)
            tiles.Add(await OpenTileAsync(source, TileId.At(level, width >> TileId.LogHeight, size), cancel));
        var bundle = TileId.At(TileId.EntriesLevel, size >> TileId.LogHeight, size);
        var entries = bundle is { } open ? await source.ReadBundleAsync(open, cancel) : [];
        return new(size, entries, tiles);
    }

    /// <summary>
    /// The tail after more entries, and every file that the longer log has and this one had not: entry bundles first,
    /// then tiles from the leaves upwards.
    /// </summary>
    public (LogTail Next, IReadOnlyList<LogFile> Files) Append(IReadOnlyList<byte[]> added)
    {
        var files = new List<LogFile>();
        var size = Size + added.Count;
        var open = AppendBundles(added, files);
        var grown = new List<byte[]>();
        var hashes = Hash.OfLeaves(added);
        for (var level = 0; TileId.LevelWidth(level, size) > 0; level++)
        {
            (var rest, hashes) = AppendTiles(level, hashes, files);
            grown.Add(rest);
        }
        return (new(size, open, grown), files);
    }

    /// <summary>Adds the bundles' files; answers the entries of the one that stays open.</summary>
    IReadOnlyList<byte[]> AppendBundles(IReadOnlyList<byte[]> added, List<LogFile> files)
    {
        List<byte[]> all = [.. entries, .. added];
        var index = Size >> TileId.LogHeight;
        var at = 0;
        for (; all.Count - at >= TileId.FullWidth; at += TileId.FullWidth) AddFile(all.GetRange(at, TileId.FullWidth));
        var rest = all[at..];
        if (rest.Count > 0 && added.Count > 0) AddFile(rest);
        return rest;

        void AddFile(List<byte[]> bundle) => files.Add(new(
            TilePath.Format(new(TileId.EntriesLevel, index++, bundle.Count)), EntryBundle.Encode(bundle)));
    }

    /// <summary>Adds one level's files; answers the tile that stays open and the roots of those that became full.
    /// </summary>
    (byte[] Open, byte[] Roots) AppendTiles(int level, byte[] added, List<LogFile> files)
    {
        byte[] row = [.. level < tiles.Count ? tiles[level] : [], .. added];
        var index = TileId.LevelWidth(level, Size) >> TileId.LogHeight;
        var roots = new List<byte>();
        var at = 0;
        for (; row.Length - at >= FullBytes; at += FullBytes, index++)
        {
            var full = row[at..(at + FullBytes)];
            files.Add(new(TilePath.Format(new(level, index, TileId.FullWidth)), full));
            roots.AddRange(TileTree.RootOf(full).Span);
        }
        var rest = row[at..];
        if (rest.Length > 0 && added.Length > 0)
            files.Add(new(TilePath.Format(new(level, index, rest.Length / Hash.Size)), rest));
        return (rest, [.. roots]);
    }

    const int FullBytes = TileId.FullWidth * Hash.Size;

    static async ValueTask<byte[]> OpenTileAsync(ILogSource source, TileId? tile, CancellationToken cancel)
    {
        if (tile is not { } open) return [];
        var bytes = await source.ReadTileAsync(open, cancel);
        return bytes.Length == open.Width * Hash.Size
            ? bytes
            : throw new LedgerFormatException("tile-malformed", $"{open} has {bytes.Length} bytes");
    }

    /// <summary>The complete subtrees in an open tile, left to right, largest first.</summary>
    static IEnumerable<Hash> Subtrees(byte[] tile) =>
        MerkleTree.Cover(new(0, tile.Length / Hash.Size)).Select(s =>
        {
            var length = Hash.Size << s.Level;
            return TileTree.RootOf(tile.AsSpan((int)(s.Index * length), length));
        });
}
