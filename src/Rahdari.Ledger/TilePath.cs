using System.Globalization;
using System.Text;

namespace Rahdari.Ledger;

/// <summary>How the file of a tile is named.</summary>
public enum TileScheme
{
    /// <summary><c>tile/L/N</c> and <c>tile/entries/N</c>, height 8 (C2SP tlog-tiles).</summary>
    C2sp,

    /// <summary><c>tile/H/L/N</c> and <c>tile/H/data/N</c> (the Go checksum database).</summary>
    GoSumDb,
}

/// <summary>Paths of tiles below a log's folder or address. Each tile has one spelling; no other is read.</summary>
public static class TilePath
{
    /// <summary>Highest level a path may name (C2SP).</summary>
    const int MaxLevel = 63;

    /// <summary>Largest height of a tile in the Go scheme (golang.org/x/mod sumdb/tlog).</summary>
    const int MaxGoHeight = 30;

    public static string Format(TileId tile, TileScheme scheme = TileScheme.C2sp)
    {
        var path = new StringBuilder("tile/");
        if (scheme == TileScheme.GoSumDb) path.Append(CultureInfo.InvariantCulture, $"{tile.Height}/");
        if (tile.Level != TileId.EntriesLevel) path.Append(CultureInfo.InvariantCulture, $"{tile.Level}/");
        else path.Append(scheme == TileScheme.C2sp ? "entries/" : "data/");
        AppendIndex(path, tile.Index);
        if (!tile.IsFull) path.Append(CultureInfo.InvariantCulture, $".p/{tile.Width}");
        return path.ToString();
    }

    public static TileId? Parse(string path, TileScheme scheme = TileScheme.C2sp)
    {
        var parts = path.Split('/');
        if (parts[0] != "tile") return null;
        var next = 1;
        long height = TileId.LogHeight;
        if (scheme == TileScheme.GoSumDb
            && !(parts.Length > next && StrictText.TryDecimal(parts[next++], out height)
                && height is >= 1 and <= MaxGoHeight))
            return null;
        if (parts.Length <= next || ParseLevel(parts[next++], scheme) is not { } level) return null;
        if (ParsePlace(parts.AsSpan(next), (int)height) is not var (index, width)) return null;
        var tile = new TileId(level, index, width, (int)height);
        return Format(tile, scheme) == path ? tile : null;
    }

    static int? ParseLevel(string part, TileScheme scheme)
    {
        if (part == (scheme == TileScheme.C2sp ? "entries" : "data")) return TileId.EntriesLevel;
        return StrictText.TryDecimal(part, out var level) && level <= MaxLevel ? (int)level : null;
    }

    static (long Index, int Width)? ParsePlace(ReadOnlySpan<string> parts, int height)
    {
        var width = 1L << height;
        if (parts.Length >= 2 && parts[^2].EndsWith(".p", StringComparison.Ordinal))
        {
            if (!StrictText.TryDecimal(parts[^1], out width) || width < 1 || width >= 1L << height) return null;
            parts = parts[..^1];
        }
        // Seven groups of three digits are beyond 2^63; Format spells the index out again and is compared.
        if (parts.Length is 0 or > 7) return null;
        long index = 0;
        foreach (var part in parts)
        {
            var digits = part.AsSpan().TrimStart('x');
            if (digits.EndsWith(".p")) digits = digits[..^2];
            if (digits.Length != 3 || digits.ContainsAnyExceptInRange('0', '9')) return null;
            if (index > long.MaxValue / 1000 - 1) return null;
            index = index * 1000 + int.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);
        }
        return (index, (int)width);
    }

    static void AppendIndex(StringBuilder path, long index)
    {
        var groups = new List<string>();
        for (var rest = index; groups.Count == 0 || rest > 0; rest /= 1000)
            groups.Add((rest % 1000).ToString(groups.Count == 0 ? "000" : "'x'000", CultureInfo.InvariantCulture));
        groups.Reverse();
        path.AppendJoin('/', groups);
    }
}
