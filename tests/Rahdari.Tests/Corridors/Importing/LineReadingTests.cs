using System.Text;
using Rahdari.Corridors;
using Rahdari.Corridors.Importing;

namespace Rahdari.Tests.Corridors.Importing;

public sealed class LineReadingTests
{
    const string Track = """
        <?xml version="1.0"?>
        <gpx version="1.1" creator="a test" xmlns="http://www.topografix.com/GPX/1/1">
          <wpt lat="1" lon="2"/>
          <trk><name>road</name><extensions><x xmlns="urn:x"><trkpt lat="9" lon="9"/></x></extensions>
            <trkseg><trkpt lat="30.0" lon="66.0"><ele>1500</ele></trkpt><trkpt lat="30.1" lon="66.1"/></trkseg>
            <trkseg><trkpt lat="30.1" lon="66.1"/><trkpt lat="30.2" lon="66.1"/></trkseg>
          </trk>
        </gpx>
        """;

    const string Collection = """
        {"type": "FeatureCollection", "features": [
          {"type": "Feature", "properties": {"name": "a town"}, "geometry": {"type": "Point", "coordinates": [66, 30]}},
          {"type": "Feature", "properties": {"name": "nothing"}, "geometry": null},
          {"type": "Feature", "properties": {"name": "road"}, "geometry":
            {"type": "MultiLineString",
             "coordinates": [[[66.0, 30.0, 1500], [66.1, 30.1]], [[66.1, 30.1], [66.1, 30.2]]]}}]}
        """;

    static readonly GeoCoordinate[] Road = [new(30.0, 66.0), new(30.1, 66.1), new(30.2, 66.1)];

    static IReadOnlyList<ImportedLine> Gpx(string text) =>
        GpxReading.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    static IReadOnlyList<ImportedLine> GeoJson(string text) =>
        GeoJsonReading.Read(new MemoryStream(Encoding.UTF8.GetBytes(text)));

    [Theory]
    [InlineData("http://www.topografix.com/GPX/1/1", "1.1")]
    [InlineData("http://www.topografix.com/GPX/1/0", "1.0")]
    public void A_track_of_either_version_is_read_its_segments_joined(string space, string version)
    {
        var text = Track.Replace("http://www.topografix.com/GPX/1/1", space, StringComparison.Ordinal)
            .Replace("version=\"1.1\"", $"version=\"{version}\"", StringComparison.Ordinal);
        var line = ImportedLine.Choose(Gpx(text), null);
        Assert.Equal("road", line.Name);
        Assert.Equal(Road, line.Points);
    }

    [Fact]
    public void A_route_and_a_prefix_are_read_too()
    {
        var line = Assert.Single(Gpx("""
            <g:gpx xmlns:g="http://www.topografix.com/GPX/1/1" version="1.1"><g:rte>
              <g:rtept lat="30" lon="66"/><g:rtept lat="30.1" lon="66.1"/><g:rtept lat="30.2" lon="66.1"/>
            </g:rte></g:gpx>
            """));
        Assert.Equal(Road, line.Points);
    }

    [Theory]
    [InlineData("lat=\"30.1\" lon=\"66.1\"/></trkseg>", "lat=\"95\" lon=\"66.1\"/></trkseg>", "'lat' must be degrees")]
    [InlineData("lat=\"30.1\" lon=\"66.1\"/></trkseg>", "lat=\"NaN\" lon=\"66.1\"/></trkseg>", "'lat' must be degrees")]
    [InlineData("lat=\"30.1\" lon=\"66.1\"/></trkseg>", "lat=\"30.1\"/></trkseg>", "<trkpt> has no 'lon'")]
    [InlineData("version=\"1.1\"", "version=\"2.0\"", "version '2.0'")]
    [InlineData("http://www.topografix.com/GPX/1/1", "http://example.org/gpx", "is no GPX 1.0 or 1.1")]
    [InlineData("<?xml version=\"1.0\"?>", "<!DOCTYPE gpx [<!ENTITY a \"b\">]>", "no XML")]
    [InlineData("lat=\"30.2\"", "lat=\"31.2\"", "")]
    [InlineData("</trk>", "", "no XML")]
    [InlineData("<trkseg><trkpt lat=\"30.1\"", "<trkseg><trkpt lat=\"34.1\"", "part 2 begins 445 km")]
    public void A_bad_track_is_told_with_its_line(string old, string by, string told)
    {
        var at = Track.LastIndexOf(old, StringComparison.Ordinal);
        var text = Track[..at] + by + Track[(at + old.Length)..];
        if (told.Length == 0)
        {
            Assert.Equal(31.2, Assert.Single(Gpx(text)).Points[^1].Latitude);
            return;
        }
        Assert.Contains(told, Assert.Throws<FormatException>(() => Gpx(text)).Message);
    }

