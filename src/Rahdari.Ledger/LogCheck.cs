namespace Rahdari.Ledger;

/// <summary>What to look at beyond what every log must fulfil.</summary>
public sealed record LogCheckOptions
{
    /// <summary>
    /// Accept files that a writer has written beyond the head and not signed yet, if they fit. For whoever compares the
    /// entries with the record; to anybody else they are files without a signature.
    /// </summary>
    public bool AllowAhead { get; init; }

    /// <summary>Whether the entries of a log of this origin have a form, and which; answers what is wrong or null.
    /// </summary>
    public Func<string, byte[], string?>? EntryFault { get; init; }

    /// <summary>Called for every entry that can be read, in order: index and bytes.</summary>
    public Action<long, byte[]>? OnEntry { get; init; }
}

/// <summary>
/// Verifies a whole log: signatures, entries, tiles, root, and in a folder every file that lies there.
/// </summary>
public static class LogCheck
{
    /// <summary>
    /// A folder as Rahdari writes it: <c>checkpoint</c>, <c>keys</c>, <c>tile/...</c> and nothing else, each in the one
    /// spelling it has.
    /// </summary>
    public static async ValueTask<LogReport> FolderAsync(
        ILogStore folder, LogTrust trust, LogCheckOptions options, CancellationToken cancel)
    {
        var check = new HeadCheck(trust);
        check.CheckFolder(
            await folder.ReadAsync("checkpoint", cancel), await folder.ReadAsync("keys", cancel));
        var (tiles, findings) = Sort(await folder.ListAsync("", cancel));
        check.Findings.AddRange(findings);
        if (check.Head is not { } head) return Report(check, 0);
        var shelf = TileShelf.OfFiles(tiles, head.Size);
        var (tree, seen, entries) = await TreeAsync(folder, shelf, head, options, cancel);
        check.Findings.AddRange(tree);
        foreach (var tile in shelf.All)
        {
            if (!seen.Contains((tile.Level, tile.Index)))
                check.Findings.Add(new("unexpected-file", TilePath.Format(tile), "there are no entries below it"));
            else if (!options.AllowAhead && tile.End > TileId.LevelWidth(tile.Level, head.Size))
                check.Findings.Add(new("ahead-of-checkpoint", TilePath.Format(tile),
                    "it goes beyond the signed size; a node that was stopped there completes it at its next start"));
        }
        return Report(check, Math.Max(0, entries - head.Size));
    }

    /// <summary>Any C2SP tlog-tiles log at an address or elsewhere; only what its size requires is read.</summary>
    public static async ValueTask<LogReport> AddressAsync(
        ILogSource source, LogTrust trust, LogCheckOptions options, CancellationToken cancel)
    {
        var check = new HeadCheck(trust);
        check.CheckAddress(await source.ReadAsync("checkpoint", cancel));
        if (check.Head is not { } head) return Report(check, 0);
        var (tree, _, _) = await TreeAsync(source, TileShelf.OfSize(head.Size), head, options, cancel);
        check.Findings.AddRange(tree);
        return Report(check, 0);
    }

    /// <summary>A checkpoint alone: its signatures.</summary>
    public static LogReport Head(byte[] checkpoint, LogTrust trust)
    {
        var check = new HeadCheck(trust);
        check.CheckAddress(checkpoint);
        return Report(check, 0);
    }

    /// <summary>Tiles among the paths, and what is no file of a log.</summary>
    static (List<TileId>, List<LogFinding>) Sort(IReadOnlyList<string> paths)
    {
        var (tiles, findings) = (new List<TileId>(), new List<LogFinding>());
        foreach (var path in paths.Where(p => p is not ("checkpoint" or "keys")))
        {
            if (TilePath.Parse(path) is { } tile) tiles.Add(tile);
            else findings.Add(new("unexpected-file", path, "a log has no such file"));
        }
        return (tiles, findings);
    }

    static async ValueTask<(IReadOnlyList<LogFinding>, HashSet<(int, long)>, long)> TreeAsync(
        ILogSource source, TileShelf shelf, Checkpoint head, LogCheckOptions options, CancellationToken cancel)
    {
        var badForm = new SortedDictionary<long, string>();
        var check = new TreeCheck(source, shelf, head, (index, entry) =>
        {
            options.OnEntry?.Invoke(index, entry);
            if (options.EntryFault?.Invoke(head.Origin, entry) is { } fault)
                badForm.TryAdd(index >> TileId.LogHeight, $"entry {index}: {fault}");
        });
        List<LogFinding> findings = [.. await check.RunAsync(cancel)];
        foreach (var (index, fault) in badForm)
            findings.Add(new("entry-form", TilePath.Format(shelf.At(TileId.EntriesLevel, index)[^1]), fault));
        return (findings, check.Seen, check.Entries);
    }

    static LogReport Report(HeadCheck check, long ahead) => new()
    {
        Head = check.Head,
        Findings = check.Findings,
        VouchedBy = check.VouchedBy,
        Cosigners = check.Cosigners,
        TrustMet = check.TrustMet,
        Ahead = ahead,
    };
}
