using System.Text;
using System.Text.Json;
using Rahdari.Devices;

namespace Rahdari.Telemetry.Decoding;

/// <summary>One line of input: a frame, or why it is none.</summary>
readonly record struct FrameLine(byte[]? Bytes, DecodeError? Error)
{
    public static FrameLine Bad(string code, int offset, string detail) => new(null, new(code, offset, detail));
}

/// <summary>Reads frames from text: hex, or a JSON object with <c>hex</c>, one a line.</summary>
sealed class FrameLines(TextReader reader)
{
    /// <summary>The line is neither hex nor JSON with hex.</summary>
    public const string NotHex = "input-not-hex";

    /// <summary>The line is longer than <see cref="MaxLine"/>.</summary>
    public const string TooLong = "input-too-long";

    /// <summary>Characters of a line: the longest line of the public vectors has some 20,000.</summary>
    public const int MaxLine = 1 << 20;

    readonly char[] buffer = new char[1 << 14];
    readonly StringBuilder line = new();
    int next, filled;

    /// <summary>The next line; null at the end of the input.</summary>
    public async ValueTask<FrameLine?> ReadAsync(CancellationToken cancel)
    {
        line.Clear();
        var (any, tooLong) = (false, false);
        while (true)
        {
            if (next == filled)
            {
                (next, filled) = (0, await reader.ReadAsync(buffer, cancel));
                if (filled == 0) return any ? Finish(tooLong) : null;
            }
            any = true;
            var end = buffer.AsSpan(next, filled - next).IndexOf('\n');
            var count = end < 0 ? filled - next : end;
            if (line.Length + count > MaxLine) tooLong = true;
            else line.Append(buffer, next, count);
            next += count;
            if (end < 0) continue;
            next++;
            return Finish(tooLong);
        }
    }

    FrameLine Finish(bool tooLong) => tooLong
        ? FrameLine.Bad(TooLong, MaxLine, $"a line has at most {MaxLine} characters")
        : Parse(line.ToString().Trim());

    static FrameLine Parse(string text)
    {
        if (!text.StartsWith('{')) return Hex(text);
        try
        {
            using var json = JsonDocument.Parse(text);
            return json.RootElement.TryGetProperty("hex", out var hex) && hex.ValueKind == JsonValueKind.String
                ? Hex(hex.GetString()!)
                : FrameLine.Bad(NotHex, 0, "the object has no text \"hex\"");
        }
        catch (JsonException e)
        {
            return FrameLine.Bad(NotHex, (int)(e.BytePositionInLine ?? 0), "the line starts as JSON and is none");
        }
    }

    static FrameLine Hex(string text)
    {
        // As hex dumps are written: a space between bytes, 0x before them all.
        if (text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)) text = text[2..];
        if (text.Contains(' ')) text = string.Concat(text.Split(' '));
        var bad = text.AsSpan().IndexOfAnyExcept("0123456789abcdefABCDEF");
        if (bad >= 0) return FrameLine.Bad(NotHex, bad, "a character is no hex digit");
        if (text.Length == 0) return FrameLine.Bad(NotHex, 0, "the line is empty");
        if (text.Length % 2 != 0) return FrameLine.Bad(NotHex, text.Length, "half a byte at the end");
        return new(Convert.FromHexString(text), null);
    }
}
