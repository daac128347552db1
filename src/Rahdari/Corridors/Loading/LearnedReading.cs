using System.Text.Json;
using Rahdari.Parties;

namespace Rahdari.Corridors.Loading;

/// <summary>Reads <c>learned/ROUTE.json</c> and puts what it says beside the drawn route. A later layer's file wins.
/// </summary>
sealed class LearnedReading(string file, JsonElement root, ProblemList problems)
{
    /// <summary>Each is a piece of the geometry, which counts them in 16 bits.</summary>
    const int MostPoints = 60_000;

    // A route has a handful of departure offices.
    const int MostLines = 20;

    // A narrower corridor than a road's own width is a wrong unit; a wider one is not learned.
    const int NarrowestMetres = 10, WidestMetres = 20_000;

    /// <summary>What a learned point may lie outside the drawn corridor: the drawn one was wrong there.</summary>
    const double BesideDrawnMetres = 5_000;

    const int MostKilometres = 20_000, MostTrips = 10_000_000;

    public static IReadOnlyList<CorridorRoute> Apply(
        IReadOnlyList<PackFolder> folders, IReadOnlyList<CorridorRoute> routes, ProblemList problems)
    {
        var learned = new Dictionary<string, LearnedRoute?>(StringComparer.Ordinal);
        foreach (var folder in folders)
            foreach (var name in folder.Names.Where(n => n.StartsWith(LearnedFile.Folder, StringComparison.Ordinal)
                && n.EndsWith(LearnedFile.Ending, StringComparison.Ordinal)))
            {
                if (folder.ReadObject(name) is not { } root) continue;
                var id = name[LearnedFile.Folder.Length..^LearnedFile.Ending.Length];
                var reading = new LearnedReading(folder.PathOf(name), root, problems);
                if (routes.FirstOrDefault(r => r.Id == id) is { Legs.Count: > 0 } route)
                    learned[id] = reading.Read(route);
                else reading.Fault($"the pack has no route '{id}'");
            }
        return [.. routes.Select(r => learned.GetValueOrDefault(r.Id) is { } found ? r with { Learned = found } : r)];
    }

    LearnedRoute? Read(CorridorRoute route)
    {
        var before = problems.Count;
        Only(root, "", "format", "route", "learned", "lines", "coverage");
        Whole(root, "format", "format", LearnedFile.Format, LearnedFile.Format);
        if (Text(root, "route", "route") is { } named && named != route.Id)
            Fault($"'route' is '{named}', the file is named after '{route.Id}'");
        var source = Source();
        var lines = Lines(route);
        var coverage = Object(root, "coverage", "coverage") is { } shares
            ? new LearnedCoverage(Shares(shares, "container"), Shares(shares, "primeMover"))
            : new([], []);
        if (problems.Count > before) return null;
        var result = new LearnedRoute(lines, coverage, source);
        CheckPlace(route, result);
        return problems.Count > before ? null : result;
    }

    LearnedSource Source()
    {
        if (Object(root, "learned", "learned") is not { } source) return new(default, 0, 0, []);
        Only(source, "learned.", "at", "trips", "fixes", "tracks");
        if (!PackTime.TryParse(Text(source, "at", "learned.at") ?? "", TimeZoneInfo.Utc, out var at))
            Fault("'learned.at' must be an RFC 3339 time");
        var tracks = Array(source, "tracks", "learned.tracks", 1, 10_000).ToArray();
        if (tracks.Any(t => t.ValueKind != JsonValueKind.String)) Fault("'learned.tracks' must hold texts");
        return new(
            at, Whole(source, "trips", "learned.trips", 1, MostTrips),
            Whole(source, "fixes", "learned.fixes", 2, int.MaxValue), [.. tracks.Select(t => t.ToString())]);
    }

