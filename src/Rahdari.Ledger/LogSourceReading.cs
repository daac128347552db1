namespace Rahdari.Ledger;

/// <summary>How tiles are asked for from any source.</summary>
public static class LogSourceReading
{
    /// <summary>
    /// The bytes of a hash tile or entry bundle; where a partial one is gone because it has filled up meanwhile, the
    /// beginning of the full one (C2SP tlog-tiles, partial tiles).
    /// </summary>
    /// <exception cref="LedgerFormatException">Code <c>tile-missing</c>.</exception>
    public static async ValueTask<byte[]> ReadTileAsync(this ILogSource source, TileId tile, CancellationToken cancel)
    {
        if (await source.ReadAsync(TilePath.Format(tile), cancel) is { } bytes) return bytes;
        if (!tile.IsFull && await source.ReadAsync(TilePath.Format(tile.Filled()), cancel) is { } full)
            return Beginning(full, tile);
        throw new LedgerFormatException("tile-missing", $"{TilePath.Format(tile)} is missing");
    }

    /// <summary>The entries of one bundle.</summary>
    public static async ValueTask<IReadOnlyList<byte[]>> ReadBundleAsync(
        this ILogSource source, TileId bundle, CancellationToken cancel)
    {
        var bytes = await source.ReadTileAsync(bundle, cancel);
        try
        {
            return EntryBundle.Decode(bytes, bundle.Width);
        }
        catch (LedgerFormatException e)
        {
            throw new LedgerFormatException(e.Code, $"{TilePath.Format(bundle)}: {e.Message}", e);
        }
    }

    static byte[] Beginning(byte[] full, TileId tile)
    {
        if (tile.Level != TileId.EntriesLevel)
            return full.AsSpan(0, Math.Min(full.Length, tile.Width * Hash.Size)).ToArray();
        var entries = EntryBundle.Decode(full, TileId.FullWidth);
        return EntryBundle.Encode([.. entries.Take(tile.Width)]);
    }
}
