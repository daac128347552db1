using System.Security.Cryptography;
using System.Text.Json;
using Rahdari.Movements;
using Rahdari.Telemetry.Scoring;

namespace Rahdari.Corridors.Learning;

/// <summary>
/// Reads <c>tracks.jsonl</c> files into units, line by line as <c>rahdari judge</c> does. What a record says twice
/// counts once; its order in the file does not matter.
/// </summary>
sealed class TrackFile
{
    /// <summary>
    /// No clock that tells anything is farther ahead; no record is kept longer, a closure of 27 days with it.
    /// </summary>
    static readonly TimeSpan MostAhead = TimeSpan.FromHours(1), MostBehind = TimeSpan.FromDays(90);

    /// <summary>24 bytes each: some 2 GB. A year of a thousand trips is less.</summary>
    const long MostFixes = 60_000_000;

    readonly Dictionary<(string Unit, DeviceRole Role, string Device), Dictionary<long, RecordedFix>> tracks = [];
    readonly Dictionary<string, long> unknownEvents = new(StringComparer.Ordinal);
    readonly List<string> sources = [];
    long fixes;

    /// <summary>Each file's name with the digest of its bytes.</summary>
    public IReadOnlyList<string> Sources => sources;

    /// <summary>When the last record was received, in whole seconds.</summary>
    public DateTimeOffset LastReceived { get; private set; } = DateTimeOffset.UnixEpoch;

    /// <exception cref="IOException">The file cannot be read.</exception>
    public async Task ReadAsync(string path, InputFaults faults, CancellationToken cancel)
    {
        using var hash = SHA256.Create();
        var before = faults.Count;
        await using (var file = JsonLines.Open(path))
        await using (var hashed = new CryptoStream(file, hash, CryptoStreamMode.Read))
            await JsonLines.ReadAsync(hashed, path, TakeLine, faults, cancel);
        // A file read to its end has its digest; one that was not has a fault, and asking for its digest throws.
        if (faults.Count == before)
            sources.Add($"{Path.GetFileName(path)} sha256:{Convert.ToHexStringLower(hash.Hash!)}");
    }

    /// <summary>Every unit read, in order of its name.</summary>
    public IReadOnlyList<RecordedUnit> Units() =>
    [
        .. tracks.GroupBy(t => t.Key.Unit).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => new RecordedUnit(
            g.Key,
            [
                .. g.OrderBy(t => t.Key.Role).ThenBy(t => t.Key.Device, StringComparer.Ordinal).Select(
                    t => new RecordedTrack(t.Key.Role, [.. t.Value.Values.OrderBy(f => f.Seconds)])),
            ])),
    ];

    void TakeLine(ref Utf8JsonReader reader, long number)
    {
        var line = TrackLine.Read(ref reader, unknownEvents);
        var received = line.ReceivedAt;
        if (received > LastReceived) LastReceived = DateTimeOffset.FromUnixTimeSeconds(received.ToUnixTimeSeconds());
        if (MadeAt(line) is not { } made) return;
        var key = (line.Unit, line.IsPrimeMover ? DeviceRole.PrimeMover : DeviceRole.Container, line.Device);
        if (!tracks.TryGetValue(key, out var track)) tracks[key] = track = [];
        var hasPlace = line is { Latitude: not null, Valid: true };
        var fix = new RecordedFix(
            made.ToUnixTimeSeconds(),
            new((int)Math.Round((line.Latitude ?? 0) * 1e7), (int)Math.Round((line.Longitude ?? 0) * 1e7)), hasPlace,
            line.SpeedKmh is not <= 4, line.Record == "live");
        if (track.ContainsKey(fix.Seconds)) return;
        if (fixes == MostFixes) throw new FieldException(null, $"there are more than {MostFixes} records in all");
        track.Add(fix.Seconds, fix);
        fixes++;
    }

    /// <summary>
    /// By the device's clock; a record without its time is of its receipt, unless it was kept for later. Null where
    /// nobody knows: a clock that is wrong by weeks shows no order of places.
    /// </summary>
    static DateTimeOffset? MadeAt(in TrackLine line) => line.Time is not { } time
        ? line.IsStored ? null : line.ReceivedAt
        : time > line.ReceivedAt + MostAhead || time < line.ReceivedAt - MostBehind ? null : time;
}
