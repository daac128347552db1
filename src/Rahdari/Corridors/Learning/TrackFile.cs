using System.Security.Cryptography;
using System.Text.Json;
using Rahdari.Movements;

namespace Rahdari.Corridors.Learning;

/// <summary>
/// Reads <c>tracks.jsonl</c> files into units. What a record says twice counts once; its order in the file does not
/// matter.
/// </summary>
sealed class TrackFile
{
    /// <summary>A line of the contract has some 400 bytes.</summary>
    const int LongestLine = 64 * 1024;

    /// <summary>24 bytes each: some 2 GB. A year of a thousand trips is less.</summary>
    const long MostFixes = 60_000_000;

    readonly Dictionary<(string Unit, DeviceRole Role), Dictionary<long, RecordedFix>> tracks = [];
    readonly List<string> sources = [];
    long fixes;

    /// <summary>Each file's name with the digest of its bytes.</summary>
    public IReadOnlyList<string> Sources => sources;

    /// <summary>When the last record was received, in whole seconds.</summary>
    public DateTimeOffset LastReceived { get; private set; } = DateTimeOffset.UnixEpoch;

    /// <exception cref="FormatException">A line is no record; the message names file, line and field.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public void Read(string path, CancellationToken cancel)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = File.OpenRead(path);
        var (buffer, filled, number) = (new byte[1 << 20], 0, 0L);
        for (var ended = false; !ended;)
        {
            cancel.ThrowIfCancellationRequested();
            var read = stream.Read(buffer, filled, buffer.Length - filled);
            hash.AppendData(buffer, filled, read);
            ended = read == 0;
            filled += read;
            var start = 0;
            while (start < filled)
            {
                var length = buffer.AsSpan(start, filled - start).IndexOf((byte)'\n');
                if (length < 0 && !ended) break;
                if (length < 0) length = filled - start;
                number++;
                if (length > 0) Take(buffer.AsMemory(start, length), path, number);
                start = Math.Min(filled, start + length + 1);
            }
            if (filled - start > LongestLine)
                throw new FormatException($"{path}:{number + 1}: longer than {LongestLine} bytes");
            buffer.AsSpan(start, filled - start).CopyTo(buffer);
            filled -= start;
        }
        sources.Add($"{Path.GetFileName(path)} sha256:{Convert.ToHexStringLower(hash.GetHashAndReset())}");
    }

    /// <summary>Every unit read, in order of its name.</summary>
    public IReadOnlyList<RecordedUnit> Units() =>
    [
        .. tracks.GroupBy(t => t.Key.Unit).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new RecordedUnit(
            g.Key,
            [.. g.OrderBy(t => t.Key.Role).Select(t => new RecordedTrack(
                t.Key.Role, [.. t.Value.Values.OrderBy(f => f.Seconds)]))])),
    ];

    void Take(ReadOnlyMemory<byte> line, string path, long number)
    {
        FormatException Wrong(string field, string wanted) => new($"{path}:{number}: '{field}' must be {wanted}");
        using var document = Parse(line, path, number);
        var record = document.RootElement;
        if (record.ValueKind != JsonValueKind.Object) throw new FormatException($"{path}:{number}: no JSON object");
        var unit = Text(record, "unit") ?? throw Wrong("unit", "a text");
        var role = Text(record, "role") switch
        {
            "container" => DeviceRole.Container,
            "primeMover" => DeviceRole.PrimeMover,
            _ => throw Wrong("role", "container or primeMover"),
        };
        if (!Time(record, "deviceTime", out var made)) throw Wrong("deviceTime", "an RFC 3339 time");
        if (!Time(record, "receivedTime", out var received)) throw Wrong("receivedTime", "an RFC 3339 time");
        if (received > LastReceived) LastReceived = DateTimeOffset.FromUnixTimeSeconds(received.ToUnixTimeSeconds());
        if (!tracks.TryGetValue((unit, role), out var track)) tracks[(unit, role)] = track = [];
        var hasPlace = Number(record, "lat", out var latitude) & Number(record, "lon", out var longitude);
        if (hasPlace && Math.Abs(latitude) > 90) throw Wrong("lat", "degrees from -90 to 90, or null");
        if (hasPlace && Math.Abs(longitude) > 180) throw Wrong("lon", "degrees from -180 to 180, or null");
        hasPlace &= record.TryGetProperty("valid", out var valid) && valid.ValueKind == JsonValueKind.True;
        var fix = new RecordedFix(
            made.ToUnixTimeSeconds(), new((int)Math.Round(latitude * 1e7), (int)Math.Round(longitude * 1e7)), hasPlace,
            !Number(record, "speedKmh", out var speed) || speed > 4, Text(record, "record") == "live");
        if (!track.TryAdd(fix.Seconds, fix)) return;
        if (++fixes > MostFixes) throw new FormatException($"{path}:{number}: more than {MostFixes} records in all");
    }

    static JsonDocument Parse(ReadOnlyMemory<byte> line, string path, long number)
    {
        try
        {
            return JsonDocument.Parse(line);
        }
        catch (JsonException e)
        {
            throw new FormatException($"{path}:{number}: no JSON: {e.Message}", e);
        }
    }

    static string? Text(JsonElement of, string name) =>
        of.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String ? found.GetString() : null;

    static bool Time(JsonElement of, string name, out DateTimeOffset time)
    {
        time = default;
        return of.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.String
            && found.TryGetDateTimeOffset(out time);
    }

    static bool Number(JsonElement of, string name, out double number)
    {
        number = 0;
        return of.TryGetProperty(name, out var found) && found.ValueKind == JsonValueKind.Number
            && found.TryGetDouble(out number);
    }
}
