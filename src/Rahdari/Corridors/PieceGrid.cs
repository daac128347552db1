namespace Rahdari.Corridors;

/// <summary>
/// For each cell near a route, the pieces of its line that can be nearest, or can forgive most, for some point of the
/// cell. Built once, from large blocks down to small cells, each from the shortlist of the one around it. Near the line
/// a cell is divided once more. A cell without an entry means that the whole line has to be scanned.
/// </summary>
sealed class PieceGrid
{
    // Distances are measured in each piece's own projection; between two of them they differ by less than this part.
    const double ProjectionSlack = 0.02;

    // A cell with more pieces than this is divided into so many rows and columns, unless it lies farther off than
    // trucks go astray.
    const int FewPieces = 4, Parts = 8;
    public const double DividedWithinMetres = 6_000;

    // A grid of this many cells takes 16 MB; a larger area gets larger cells.
    const int MostCells = 1 << 22;

    const int Outside = int.MinValue;

    readonly Piece[] pieces;
    readonly int[] cells;
    readonly List<int> parts = [];
    readonly List<(int Offset, int Count)> lists = [];
    readonly List<ushort> pooled = [];
    readonly (int Offset, int Count)[] leaves;
    readonly int[] divided;
    readonly ushort[] pool;
    readonly double south, west, latitudeStep, longitudeStep, reachMetres, metresNorth, metresEast;
    readonly double dividedWithinMetres;
    readonly int rows, columns;

    /// <param name="dividedWithinMetres">Of the line; negative infinity where no cell is worth it.</param>
    public PieceGrid(
        Piece[] pieces, double cellMetres, double reachMetres, double dividedWithinMetres = DividedWithinMetres)
    {
        this.dividedWithinMetres = dividedWithinMetres;
        (this.pieces, this.reachMetres) = (pieces, reachMetres + pieces.Max(p => p.HalfWidthMetres));
        var steepest = pieces.Max(p => Math.Abs(p.Middle.Latitude));
        // Everywhere else a degree is wider, so distances within a cell are taken at the widest.
        (metresNorth, metresEast) = (
            Earth.MetresPerDegree(steepest).Latitude,
            Earth.MetresPerDegree(pieces.Min(p => Math.Abs(p.Middle.Latitude))).Longitude);
        var narrowest = Earth.MetresPerDegree(steepest);
        var reach = this.reachMetres + pieces.Max(p => p.LengthMetres);
        var (padNorth, padEast) = (reach / metresNorth * 1.02, reach / narrowest.Longitude * 1.02);
        south = pieces.Min(p => p.Middle.Latitude) - padNorth;
        west = pieces.Min(p => p.Middle.Longitude) - padEast;
        var height = pieces.Max(p => p.Middle.Latitude) + padNorth - south;
        var width = pieces.Max(p => p.Middle.Longitude) + padEast - west;
        var step = cellMetres;
        do
        {
            (latitudeStep, longitudeStep) = (step / metresNorth, step / narrowest.Longitude);
            (rows, columns) = ((int)(height / latitudeStep) + 1, (int)(width / longitudeStep) + 1);
            step *= 2;
        }
        while ((long)rows * columns > MostCells);
        cells = new int[rows * columns];
        Array.Fill(cells, Outside);
        var size = 1;
        while (size < Math.Max(rows, columns)) size *= 2;
        Fill(0, 0, size, [.. Enumerable.Range(0, pieces.Length).Select(i => (ushort)i)]);
        (leaves, divided, pool) = ([.. lists], [.. parts], [.. pooled]);
        (lists, parts, pooled) = ([], [], []);
    }

    public int CellCount => leaves.Length;

    /// <summary>False where the point lies outside the grid.</summary>
    public bool TryFind(GeoCoordinate point, out ReadOnlySpan<ushort> candidates)
    {
        candidates = default;
        var (north, east) = ((point.Latitude - south) / latitudeStep, (point.Longitude - west) / longitudeStep);
        // Written so that what is no number is outside too.
        if (!(north >= 0 && north < rows && east >= 0 && east < columns)) return false;
        var (row, column) = ((int)north, (int)east);
        var entry = cells[row * columns + column];
        if (entry == Outside) return false;
        if (entry < 0)
        {
            var (r, c) = ((int)((north - row) * Parts), (int)((east - column) * Parts));
            entry = divided[~entry + r * Parts + c];
        }
        var (offset, count) = leaves[entry];
        candidates = pool.AsSpan(offset, count);
        return true;
    }

    /// <summary>A block of cells, <paramref name="size"/> each way, that only these pieces matter to.</summary>
    void Fill(int row, int column, int size, ushort[] around)
    {
        if (row >= rows || column >= columns) return;
        var list = Shortlist(around, row, column, size, out var nearest, out var radius);
        if (nearest - radius * (1 + ProjectionSlack) > reachMetres) return;
        if (size == 1)
        {
            cells[row * columns + column] = list.Length <= FewPieces || nearest - radius > dividedWithinMetres
                ? Keep(list)
                : Divide(row, column, list);
            return;
        }
        var half = size / 2;
        Fill(row, column, half, list);
        Fill(row, column + half, half, list);
        Fill(row + half, column, half, list);
        Fill(row + half, column + half, half, list);
    }

    int Divide(int row, int column, ushort[] list)
    {
        var first = parts.Count;
        for (var r = 0; r < Parts; r++)
            for (var c = 0; c < Parts; c++)
                parts.Add(Keep(Shortlist(
                    list, row + (double)r / Parts, column + (double)c / Parts, 1.0 / Parts, out _, out _)));
        return ~first;
    }

    int Keep(ushort[] list)
    {
        lists.Add((pooled.Count, list.Length));
        pooled.AddRange(list);
        return lists.Count - 1;
    }

    /// <summary>
    /// Both measures change by at most the way walked, so a piece that wins somewhere in the block is at its centre at
    /// most one diameter worse than the winner there.
    /// </summary>
    ushort[] Shortlist(
        ushort[] around, double row, double column, double size, out double nearest, out double radius)
    {
        var centre = new GeoCoordinate(
            south + (row + size / 2) * latitudeStep, west + (column + size / 2) * longitudeStep);
        var (tall, wide) = (size * latitudeStep * metresNorth, size * longitudeStep * metresEast);
        radius = Math.Sqrt(tall * tall + wide * wide) / 2;
        var distances = new double[around.Length];
        var mildest = nearest = double.PositiveInfinity;
        for (var i = 0; i < around.Length; i++)
        {
            ref readonly var piece = ref pieces[around[i]];
            distances[i] = Math.Sqrt(piece.Measure(centre).Square);
            nearest = Math.Min(nearest, distances[i]);
            mildest = Math.Min(mildest, distances[i] - piece.HalfWidthMetres);
        }
        var list = new List<ushort>();
        for (var i = 0; i < around.Length; i++)
        {
            var slack = 2 * radius + ProjectionSlack * (distances[i] + radius);
            if (distances[i] <= nearest + slack
                || distances[i] - pieces[around[i]].HalfWidthMetres <= mildest + slack) list.Add(around[i]);
        }
        return [.. list];
    }
}
