using Rahdari.Corridors;
using Rahdari.Movements;

namespace Rahdari.Tests.Corridors.Loading;

public sealed class LearnedReadingTests
{
    const string Name = "learned/karachi-chaman.json";

    /// <summary>Straight from Karachi to Chaman by way of Khuzdar: within the drawn corridor, and short.</summary>
    const string Right = """
        {"format": 1, "route": "karachi-chaman",
         "learned": {"at": "2026-03-04T00:00:00Z", "trips": 40, "fixes": 1000, "tracks": ["tracks.jsonl sha256:00"]},
         "lines": [{"from": null, "points": [[24.9, 66.95, 200], [27.8, 66.6, 210], [30.9, 66.46, 200]]}],
         "coverage": {"container": [99, null, 0], "primeMover": []}}
        """;

    static IReadOnlyList<string> Problems(string text)
    {
        using var copy = new PackCopy();
        Directory.CreateDirectory(copy.PathOf("learned"));
        copy.Write(Name, text);
        return [.. copy.Load().Problems.Select(p => p.ToString())];
    }

    [Fact]
    public void What_is_learned_stands_in_place_of_the_drawn_legs()
    {
        using var copy = new PackCopy();
        var drawn = new CorridorGeometry(copy.Load().OrThrow().FindRoute("karachi-chaman")!);
        Directory.CreateDirectory(copy.PathOf("learned"));
        copy.Write(Name, Right);
        var route = copy.Load().OrThrow().FindRoute("karachi-chaman")!;
        var geometry = new CorridorGeometry(route);
        Assert.Equal(2, geometry.PieceCount);
        Assert.Equal(40, route.Learned!.Source.Trips);
        var aside = new GeoCoordinate(27.8, 66.605);
        Assert.True(drawn.Locate(aside).Inside);
        Assert.InRange(geometry.Locate(aside).MetresBeyond, 200, 400);
        Assert.Equal(0.99, geometry.ExpectedCoverage(500, DeviceRole.Container));
        Assert.Null(geometry.ExpectedCoverage(1_500, DeviceRole.Container));
        Assert.Equal(0, geometry.ExpectedCoverage(2_500, DeviceRole.Container));
        Assert.Null(geometry.ExpectedCoverage(500, DeviceRole.PrimeMover));
        Assert.Null(drawn.ExpectedCoverage(500, DeviceRole.Container));
        Assert.InRange(geometry.Locate(new(30.9, 66.46)).Leg, 1, route.Legs.Count - 1);
    }

    [Theory]
    [InlineData("\"format\": 1", "\"format\": 2", "'format' must be a whole number from 1 to 1")]
    [InlineData("\"route\": \"karachi-chaman\"", "\"route\": \"karachi-torkham\"", "the file is named after")]
    [InlineData("\"route\": \"karachi-chaman\"", "\"route\": 7", "'route' must be a text")]
    [InlineData("\"route\"", "\"way\": 1, \"route\"", "unknown key 'way'")]
    [InlineData("2026-03-04T00:00:00Z", "yesterday", "'learned.at' must be an RFC 3339 time")]
    [InlineData("\"trips\": 40", "\"trips\": 0", "'learned.trips' must be a whole number")]
    [InlineData("\"trips\": 40", "\"trips\": 40.5", "'learned.trips' must be a whole number")]
    [InlineData("[\"tracks.jsonl sha256:00\"]", "[7]", "'learned.tracks' must hold texts")]
    [InlineData("[27.8, 66.6, 210]", "[97.8, 66.6, 210]", "'lines[0].points[1]' must be [latitude, longitude, metres")]
    [InlineData("[27.8, 66.6, 210]", "[27.8, 66.6]", "'lines[0].points[1]' must be [latitude, longitude, metres")]
    [InlineData("[27.8, 66.6, 210]", "[27.8, 66.6, 5]", "'lines[0].points[1]' must be [latitude, longitude, metres")]
    [InlineData("[27.8, 66.6, 210]", "[27.8, 72.6, 210]", "'lines[0].points[1]' lies")]
    [InlineData("[30.9, 66.46, 200]", "[24.85, 66.98, 200]", "lead the drawn route backwards")]
    [InlineData("\"from\": null", "\"from\": \"pk:KARACHI\"", "the first line is the road")]
    [InlineData("\"lines\": [", "\"lines\": [], \"other\": [", "'lines' must be a list of 1 to")]
    [InlineData("[99, null, 0]", "[101]", "'coverage.container[0]' must be per cent")]
    [InlineData("\"coverage\": {", "\"coverage\": 1, \"x\": {", "'coverage' must be an object")]
    public void What_is_wrong_is_told_with_file_and_field(string old, string by, string told)
    {
        Assert.Contains(old, Right, StringComparison.Ordinal);
        var problems = Problems(Right.Replace(old, by, StringComparison.Ordinal));
        Assert.Contains(problems, p => p.Contains(told, StringComparison.Ordinal)
            && p.Contains("karachi-chaman.json", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{", "no JSON")]
    [InlineData("[]", "must be one JSON object")]
    public void What_is_no_object_is_told(string text, string told) =>
        Assert.Contains(Problems(text), p => p.Contains(told, StringComparison.Ordinal));

    [Fact]
    public void A_route_nobody_drew_cannot_be_learned()
    {
        using var copy = new PackCopy();
        Directory.CreateDirectory(copy.PathOf("learned"));
        copy.Write("learned/elsewhere.json", Right);
        Assert.Contains(copy.Load().Problems, p =>
            p.Message == "the pack has no route 'elsewhere'");
    }

    [Fact]
    public void Every_byte_cut_off_is_a_problem_and_no_exception()
    {
        for (var length = 0; length < Right.Length - 1; length += 7) Assert.NotEmpty(Problems(Right[..length]));
    }
}