    List<LearnedLine> Lines(CorridorRoute route)
    {
        var lines = new List<LearnedLine>();
        var total = 0;
        foreach (var (line, i) in Array(root, "lines", "lines", 1, MostLines).Select((l, i) => (l, i)))
        {
            var at = $"lines[{i}]";
            if (line.ValueKind != JsonValueKind.Object)
            {
                Fault($"'{at}' must be an object");
                continue;
            }
            Only(line, at + ".", "from", "points");
            OfficeId? from = null;
            if (i > 0)
            {
                if (OfficeId.TryParse(Text(line, "from", at + ".from"), null, out var office)
                    && route.DepartureOffices.Contains(office)) from = office;
                else Fault($"'{at}.from' must be a departure office of the route");
            }
            else if (line.TryGetProperty("from", out var none) && none.ValueKind != JsonValueKind.Null)
                Fault("'lines[0].from' must be null: the first line is the road");
            var points = Points(line, at);
            total += points.Count;
            lines.Add(new(from, points));
        }
        if (total > MostPoints) Fault($"'lines' hold {total} points, more than {MostPoints}");
        return lines;
    }

    List<LearnedPoint> Points(JsonElement line, string at)
    {
        var points = new List<LearnedPoint>();
        foreach (var (point, n) in Array(line, "points", at + ".points", 2, MostPoints).Select((p, n) => (p, n)))
        {
            if (point.ValueKind == JsonValueKind.Array && point.GetArrayLength() == 3
                && Degrees(point[0], 90, out var latitude) && Degrees(point[1], 180, out var longitude)
                && point[2].ValueKind == JsonValueKind.Number && point[2].TryGetInt32(out var width)
                && width is >= NarrowestMetres and <= WidestMetres)
            {
                points.Add(new(new(latitude, longitude), width));
                continue;
            }
            Fault($"'{at}.points[{n}]' must be [latitude, longitude, metres from {NarrowestMetres} to {WidestMetres}]");
            break;
        }
        return points;
    }

    /// <summary>A line of somewhere else, or driven backwards, is another route's.</summary>
    void CheckPlace(CorridorRoute route, LearnedRoute learned)
    {
        var drawn = new CorridorGeometry(route with { Learned = null });
        for (var i = 0; i < learned.Lines.Count; i++)
        {
            var points = learned.Lines[i].Points;
            var far = points.Select((p, n) => (n, drawn.Locate(p.Place).MetresBeyond))
                .FirstOrDefault(p => p.MetresBeyond > BesideDrawnMetres, (-1, 0));
            if (far.Item1 >= 0)
                Fault($"'lines[{i}].points[{far.Item1}]' lies {far.Item2 / 1000:F0} km outside the drawn corridor");
            else if (drawn.Locate(points[0].Place).ProgressMetres > drawn.Locate(points[^1].Place).ProgressMetres)
                Fault($"'lines[{i}].points' lead the drawn route backwards");
        }
    }

    int?[] Shares(JsonElement coverage, string name) =>
    [
        .. Array(coverage, name, $"coverage.{name}", 0, MostKilometres).Select((s, i) =>
        {
            if (s.ValueKind == JsonValueKind.Null) return (int?)null;
            if (s.ValueKind == JsonValueKind.Number && s.TryGetInt32(out var share) && share is >= 0 and <= 100)
                return share;
            Fault($"'coverage.{name}[{i}]' must be per cent from 0 to 100, or null");
            return null;
        }),
    ];

    static bool Degrees(JsonElement value, double most, out double degrees)
    {
        degrees = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out degrees) && Math.Abs(degrees) <= most;
    }

    JsonElement? Object(JsonElement of, string name, string path)
    {
        if (of.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Object) return found;
        Fault($"'{path}' must be an object");
        return null;
    }

    string? Text(JsonElement of, string name, string path)
    {
        if (of.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String) return found.GetString();
        Fault($"'{path}' must be a text");
        return null;
    }

    int Whole(JsonElement of, string name, string path, int least, int most)
    {
        if (of.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Number
            && found.TryGetInt32(out var whole) && whole >= least && whole <= most) return whole;
        Fault($"'{path}' must be a whole number from {least} to {most}");
        return least;
    }

    IEnumerable<JsonElement> Array(JsonElement of, string name, string path, int least, int most)
    {
        if (of.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Array
            && found.GetArrayLength() >= least && found.GetArrayLength() <= most) return found.EnumerateArray();
        Fault($"'{path}' must be a list of {least} to {most}");
        return [];
    }

    void Only(JsonElement of, string path, params ReadOnlySpan<string> names)
    {
        foreach (var property in of.EnumerateObject())
            if (!names.Contains(property.Name)) Fault($"unknown key '{path}{property.Name}'");
    }

    void Fault(string message) => problems.Add(file, 0, message);
}
