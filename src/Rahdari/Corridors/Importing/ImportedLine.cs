namespace Rahdari.Corridors.Importing;

/// <summary>A line of a file, in the order its points stand there.</summary>
/// <param name="Name">Null where the file gives none.</param>
sealed record ImportedLine(string? Name, IReadOnlyList<GeoCoordinate> Points)
{
    /// <summary>A track of a day at a fix a second is less.</summary>
    public const int MostPoints = 200_000;

    /// <summary>Parts of a line that lie farther apart are two lines.</summary>
    public const double WidestGapMetres = 5_000;

    /// <summary>The file's one line, or the one of that name.</summary>
    /// <exception cref="FormatException">There is none, or more than one to choose from.</exception>
    public static ImportedLine Choose(IReadOnlyList<ImportedLine> lines, string? name)
    {
        if (lines.Count == 0) throw new FormatException("there is no line in it");
        var found = name is null ? lines : [.. lines.Where(l => l.Name == name)];
        var names = string.Join(", ", lines.Select(l => l.Name is null ? "(no name)" : $"'{l.Name}'").Take(10));
        return found.Count switch
        {
            1 when found[0].Points.Count < 2 => throw new FormatException("the line has fewer than two points"),
            1 => found[0],
            0 => throw new FormatException($"no line is called '{name}'; there are: {names}"),
            _ => throw new FormatException($"{found.Count} lines; choose one with --line: {names}"),
        };
    }

    /// <summary>Joins the parts of one line.</summary>
    /// <param name="where">Names the line in a message.</param>
    /// <exception cref="FormatException">Two parts lie too far apart, or there are too many points.</exception>
    public static IReadOnlyList<GeoCoordinate> Join(IEnumerable<IReadOnlyList<GeoCoordinate>> parts, string where)
    {
        var points = new List<GeoCoordinate>();
        var number = 0;
        foreach (var part in parts)
        {
            number++;
            if (points.Count > 0 && part.Count > 0
                && Earth.MetresBetween(points[^1], part[0]) is var metres and > WidestGapMetres)
                throw new FormatException(
                    $"{where}: part {number} begins {metres / 1000:F0} km from where the one before it ends");
            // Where parts touch, the shared point counts once.
            points.AddRange(points.Count > 0 && part.Count > 0 && points[^1] == part[0] ? part.Skip(1) : part);
            if (points.Count > MostPoints) throw new FormatException($"{where}: more than {MostPoints} points");
        }
        return points;
    }
}
