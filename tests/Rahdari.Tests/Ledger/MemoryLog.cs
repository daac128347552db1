using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

/// <summary>A log's files in memory.</summary>
sealed class MemoryLog(IReadOnlyDictionary<string, byte[]> files) : ILogSource
{
    public ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancel) =>
        ValueTask.FromResult(files.GetValueOrDefault(path));

    /// <summary>The hash tiles of a tree, straight from the definition in C2SP tlog-tiles.</summary>
    public static MemoryLog OfNaiveTiles(byte[][] leaves)
    {
        var naive = new NaiveTree(leaves);
        return new(TileId.Grown(0, leaves.Length).ToDictionary(t => TilePath.Format(t), t => NaiveTile(naive, t)));
    }

    public static byte[] NaiveTile(NaiveTree naive, TileId tile)
    {
        var span = 1 << (8 * tile.Level);
        return [.. Enumerable.Range(0, tile.Width).Select(i => ((int)tile.Index * 256 + i) * span)
            .SelectMany(at => naive.Range(at, at + span).ToArray())];
    }
}
