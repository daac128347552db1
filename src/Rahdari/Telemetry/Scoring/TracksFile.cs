using System.Text.Json;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Telemetry.Judging;

namespace Rahdari.Telemetry.Scoring;

/// <summary>The records of one unit in the order of their receipt.</summary>
/// <param name="Devices">Each device's records carry its place here as their device.</param>
sealed record UnitTrack(string Unit, List<JudgedRecord> Records, Dictionary<string, string> Devices)
{
    /// <summary>Devices whose records say that they are the prime mover's.</summary>
    public HashSet<string> PrimeMovers { get; } = new(StringComparer.Ordinal);
}

/// <summary>Tracks of units, as <c>rahdari simulate</c> and others write them.</summary>
/// <param name="UnknownEvents">Names in <c>events</c> that the vocabulary does not have, with how often.</param>
sealed record Tracks(IReadOnlyList<UnitTrack> Units, long Lines, IReadOnlyDictionary<string, long> UnknownEvents);

/// <summary>
/// Reads <c>tracks.jsonl</c>: one record a line (<see cref="TrackLine"/>), in order of receipt.
/// </summary>
sealed class TracksFile(CorridorPack pack, string file, InputFaults faults)
{
    readonly Dictionary<string, UnitTrack> units = new(StringComparer.Ordinal);
    readonly Dictionary<string, long> unknownEvents = new(StringComparer.Ordinal);
    readonly Dictionary<(UnitTrack, string), long> newest = [];
    readonly HashSet<(UnitTrack, string)> timed = [];
    DateTimeOffset lastReceived = DateTimeOffset.MinValue;
    long lines;

    public async Task<Tracks> ReadAsync(CancellationToken cancel)
    {
        await JsonLines.ReadAsync(file, TakeLine, faults, cancel);
        return new([.. units.Values], lines, unknownEvents);
    }

    void TakeLine(ref Utf8JsonReader reader, long line)
    {
        var fields = TrackLine.Read(ref reader, unknownEvents);
        var received = fields.ReceivedAt;
        if (received < lastReceived)
            throw new FieldException("receivedTime", "is before that of the line above: lines stand in its order");
        lastReceived = received;
        lines++;
        Add(fields, received);
    }

    void Add(in TrackLine f, DateTimeOffset received)
    {
        if (!units.TryGetValue(f.Unit, out var track))
            units.Add(f.Unit, track = new(f.Unit, [], new(StringComparer.Ordinal)));
        if (!track.Devices.TryGetValue(f.Device, out var device))
            track.Devices.Add(f.Device, device = $"track:{track.Devices.Count + 1}");
        if (f.IsPrimeMover) track.PrimeMovers.Add(device);
        // Of a device that tells the time, a record without one was made nobody knows when.
        var suspect = f.Time is { } time ? IsSuspect(time, received)
            : timed.Contains((track, device));
        if (f.Time is not null) timed.Add((track, device));
        var at = (suspect || f.Time is null ? received : f.Time.Value).ToMicros();
        var late = f.IsStored || (newest.TryGetValue((track, device), out var before) && at < before);
        if (!suspect && !late) newest[(track, device)] = at;
        var record = new JudgedRecord
        {
            Device = device, AtMicros = at, ReceivedMicros = received.ToMicros(), Valid = f.Valid, Seal = f.Seal,
            Events = f.Events, Late = late, TimeSuspect = suspect,
        };
        if (f.Latitude is { } latitude && f.Longitude is { } longitude)
            record = record with
            {
                LatitudeE7 = (int)Math.Round(latitude * 1e7), LongitudeE7 = (int)Math.Round(longitude * 1e7),
            };
        if (f.SpeedKmh is { } speed) record = record with { SpeedMetresPerHour = (int)Math.Round(speed * 1000) };
        if (f.Course is { } course) record = record with { CourseDegrees = (int)Math.Round(course) };
        track.Records.Add(record);
    }

    bool IsSuspect(DateTimeOffset time, DateTimeOffset received) =>
        time.Year is < JsonFields.FirstYear or > JsonFields.LastYear
        || pack.Judging.At(received)?.Value is { } rules && (time > received.AddSeconds(rules.FutureToleranceSeconds)
            || time < received.AddDays(-rules.OldestRecordDays));
}
