namespace Rahdari.Corridors;

/// <summary>
/// For each cell near a route, the pieces of its line that can be nearest, or can forgive most, for some point of the
/// cell. Built once; a cell without an entry means that the whole line has to be scanned.
/// </summary>
sealed class PieceGrid
{
    // Distances are measured in each piece's own projection; between two of them they differ by less than this part.
    const double ProjectionSlack = 0.02;

    readonly Dictionary<(int Row, int Column), ushort[]> cells = [];
    readonly double latitudeStep, longitudeStep;

    public PieceGrid(Piece[] pieces, double cellMetres, double reachMetres)
    {
        var steepest = pieces.Max(p => Math.Abs(p.Middle.Latitude));
        latitudeStep = cellMetres / Earth.MetresPerDegree(steepest).Latitude;
        // Narrowest parallel: everywhere else a cell is wider, so the radius below is taken at the widest one.
        longitudeStep = cellMetres / Earth.MetresPerDegree(steepest).Longitude;
        var widest = Earth.MetresPerDegree(pieces.Min(p => Math.Abs(p.Middle.Latitude)));
        var radius = Math.Sqrt(
            Math.Pow(latitudeStep * widest.Latitude, 2) + Math.Pow(longitudeStep * widest.Longitude, 2)) / 2;
        foreach (var cell in CellsNear(pieces, reachMetres)) cells[cell] = Shortlist(pieces, Centre(cell), radius);
    }

    public int CellCount => cells.Count;

    /// <summary>Null where the point lies outside the grid.</summary>
    public ushort[]? Candidates(GeoCoordinate point) =>
        cells.TryGetValue(CellOf(point), out var found) ? found : null;

    (int Row, int Column) CellOf(GeoCoordinate point) =>
        ((int)Math.Floor(point.Latitude / latitudeStep), (int)Math.Floor(point.Longitude / longitudeStep));

    GeoCoordinate Centre((int Row, int Column) cell) =>
        new((cell.Row + 0.5) * latitudeStep, (cell.Column + 0.5) * longitudeStep);

    HashSet<(int, int)> CellsNear(Piece[] pieces, double reachMetres)
    {
        var near = new HashSet<(int, int)>();
        foreach (var piece in pieces)
        {
            var (row, column) = CellOf(piece.Middle);
            var metres = Earth.MetresPerDegree(piece.Middle.Latitude);
            var reach = piece.HalfWidthMetres + reachMetres;
            var (rows, columns) = ((int)(reach / (latitudeStep * metres.Latitude)) + 1,
                (int)(reach / (longitudeStep * metres.Longitude)) + 1);
            for (var r = row - rows; r <= row + rows; r++)
                for (var c = column - columns; c <= column + columns; c++) near.Add((r, c));
        }
        return near;
    }

    /// <summary>
    /// Both measures change by at most the way walked, so a piece that wins somewhere in the cell is at the centre at
    /// most one cell's diameter worse than the winner there.
    /// </summary>
    static ushort[] Shortlist(Piece[] pieces, GeoCoordinate centre, double radius)
    {
        Span<double> distances = pieces.Length <= 1024 ? stackalloc double[pieces.Length] : new double[pieces.Length];
        var (nearest, mildest) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var i = 0; i < pieces.Length; i++)
        {
            distances[i] = pieces[i].Measure(centre).Distance;
            nearest = Math.Min(nearest, distances[i]);
            mildest = Math.Min(mildest, distances[i] - pieces[i].HalfWidthMetres);
        }
        var list = new List<ushort>();
        for (var i = 0; i < pieces.Length; i++)
        {
            var slack = 2 * radius + ProjectionSlack * (distances[i] + radius);
            if (distances[i] <= nearest + slack || distances[i] - pieces[i].HalfWidthMetres <= mildest + slack)
                list.Add((ushort)i);
        }
        return [.. list];
    }
}
