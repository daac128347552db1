using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Rahdari.Devices;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator.Recording;

/// <summary>Writes the lines of <c>tracks.jsonl</c> and <c>truth.jsonl</c>.</summary>
sealed class TrackWriter(Stream tracks, Stream truth, DateTimeOffset start) : IDisposable
{
    /// <summary>Written out when it holds this much; a few thousand lines.</summary>
    const int BufferBytes = 1 << 20;

    readonly ArrayBufferWriter<byte> buffer = new(BufferBytes + 4_096);
    readonly ArrayBufferWriter<byte> truthBuffer = new(4_096);
    readonly Utf8JsonWriter json = new(Stream.Null, new JsonWriterOptions { SkipValidation = true });
    readonly Dictionary<UnitTrip, (JsonEncodedText Unit, JsonEncodedText Container, JsonEncodedText PrimeMover)> names
        = new(ReferenceEqualityComparer.Instance);

    public long Records { get; private set; }
    public long TruthItems { get; private set; }

    public void Begin(UnitTrip trip)
    {
        names[trip] = (
            JsonEncodedText.Encode(trip.Unit), JsonEncodedText.Encode(trip.ContainerDevice),
            JsonEncodedText.Encode(trip.PrimeMoverDevice));
        foreach (var item in trip.Truth)
        {
            json.Reset(truthBuffer);
            json.WriteStartObject();
            json.WriteString("unit", names[trip].Unit);
            json.WriteString("kind", item.Kind);
            json.WriteString("from", TimeOf(item.From));
            json.WriteString("to", TimeOf(item.Until));
            End(truthBuffer);
            TruthItems++;
        }
        truth.Write(truthBuffer.WrittenSpan);
        truthBuffer.ResetWrittenCount();
    }

    /// <summary>No more of it will come.</summary>
    public void Forget(UnitTrip trip) => names.Remove(trip);

    public void Write(TrackRecord record)
    {
        var (unit, container, primeMover) = names[record.Trip];
        var isContainer = record.Role == DeviceRole.Container;
        json.Reset(buffer);
        json.WriteStartObject();
        json.WriteString("unit"u8, unit);
        json.WriteString("device"u8, isContainer ? container : primeMover);
        json.WriteString("role"u8, isContainer ? "container"u8 : "primeMover"u8);
        json.WriteString("deviceTime"u8, TimeOf(record.DeviceTime));
        json.WriteString("receivedTime"u8, TimeOf(record.Received));
        Degrees("lat"u8, record.Place?.Latitude);
        Degrees("lon"u8, record.Place?.Longitude);
        json.WriteBoolean("valid"u8, record.Valid);
        Whole("speedKmh"u8, record.SpeedKmh);
        Whole("course"u8, record.Course);
        json.WriteStartObject("seal"u8);
        Flag("locked"u8, record.Seal.Locked);
        Flag("ropePresent"u8, record.Seal.RopePresent);
        Flag("coverClosed"u8, record.Seal.CoverClosed);
        Flag("shackleClosed"u8, record.Seal.ShackleClosed);
        Flag("doorClosed"u8, record.Seal.DoorClosed);
        json.WriteEndObject();
        json.WriteStartArray("events"u8);
        if (record.Event is { } what) json.WriteStringValue(what.Slug());
        json.WriteEndArray();
        json.WriteString("record"u8, record.Class switch
        {
            RecordClass.Stored => "stored"u8,
            RecordClass.Alarm => "alarm"u8,
            _ => "live"u8,
        });
        End(buffer);
        Records++;
        if (buffer.WrittenCount >= BufferBytes) Flush();
    }

    public void Flush()
    {
        tracks.Write(buffer.WrittenSpan);
        buffer.ResetWrittenCount();
    }

    public void Dispose() => json.Dispose();

    void End(ArrayBufferWriter<byte> to)
    {
        json.WriteEndObject();
        json.Flush();
        to.Write("\n"u8);
    }

    /// <summary>To 1e-7 degrees, about a centimetre: the finest a device sends.</summary>
    void Degrees(ReadOnlySpan<byte> name, double? degrees)
    {
        if (degrees is { } value) json.WriteNumber(name, (decimal)Math.Round(value * 1e7) / 10_000_000m);
        else json.WriteNull(name);
    }

    void Whole(ReadOnlySpan<byte> name, int? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    void Flag(ReadOnlySpan<byte> name, bool? value)
    {
        if (value is { } flag) json.WriteBoolean(name, flag);
        else json.WriteNull(name);
    }

    /// <summary>To the millisecond; whole seconds without a fraction.</summary>
    string TimeOf(double seconds)
    {
        var time = start.AddTicks((long)Math.Round(seconds * 1_000) * TimeSpan.TicksPerMillisecond);
        return time.UtcDateTime.ToString(
            time.Ticks % TimeSpan.TicksPerSecond == 0 ? "yyyy-MM-dd'T'HH:mm:ss'Z'" : "yyyy-MM-dd'T'HH:mm:ss.fff'Z'",
            CultureInfo.InvariantCulture);
    }
}