    [Theory]
    [InlineData("<gpx>\n  <trk>\n  </rte>\n</gpx>", "line 3, position 5: no XML: 'rte>' does not belong here")]
    [InlineData("<gpx>\n  <trk", "line 2, position 7: no XML: it ends too soon")]
    [InlineData("", "no XML: there is no element in it")]
    [InlineData("<!DOCTYPE gpx []><gpx/>", "line 1, position 1: no XML: a document type (<!DOCTYPE) is not read")]
    [InlineData("<gpx>\n<trk a=b/></gpx>", "line 2, position 8: no XML: 'b/></gpx>' does not belong here")]
    public void What_is_no_XML_is_told_in_own_words_with_line_and_position(string text, string told)
    {
        var message = Assert.Throws<FormatException>(() => Gpx(text)).Message;
        Assert.Contains(told, message);
        Assert.DoesNotContain("Line ", message);
        Assert.DoesNotContain("DTD", message);
    }

    [Theory]
    [InlineData("{\n  \"type\": x\n}", "line 2, position 11: no JSON: 'x' does not belong here")]
    [InlineData("{\n  \"سڑک\": x}", "line 2, position 10: no JSON: 'x}' does not belong here")]
    [InlineData("{\n  \"type\":", "no JSON: it ends too soon")]
    [InlineData("", "line 1, position 1: no JSON: it ends too soon")]
    [InlineData("{} {}", "no JSON: '{}' does not belong here")]
    public void What_is_no_JSON_is_told_in_own_words_with_line_and_position(string text, string told)
    {
        var message = Assert.Throws<FormatException>(() => GeoJson(text)).Message;
        Assert.Contains(told, message);
        Assert.DoesNotContain("LineNumber", message);
        Assert.DoesNotContain("BytePosition", message);
    }

    [Fact]
    public void What_lies_too_deep_is_told_as_such() => Assert.Contains(
        "more than 32 levels deep",
        Assert.Throws<FormatException>(() => GeoJson(new string('[', 40) + new string(']', 40))).Message);

    [Fact]
    public void Every_cut_of_a_file_is_a_message_and_nothing_else()
    {
        for (var length = 0; length < Track.Length - 1; length += 5)
            Assert.Throws<FormatException>(() => ImportedLine.Choose(Gpx(Track[..length]), null));
        for (var length = 0; length < Collection.Length - 1; length += 5)
            Assert.Throws<FormatException>(() => ImportedLine.Choose(GeoJson(Collection[..length]), null));
    }

    [Theory]
    [InlineData(Collection)]
    [InlineData("""{"type": "LineString", "coordinates": [[66, 30], [66.1, 30.1], [66.1, 30.2]]}""")]
    [InlineData("""
        {"type": "Feature", "crs": {"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}, "properties": null,
         "geometry": {"type": "LineString", "coordinates": [[66, 30], [66.1, 30.1], [66.1, 30.2]]}}
        """)]
    public void Lines_of_GeoJSON_are_read_longitude_first(string text) =>
        Assert.Equal(Road, ImportedLine.Choose(GeoJson(text), null).Points);

    [Theory]
    [InlineData("""{"type": "LineString", "coordinates": [[66, 30], [66.1, 95]]}""", "'coordinates[1]' must be long")]
    [InlineData("""{"type": "LineString", "coordinates": [[66, 30], ["a", 3]]}""", "'coordinates[1]' must be long")]
    [InlineData("""{"type": "LineString", "coordinates": 7}""", "'coordinates' must be a list")]
    [InlineData("""{"type": "MultiLineString", "coordinates": [7]}""", "'coordinates[0]' must be a list of positions")]
    [InlineData("""{"type": "Polygon", "coordinates": []}""", "'type' is 'Polygon', not a line")]
    [InlineData("""{"type": "FeatureCollection", "features": {}}""", "'features' must be a list")]
    [InlineData("""{"type": "FeatureCollection", "features": [{}]}""", "'features[0].type' must be a text")]
    [InlineData("""{"type": "LineString", "crs": {"name": "EPSG:3857"}, "coordinates": []}""", "only degrees of")]
    [InlineData("""{"coordinates": []}""", "'type' must be a text")]
    [InlineData("[]", "no JSON object")]
    public void Bad_GeoJSON_is_told_with_its_place(string text, string told) =>
        Assert.Contains(told, Assert.Throws<FormatException>(() => GeoJson(text)).Message);

    [Fact]
    public void Of_several_lines_one_is_chosen_by_name()
    {
        ImportedLine[] lines = [new("a", Road), new("b", Road), new(null, [])];
        Assert.Same(lines[1], ImportedLine.Choose(lines, "b"));
        Assert.Contains("choose one with --line: 'a', 'b', (no name)",
            Assert.Throws<FormatException>(() => ImportedLine.Choose(lines, null)).Message);
        Assert.Contains("no line is called 'c'",
            Assert.Throws<FormatException>(() => ImportedLine.Choose(lines, "c")).Message);
        Assert.Contains("no line in it", Assert.Throws<FormatException>(() => ImportedLine.Choose([], null)).Message);
    }
}
