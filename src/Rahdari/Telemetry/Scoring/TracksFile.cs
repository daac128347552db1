using System.Text.Json;
using Rahdari.Corridors;
using Rahdari.Devices;
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
/// Reads <c>tracks.jsonl</c>: one record a line, in order of receipt. <c>unit</c>, <c>device</c> and
/// <c>receivedTime</c> must be there; whatever else is null or missing is not known. Keys that are not known are passed
/// over.
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
        var fields = new Fields();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) fields.Take(ref reader, this);
        if (fields.Unit is null) throw new FieldException("unit", "is missing");
        if (fields.Device is null) throw new FieldException("device", "is missing");
        if (fields.Received is not { } received) throw new FieldException("receivedTime", "is missing");
        if (fields.Latitude is null != fields.Longitude is null)
            throw new FieldException("lat", "must be there or be null together with lon");
        if (received < lastReceived)
            throw new FieldException("receivedTime", "is before that of the line above: lines stand in its order");
        lastReceived = received;
        lines++;
        Add(fields, received);
    }

    void Add(in Fields f, DateTimeOffset received)
    {
        if (!units.TryGetValue(f.Unit!, out var track))
            units.Add(f.Unit!, track = new(f.Unit!, [], new(StringComparer.Ordinal)));
        if (!track.Devices.TryGetValue(f.Device!, out var device))
            track.Devices.Add(f.Device!, device = $"track:{track.Devices.Count + 1}");
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

    bool IsSuspect(DateTimeOffset time, DateTimeOffset received) => pack.Judging.At(received)?.Value is { } rules
        && (time > received.AddSeconds(rules.FutureToleranceSeconds)
            || time < received.AddDays(-rules.OldestRecordDays));

    /// <summary>What stands in one line.</summary>
    record struct Fields
    {
        public string? Unit, Device;
        public DateTimeOffset? Time, Received;
        public double? Latitude, Longitude, SpeedKmh, Course;
        public bool? Valid;
        public bool IsStored, IsPrimeMover;
        public SealState Seal;
        public ulong Events;

        public void Take(ref Utf8JsonReader reader, TracksFile file)
        {
            if (reader.ValueTextEquals("unit"u8) && reader.Read())
                Unit = JsonFields.Text(ref reader, "unit", required: true);
            else if (reader.ValueTextEquals("device"u8) && reader.Read())
                Device = JsonFields.Text(ref reader, "device", required: true);
            else if (reader.ValueTextEquals("deviceTime"u8) && reader.Read())
                Time = JsonFields.Time(ref reader, "deviceTime");
            else if (reader.ValueTextEquals("receivedTime"u8) && reader.Read())
                Received = JsonFields.Time(ref reader, "receivedTime");
            else if (reader.ValueTextEquals("lat"u8) && reader.Read())
                Latitude = JsonFields.Number(ref reader, "lat", -90, 90);
            else if (reader.ValueTextEquals("lon"u8) && reader.Read())
                Longitude = JsonFields.Number(ref reader, "lon", -180, 180);
            else if (reader.ValueTextEquals("valid"u8) && reader.Read())
                Valid = JsonFields.Flag(ref reader, "valid");
            else if (reader.ValueTextEquals("speedKmh"u8) && reader.Read())
                SpeedKmh = JsonFields.Number(ref reader, "speedKmh", 0, 2_000);
            else if (reader.ValueTextEquals("course"u8) && reader.Read())
                Course = JsonFields.Number(ref reader, "course", -360, 720);
            else if (reader.ValueTextEquals("record"u8) && reader.Read())
                IsStored = JsonFields.Text(ref reader, "record") == "stored";
            else if (reader.ValueTextEquals("role"u8) && reader.Read())
                IsPrimeMover = JsonFields.Text(ref reader, "role") is "primeMover" or "prime-mover";
            else if (reader.ValueTextEquals("seal"u8) && reader.Read()) Seal = SealOf(ref reader);
            else if (reader.ValueTextEquals("events"u8) && reader.Read()) Events = EventsOf(ref reader, file);
            else
            {
                reader.Read();
                reader.Skip();
            }
        }

        static SealState SealOf(ref Utf8JsonReader reader)
        {
            var seal = default(SealState);
            if (reader.TokenType == JsonTokenType.Null) return seal;
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new FieldException("seal", "must be an object or null");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var key = reader.GetString()!;
                reader.Read();
                if (key is not ("locked" or "ropePresent" or "coverClosed" or "shackleClosed" or "doorClosed"))
                {
                    reader.Skip();
                    continue;
                }
                var flag = JsonFields.Flag(ref reader, $"seal.{key}");
                seal = key switch
                {
                    "locked" => seal with { Locked = flag },
                    "ropePresent" => seal with { RopePresent = flag },
                    "coverClosed" => seal with { CoverClosed = flag },
                    "shackleClosed" => seal with { ShackleClosed = flag },
                    _ => seal with { DoorClosed = flag },
                };
            }
            return seal;
        }

        static ulong EventsOf(ref Utf8JsonReader reader, TracksFile file)
        {
            if (reader.TokenType == JsonTokenType.Null) return 0;
            if (reader.TokenType != JsonTokenType.StartArray)
                throw new FieldException("events", "must be a list or null");
            var events = 0UL;
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                var slug = JsonFields.Text(ref reader, "events", required: true)!;
                if (DeviceEvents.TryParse(slug, out var known)) events |= JudgedRecord.MaskOf(known);
                else file.unknownEvents[slug] = file.unknownEvents.GetValueOrDefault(slug) + 1;
            }
            return events;
        }
    }
}
