namespace Rahdari.Ledger;

/// <summary>
/// One tile: up to 2^<paramref name="Height"/> neighbouring hashes of one tree level, or as many entries
/// (C2SP tlog-tiles).
/// </summary>
/// <param name="Level">The tile level; <see cref="EntriesLevel"/> for an entry bundle.</param>
/// <param name="Index">The tile's place in its level, from 0.</param>
/// <param name="Width">Hashes or entries held, from 1; less than the full width only at the right edge.</param>
/// <param name="Height">Tree levels a tile spans; always 8 in C2SP logs.</param>
public readonly record struct TileId(int Level, long Index, int Width, int Height = TileId.LogHeight)
{
    /// <summary>The level of entry bundles.</summary>
    public const int EntriesLevel = -1;

    /// <summary>Levels spanned by a tile of a C2SP log.</summary>
    public const int LogHeight = 8;

    /// <summary>Hashes of a full tile of a C2SP log.</summary>
    public const int FullWidth = 1 << LogHeight;

    public bool IsFull => Width == 1 << Height;

    /// <summary>The first place after this tile within its level.</summary>
    public long End => (Index << Height) + Width;

    /// <summary>The full tile of the same place.</summary>
    public TileId Filled() => this with { Width = 1 << Height };

    /// <summary>The path in a C2SP log.</summary>
    public override string ToString() => TilePath.Format(this);

    /// <summary>The tile at a place of a tree of a given size; null where the tree does not reach it.</summary>
    public static TileId? At(int level, long index, long size)
    {
        var hashes = LevelWidth(level, size) - (index << LogHeight);
        return hashes <= 0 ? null : new(level, index, (int)Math.Min(hashes, FullWidth));
    }

    /// <summary>How many hashes (or entries) a tree of a given size has at a tile level.</summary>
    public static long LevelWidth(int level, long size, int height = LogHeight)
    {
        var shift = height * Math.Max(level, 0);
        return shift > 62 ? 0 : size >> shift;
    }

    /// <summary>
    /// The hash tiles that a tree of size <paramref name="newer"/> has and the one of size <paramref name="older"/> had
    /// not, by level and index. Without <paramref name="older"/>: all tiles of the tree.
    /// </summary>
    public static IEnumerable<TileId> Grown(long older, long newer, int height = LogHeight)
    {
        for (var level = 0; LevelWidth(level, newer, height) > 0; level++)
        {
            var (from, to) = (LevelWidth(level, older, height), LevelWidth(level, newer, height));
            if (from == to) continue;
            for (var index = from >> height; index < to >> height; index++)
                yield return new(level, index, 1 << height, height);
            if ((int)(to & ((1L << height) - 1)) is > 0 and var width)
                yield return new(level, to >> height, width, height);
        }
    }

    /// <summary>The entry bundles that a log gains by growing, in order.</summary>
    public static IEnumerable<TileId> GrownBundles(long older, long newer) =>
        Grown(older, newer).TakeWhile(t => t.Level == 0).Select(t => t with { Level = EntriesLevel });
}
