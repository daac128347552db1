using System.Text.Json;
using Rahdari.Devices;
using Rahdari.Telemetry.Judging;

namespace Rahdari.Telemetry.Scoring;

/// <summary>
/// One line of <c>tracks.jsonl</c>, for whoever reads such files. <c>unit</c>, <c>device</c> and <c>receivedTime</c>
/// must be there; whatever else is null or missing is not known, and a record without a role is of the container's
/// device. Keys that are not known are passed over.
/// </summary>
record struct TrackLine
{
    string? unit, device;
    DateTimeOffset? received;

    public readonly string Unit => unit!;

    public readonly string Device => device!;

    public readonly DateTimeOffset ReceivedAt => received!.Value;

    /// <summary>By the device's own clock, however wrong.</summary>
    public DateTimeOffset? Time { get; private set; }

    public double? Latitude { get; private set; }
    public double? Longitude { get; private set; }
    public double? SpeedKmh { get; private set; }
    public double? Course { get; private set; }
    public bool? Valid { get; private set; }
    public bool IsPrimeMover { get; private set; }

    /// <summary>live, stored or alarm, as far as it is told.</summary>
    public string? Record { get; private set; }

    public SealState Seal { get; private set; }
    public ulong Events { get; private set; }

    public readonly bool IsStored => Record == "stored";

    /// <param name="unknownEvents">Counts names in <c>events</c> that the vocabulary does not have.</param>
    /// <exception cref="FieldException">A field is missing, or does not hold what it must.</exception>
    public static TrackLine Read(ref Utf8JsonReader reader, Dictionary<string, long> unknownEvents)
    {
        var line = new TrackLine();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) line.Take(ref reader, unknownEvents);
        if (line.unit is null) throw new FieldException("unit", "is missing");
        if (line.device is null) throw new FieldException("device", "is missing");
        if (line.received is null) throw new FieldException("receivedTime", "is missing");
        if (line.Latitude is null != line.Longitude is null)
            throw new FieldException(line.Latitude is null ? "lat" : "lon", "must be there where the other of them is");
        return line;
    }

    void Take(ref Utf8JsonReader reader, Dictionary<string, long> unknownEvents)
    {
        if (reader.ValueTextEquals("unit"u8) && reader.Read())
            unit = JsonFields.Text(ref reader, "unit", required: true);
        else if (reader.ValueTextEquals("device"u8) && reader.Read())
            device = JsonFields.Text(ref reader, "device", required: true);
        else if (reader.ValueTextEquals("deviceTime"u8) && reader.Read())
            Time = JsonFields.Time(ref reader, "deviceTime");
        else if (reader.ValueTextEquals("receivedTime"u8) && reader.Read())
            received = JsonFields.TrueTime(ref reader, "receivedTime");
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
            Record = JsonFields.Text(ref reader, "record");
        else if (reader.ValueTextEquals("role"u8) && reader.Read())
            IsPrimeMover = JsonFields.Text(ref reader, "role") switch
            {
                "primeMover" or "prime-mover" => true,
                "container" or null => false,
                var role => throw new FieldException("role", $"'{role}' is neither container nor primeMover"),
            };
        else if (reader.ValueTextEquals("seal"u8) && reader.Read()) Seal = SealOf(ref reader);
        else if (reader.ValueTextEquals("events"u8) && reader.Read()) Events = EventsOf(ref reader, unknownEvents);
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

    static ulong EventsOf(ref Utf8JsonReader reader, Dictionary<string, long> unknownEvents)
    {
        if (reader.TokenType == JsonTokenType.Null) return 0;
        if (reader.TokenType != JsonTokenType.StartArray)
            throw new FieldException("events", "must be a list or null");
        var events = 0UL;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var slug = JsonFields.Text(ref reader, "events", required: true)!;
            if (DeviceEvents.TryParse(slug, out var known)) events |= JudgedRecord.MaskOf(known);
            else unknownEvents[slug] = unknownEvents.GetValueOrDefault(slug) + 1;
        }
        return events;
    }
}
