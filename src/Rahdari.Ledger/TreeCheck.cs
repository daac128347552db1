namespace Rahdari.Ledger;

/// <summary>
/// Holds a log's entries, tiles and root against each other and finds out which file is at fault: entries that make the
/// signed root are right, whatever a tile says; where they do not but the tiles do, the entries are wrong.
/// </summary>
sealed class TreeCheck(ILogSource source, TileShelf shelf, Checkpoint head, Action<long, byte[]>? onEntry)
{
    readonly List<LogFinding> findings = [];
    readonly HashSet<TileId> badBundles = [];

    // Shorter bundles that do not begin as the longest one of their place, which may itself be the wrong one.
    readonly List<TileId> doubtful = [];

    /// <summary>Entries found, those beyond the head included.</summary>
    public long Entries { get; private set; }

    /// <summary>Places that belong to the log; files elsewhere do not.</summary>
    public HashSet<(int Level, long Index)> Seen { get; } = [];

    public async ValueTask<IReadOnlyList<LogFinding>> RunAsync(CancellationToken cancel)
    {
        var byEntries = await PassAsync(BundleHashesAsync, cancel);
        Entries = byEntries.Leaves;
        Seen.UnionWith(byEntries.Seen);
        foreach (var tile in byEntries.Missing) Add("file-missing", tile, "the size of the log requires this file");
        if (byEntries.Leaves < head.Size && findings.Count == 0)
            Add("file-missing", TileId.At(TileId.EntriesLevel, byEntries.Leaves >> TileId.LogHeight, head.Size)!.Value,
                "the size of the log requires this file");
        if (byEntries.Root == head.Root) foreach (var tile in byEntries.Differing) AddDiffering(tile);
        else await BlameAsync(byEntries, cancel);
        foreach (var bundle in doubtful.Where(b => !shelf.At(b.Level, b.Index).Any(badBundles.Contains)))
            Add("entries-differ", bundle, "it is not the beginning of the longer bundle of its place");
        return findings;
    }

    /// <summary>The entries do not make the signed root: do the tiles?</summary>
    async ValueTask BlameAsync(TileComparison byEntries, CancellationToken cancel)
    {
        var byTiles = await PassAsync(TileHashesAsync, cancel);
        var disagreeing = byEntries.Differing.Where(t => t.Level == 0 && t == shelf.At(0, t.Index)[^1]).ToArray();
        if (byTiles.Root == head.Root)
        {
            foreach (var tile in disagreeing) AddBadBundle(tile.Index, "its entries do not make the signed root");
            foreach (var tile in byTiles.Differing) AddDiffering(tile);
            return;
        }
        if (byEntries.Root is not null || byTiles.Root is not null)
            findings.Add(new("root-differs", "checkpoint",
                "neither the entries nor the tiles make the root it states"));
        foreach (var tile in byEntries.Differing) AddDiffering(tile);
        foreach (var tile in disagreeing) AddBadBundle(tile.Index, "it disagrees with the tile of its leaves");
    }

    async ValueTask<TileComparison> PassAsync(
        Func<long, CancellationToken, ValueTask<byte[]?>> leafHashes, CancellationToken cancel)
    {
        var comparison = new TileComparison(source, shelf, head.Size);
        for (var index = 0L; await leafHashes(index, cancel) is { } hashes; index++)
        {
            await comparison.AddAsync(hashes, cancel);
            if (hashes.Length < TileId.FullWidth * Hash.Size) break;
        }
        await comparison.FinishAsync(cancel);
        return comparison;
    }

    /// <summary>Leaf hashes of one bundle; where it cannot be read, those its tile states.</summary>
    async ValueTask<byte[]?> BundleHashesAsync(long index, CancellationToken cancel)
    {
        if (shelf.MissingAt(TileId.EntriesLevel, index) is { } missing)
            Add("file-missing", missing, "the size of the log requires this file");
        var bundles = shelf.At(TileId.EntriesLevel, index);
        if (bundles.Count == 0) return await TileHashesAsync(index, cancel);
        Seen.Add((TileId.EntriesLevel, index));
        if (await EntriesAsync(bundles[^1], cancel) is not { } entries) return await TileHashesAsync(index, cancel);
        for (var i = 0; i < entries.Count; i++) onEntry?.Invoke((index << TileId.LogHeight) + i, entries[i]);
        foreach (var shorter in bundles.SkipLast(1))
            if (await source.ReadAsync(TilePath.Format(shorter), cancel) is { } bytes
                && !bytes.AsSpan().SequenceEqual(EntryBundle.Encode([.. entries.Take(shorter.Width)])))
                doubtful.Add(shorter);
        return Hash.OfLeaves(entries);
    }

    async ValueTask<IReadOnlyList<byte[]>?> EntriesAsync(TileId bundle, CancellationToken cancel)
    {
        try
        {
            return await source.ReadBundleAsync(bundle, cancel);
        }
        catch (LedgerFormatException e)
        {
            badBundles.Add(bundle);
            Add(e.Code == "tile-missing" ? "file-missing" : e.Code, bundle, e.Message);
            return null;
        }
    }

    async ValueTask<byte[]?> TileHashesAsync(long index, CancellationToken cancel)
    {
        if (shelf.At(0, index) is not [.., var widest]) return null;
        try
        {
            var bytes = await source.ReadTileAsync(widest, cancel);
            return bytes.Length == widest.Width * Hash.Size ? bytes : null;
        }
        catch (LedgerFormatException)
        {
            return null;
        }
    }

    void AddBadBundle(long index, string detail)
    {
        if (shelf.At(TileId.EntriesLevel, index) is not [.., var bundle] || !badBundles.Add(bundle)) return;
        Add("entries-differ", bundle, detail);
    }

    void AddDiffering(TileId tile) => Add("tile-differs", tile, "its hashes are not those of the entries below it");

    void Add(string code, TileId tile, string detail)
    {
        var finding = new LogFinding(code, TilePath.Format(tile), detail);
        if (!findings.Any(f => f.Code == code && f.File == finding.File)) findings.Add(finding);
    }
}
