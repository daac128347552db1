using System.Globalization;
using System.Xml;

namespace Rahdari.Corridors.Importing;

/// <summary>
/// Reads tracks and routes of GPX 1.0 and 1.1 (topografix.com, GPX 1.1 schema): <c>trk/trkseg/trkpt</c> and
/// <c>rte/rtept</c>, with <c>lat</c> and <c>lon</c> in degrees. Way points and everything else are passed by.
/// </summary>
static class GpxReading
{
    static readonly string[] Namespaces =
        ["http://www.topografix.com/GPX/1/0", "http://www.topografix.com/GPX/1/1", ""];

    static readonly XmlReaderSettings Settings = new()
    {
        // A track needs no declaration of types, and one can be made to grow without end.
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    };

    /// <exception cref="FormatException">What is wrong, with its line and position where it has them.</exception>
    public static IReadOnlyList<ImportedLine> Read(Stream stream)
    {
        try
        {
            using var xml = XmlReader.Create(stream, Settings);
            return Read(xml);
        }
        catch (XmlException e)
        {
            throw FaultPlace.OfXml(stream, e);
        }
    }

    static List<ImportedLine> Read(XmlReader xml)
    {
        if (xml.MoveToContent() != XmlNodeType.Element || xml.LocalName != "gpx")
            throw Wrong(xml, $"the root is <{xml.LocalName}>, not <gpx>");
        if (!Namespaces.Contains(xml.NamespaceURI)) throw Wrong(xml, $"'{xml.NamespaceURI}' is no GPX 1.0 or 1.1");
        if (xml.GetAttribute("version") is { } version and not ("1.0" or "1.1"))
            throw Wrong(xml, $"version '{version}' is none of 1.0 and 1.1");
        var lines = new List<ImportedLine>();
        var space = xml.NamespaceURI;
        while (xml.Read())
            if (xml is { NodeType: XmlNodeType.Element, LocalName: "trk" or "rte" } && xml.NamespaceURI == space)
                lines.Add(Line(xml, space));
        return lines;
    }

    /// <summary>Reads up to the end of the track or route.</summary>
    static ImportedLine Line(XmlReader xml, string space)
    {
        var (what, depth, name) = (xml.LocalName, xml.Depth, (string?)null);
        var parts = new List<List<GeoCoordinate>>();
        if (what == "rte") parts.Add([]);
        if (xml.IsEmptyElement) return new(null, []);
        while (xml.Read() && xml.Depth > depth)
        {
            if (xml.NodeType != XmlNodeType.Element || xml.NamespaceURI != space) continue;
            if (xml.LocalName == "name" && xml.Depth == depth + 1) name = NameIn(xml);
            else if (xml.LocalName == "trkseg") parts.Add([]);
            else if (xml.LocalName is "trkpt" or "rtept")
            {
                if (parts.Count == 0) throw Wrong(xml, "a <trkpt> stands outside a <trkseg>");
                parts[^1].Add(new(Degrees(xml, "lat", 90), Degrees(xml, "lon", 180)));
                if (parts[^1].Count > ImportedLine.MostPoints)
                    throw Wrong(xml, $"more than {ImportedLine.MostPoints} points");
            }
        }
        return new(name, ImportedLine.Join(parts, name is null ? $"<{what}>" : $"<{what}> '{name}'"));
    }

    static string? NameIn(XmlReader xml)
    {
        if (xml.IsEmptyElement) return null;
        return xml.Read() && xml.NodeType is XmlNodeType.Text or XmlNodeType.CDATA ? xml.Value.Trim() : null;
    }

    static double Degrees(XmlReader xml, string name, double most)
    {
        var text = xml.GetAttribute(name) ?? throw Wrong(xml, $"<{xml.LocalName}> has no '{name}'");
        return double.TryParse(text.Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees)
            && Math.Abs(degrees) <= most
            ? degrees
            : throw Wrong(xml, $"'{name}' must be degrees from -{most} to {most}, not '{text}'");
    }

    static FormatException Wrong(XmlReader xml, string message) =>
        new(xml is IXmlLineInfo info && info.HasLineInfo()
            ? $"line {info.LineNumber}, position {info.LinePosition}: {message}"
            : message);
}
