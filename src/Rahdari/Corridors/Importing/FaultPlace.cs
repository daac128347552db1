using System.Text;
using System.Text.Json;
using System.Xml;

namespace Rahdari.Corridors.Importing;

/// <summary>
/// Says in own words where a file stops being what it should be: line and position, from 1, and what stands there. What
/// the runtime's readers say of it speaks of their own options and types.
/// </summary>
static class FaultPlace
{
    // As much as tells the place from its neighbours.
    const int MostShown = 24;

    /// <param name="stream">The file, which is read again from its beginning.</param>
    public static FormatException OfXml(Stream stream, XmlException e)
    {
        if (e.LineNumber == 0) return OfXmlAsWhole(stream, e);
        var text = LineOf(stream, e.LineNumber);
        var at = Math.Clamp(e.LinePosition - 1, 0, text.Length);
        return new($"line {e.LineNumber}, position {at + 1}: no XML: {Shown(text[at..])}", e);
    }

    /// <summary>The reader names no place where it meets a document type, and where it meets no element at all.
    /// </summary>
    static FormatException OfXmlAsWhole(Stream stream, XmlException e)
    {
        stream.Position = 0;
        using var reader = new StreamReader(stream, leaveOpen: true);
        for (var line = 1; reader.ReadLine() is { } text; line++)
            if (text.IndexOf("<!DOCTYPE", StringComparison.Ordinal) is var at and >= 0)
                return new($"line {line}, position {at + 1}: no XML: a document type (<!DOCTYPE) is not read", e);
        return new("no XML: there is no element in it", e);
    }

    /// <param name="stream">The file, which is read again from its beginning.</param>
    /// <param name="mostDeep">Levels that are read.</param>
    public static FormatException OfJson(Stream stream, JsonException e, int mostDeep)
    {
        var line = (e.LineNumber ?? 0) + 1;
        var bytes = Encoding.UTF8.GetBytes(LineOf(stream, line));
        // Counted in bytes from the line's first, a mark of the byte order left out.
        var at = (int)Math.Clamp(e.BytePositionInLine ?? 0, 0, bytes.Length);
        var (before, rest) = (Encoding.UTF8.GetString(bytes[..at]), Encoding.UTF8.GetString(bytes[at..]));
        var what = Shown(rest) + (rest is ['[' or '{', ..] ? $", or lies more than {mostDeep} levels deep" : "");
        return new($"line {line}, position {before.Length + 1}: no JSON: {what}", e);
    }

    static string Shown(string rest)
    {
        rest = rest.TrimEnd();
        if (rest == "") return "it ends too soon";
        var shown = rest.Length > MostShown ? rest[..MostShown] + "…" : rest;
        return $"'{string.Concat(shown.Select(c => char.IsControl(c) ? '?' : c))}' does not belong here";
    }

    static string LineOf(Stream stream, long line)
    {
        stream.Position = 0;
        using var reader = new StreamReader(stream, leaveOpen: true);
        for (var i = 1; i < line && reader.ReadLine() is not null; i++)
        {
        }
        return reader.ReadLine() ?? "";
    }
}
