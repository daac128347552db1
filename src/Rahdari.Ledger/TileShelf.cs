namespace Rahdari.Ledger;

/// <summary>Which tile and bundle files there are to look at: those that lie in a folder, or those a log of a size must
/// serve.</summary>
sealed class TileShelf
{
    readonly SortedDictionary<(int Level, long Index), SortedSet<int>>? listed;
    readonly long size;

    TileShelf(SortedDictionary<(int, long), SortedSet<int>>? listed, long size) =>
        (this.listed, this.size) = (listed, size);

    /// <summary>What a log of this size must serve; nothing is enumerated, the size may be a lie.</summary>
    public static TileShelf OfSize(long size) => new(null, size);

    public static TileShelf OfFiles(IEnumerable<TileId> tiles, long size)
    {
        var listed = new SortedDictionary<(int, long), SortedSet<int>>();
        foreach (var tile in tiles)
        {
            if (!listed.TryGetValue((tile.Level, tile.Index), out var widths))
                listed[(tile.Level, tile.Index)] = widths = [];
            widths.Add(tile.Width);
        }
        return new(listed, size);
    }

    /// <summary>The files of one place, narrowest first.</summary>
    public IReadOnlyList<TileId> At(int level, long index) => listed is not null
        ? [.. (listed.GetValueOrDefault((level, index)) ?? []).Select(w => new TileId(level, index, w))]
        : TileId.At(level, index, size) is { } tile ? [tile] : [];

    /// <summary>
    /// The tile that a place must have for the size and has not; a full one serves for a partial one.
    /// </summary>
    public TileId? MissingAt(int level, long index) =>
        TileId.At(level, index, size) is { } needed && !At(level, index).Any(t => t == needed || t.IsFull)
            ? needed
            : null;

    /// <summary>Every file that lies there; none where nothing was listed.</summary>
    public IEnumerable<TileId> All => listed?.Keys.SelectMany(k => At(k.Level, k.Index)) ?? [];
}
