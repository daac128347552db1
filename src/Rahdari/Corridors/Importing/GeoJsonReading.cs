using System.Text.Json;

namespace Rahdari.Corridors.Importing;

/// <summary>
/// Reads lines of GeoJSON (RFC 7946): a LineString or MultiLineString by itself, in a Feature, or in a
/// FeatureCollection. Positions are longitude, latitude. Points and areas of a collection are passed by.
/// </summary>
static class GeoJsonReading
{
    // Coordinates of a MultiLineString in a collection lie eight levels deep.
    static readonly JsonDocumentOptions Options = new() { MaxDepth = 32 };

    // Every line of a country's road map is more than anybody chooses from.
    const int MostFeatures = 100_000;

    /// <exception cref="FormatException">What is wrong, with its place in the file.</exception>
    public static IReadOnlyList<ImportedLine> Read(Stream stream)
    {
        try
        {
            using var document = JsonDocument.Parse(stream, Options);
            return [.. Lines(document.RootElement)];
        }
        catch (JsonException e)
        {
            throw FaultPlace.OfJson(stream, e, Options.MaxDepth);
        }
    }

    static IEnumerable<ImportedLine> Lines(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object) throw new FormatException("the root is no JSON object");
        if (root.TryGetProperty("crs", out var system) && !IsDegrees(system))
            throw new FormatException("'crs': only degrees of WGS 84 (longitude, latitude) are read");
        if (TypeOf(root, "") != "FeatureCollection") return One(root, "");
        if (!root.TryGetProperty("features", out var features) || features.ValueKind != JsonValueKind.Array)
            throw new FormatException("'features' must be a list");
        if (features.GetArrayLength() > MostFeatures) throw new FormatException($"more than {MostFeatures} features");
        return features.EnumerateArray().SelectMany((f, i) => One(f, $"features[{i}].")).ToList();
    }

    /// <summary>The lines of a feature or a geometry; none where it is of another kind within a collection.</summary>
    static IReadOnlyList<ImportedLine> One(JsonElement element, string path)
    {
        var type = TypeOf(element, path);
        var (geometry, at, name) = (element, path, (string?)null);
        if (type == "Feature")
        {
            if (!element.TryGetProperty("geometry", out geometry))
                throw new FormatException($"'{path}geometry' is missing");
            if (geometry.ValueKind == JsonValueKind.Null) return [];
            (at, name) = ($"{path}geometry.", NameOf(element));
            type = TypeOf(geometry, at);
        }
        if (type is not ("LineString" or "MultiLineString"))
            return path != "" ? [] : throw new FormatException($"'{at}type' is '{type}', not a line");
        if (!geometry.TryGetProperty("coordinates", out var coordinates)
            || coordinates.ValueKind != JsonValueKind.Array)
            throw new FormatException($"'{at}coordinates' must be a list");
        var parts = type == "LineString"
            ? [Points(coordinates, $"{at}coordinates")]
            : coordinates.EnumerateArray().Select((c, i) => Points(c, $"{at}coordinates[{i}]")).ToList();
        return [new(name, ImportedLine.Join(parts, $"'{at}coordinates'"))];
    }

    static List<GeoCoordinate> Points(JsonElement line, string path)
    {
        if (line.ValueKind != JsonValueKind.Array) throw new FormatException($"'{path}' must be a list of positions");
        if (line.GetArrayLength() > ImportedLine.MostPoints)
            throw new FormatException($"'{path}' has more than {ImportedLine.MostPoints} points");
        var points = new List<GeoCoordinate>(line.GetArrayLength());
        foreach (var position in line.EnumerateArray())
        {
            if (position.ValueKind != JsonValueKind.Array || position.GetArrayLength() < 2
                || !Degrees(position[0], 180, out var longitude) || !Degrees(position[1], 90, out var latitude))
                throw new FormatException(
                    $"'{path}[{points.Count}]' must be longitude (-180 to 180) and latitude (-90 to 90)");
            points.Add(new(latitude, longitude));
        }
        return points;
    }

    static bool Degrees(JsonElement value, double most, out double degrees)
    {
        degrees = 0;
        return value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out degrees) && Math.Abs(degrees) <= most;
    }

    static string TypeOf(JsonElement of, string path) =>
        of.ValueKind == JsonValueKind.Object && of.TryGetProperty("type", out var type)
        && type.ValueKind == JsonValueKind.String
            ? type.GetString()!
            : throw new FormatException($"'{path}type' must be a text");

    static string? NameOf(JsonElement feature) =>
        feature.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
        && properties.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String
            ? name.GetString()
            : null;

    /// <summary>What older files say of themselves (GeoJSON of 2008), where it means what RFC 7946 means anyway.
    /// </summary>
    static bool IsDegrees(JsonElement system) => system.ValueKind == JsonValueKind.Null
        || (system.GetRawText() is var text && (text.Contains("CRS84", StringComparison.Ordinal)
            || text.Contains("EPSG::4326", StringComparison.Ordinal)));
}
