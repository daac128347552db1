using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Rahdari.Telemetry.Scoring;

/// <summary>Reads a file of one JSON object a line. Empty lines are passed over.</summary>
static class JsonLines
{
    /// <summary>Longer than any record; a line beyond it is no line of this form.</summary>
    const int MostBytes = 1 << 20;

    static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Takes one object, whose first token was read.</summary>
    public delegate void Take(ref Utf8JsonReader reader, long line);

    /// <exception cref="IOException">The file cannot be read.</exception>
    public static async Task ReadAsync(string file, Take take, InputFaults faults, CancellationToken cancel)
    {
        await using var stream = Open(file);
        await ReadAsync(stream, file, take, faults, cancel);
    }

    /// <exception cref="IOException">The file cannot be read.</exception>
    public static FileStream Open(string file) => new(
        file, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.Asynchronous | FileOptions.SequentialScan);

    /// <param name="file">What faults name the stream by.</param>
    public static async Task ReadAsync(
        Stream stream, string file, Take take, InputFaults faults, CancellationToken cancel)
    {
        var pipe = PipeReader.Create(stream, new(bufferSize: 1 << 17));
        for (var line = 0L; ;)
        {
            var read = await pipe.ReadAsync(cancel);
            var left = Lines(read.Buffer, file, take, faults, read.IsCompleted, ref line);
            pipe.AdvanceTo(left.Start, left.End);
            if (read.IsCompleted) break;
            if (left.Length <= MostBytes) continue;
            faults.Add(new(file, line + 1, null, $"is longer than {MostBytes} bytes"));
            break;
        }
        await pipe.CompleteAsync();
    }

    static ReadOnlySequence<byte> Lines(
        ReadOnlySequence<byte> buffer, string file, Take take, InputFaults faults, bool isLast, ref long line)
    {
        while (true)
        {
            var end = buffer.PositionOf((byte)'\n');
            if (end is null && (!isLast || buffer.IsEmpty)) return buffer;
            var text = end is { } at ? buffer.Slice(0, at) : buffer;
            One(text, file, take, faults, ++line);
            buffer = end is { } after ? buffer.Slice(buffer.GetPosition(1, after)) : buffer.Slice(buffer.End);
        }
    }

    static void One(ReadOnlySequence<byte> text, string file, Take take, InputFaults faults, long line)
    {
        var bytes = text.IsSingleSegment ? text.FirstSpan : text.ToArray();
        if (line == 1 && bytes.StartsWith(ByteOrderMark)) bytes = bytes[ByteOrderMark.Length..];
        if (bytes.Trim(" \t\r"u8).IsEmpty) return;
        try
        {
            var reader = new Utf8JsonReader(bytes);
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject) throw new FieldException(null, "is no JSON object");
            take(ref reader, line);
            if (reader.Read()) throw new FieldException(null, "holds more than one JSON object");
        }
        catch (FieldException e)
        {
            faults.Add(new(file, line, e.Field, e.Message));
        }
        catch (JsonException e)
        {
            faults.Add(new(file, line, null, $"is no JSON object (byte {e.BytePositionInLine})"));
        }
    }
}

/// <summary>A field does not hold what it must; caught where lines are read.</summary>
sealed class FieldException(string? name, string message) : Exception(message)
{
    public string? Field => name;
}

/// <summary>Reads values of fields, naming the field where they are not what they must be.</summary>
static class JsonFields
{
    public static string? Text(ref Utf8JsonReader reader, string field, bool required = false)
    {
        if (reader.TokenType == JsonTokenType.Null && !required) return null;
        if (reader.TokenType != JsonTokenType.String) throw new FieldException(field, "must be a text");
        return reader.GetString() is { Length: > 0 and <= 256 } text
            ? text
            : throw new FieldException(field, "must be a text of 1 to 256 characters");
    }

    public static DateTimeOffset? Time(ref Utf8JsonReader reader, string field)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.String)
            throw new FieldException(field, $"must be a time of RFC 3339, {Rfc3339.Example}");
        if (reader.ValueSpan.Length > LongestTime)
            throw new FieldException(field, $"is no time of RFC 3339, {Rfc3339.Example}");
        Span<byte> text = stackalloc byte[LongestTime];
        if (Rfc3339.Read(text[..reader.CopyString(text)], out var time) is { } fault)
            throw new FieldException(field, fault);
        return time;
    }

    /// <summary>A time of events or of a server's clock, which is never reset.</summary>
    public static DateTimeOffset? TrueTime(ref Utf8JsonReader reader, string field) => Time(ref reader, field) switch
    {
        { Year: < FirstYear or > LastYear } => throw new FieldException(
            field, $"is not between the years {FirstYear} and {LastYear}"),
        var time => time,
    };

    /// <summary>Before satellites told the time, and after every device here: a clock that was reset or never set.
    /// </summary>
    public const int FirstYear = 1980, LastYear = 2200;

    /// <summary>With a fraction of 30 digits, or each character escaped.</summary>
    const int LongestTime = 192;

    public static double? Number(ref Utf8JsonReader reader, string field, double least, double most)
    {
        if (reader.TokenType == JsonTokenType.Null) return null;
        if (reader.TokenType != JsonTokenType.Number || !reader.TryGetDouble(out var number)
            || !(number >= least && number <= most))
            throw new FieldException(field, $"must be a number from {least} to {most}, or null");
        return number;
    }

    public static bool? Flag(ref Utf8JsonReader reader, string field) => reader.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw new FieldException(field, "must be true, false or null"),
    };
}
