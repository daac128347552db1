using System.Buffers;
using System.Text.Json;
using Rahdari.Devices;
using Rahdari.Hosting;

namespace Rahdari.Telemetry.Decoding;

/// <summary>
/// The public form of one decoded frame, a JSON object and a line feed. A key of <c>seal</c> that is missing is
/// unknown, and <c>simCard</c> is missing where the record tells none; every other value a frame does not carry is
/// null.
/// </summary>
static class DecodedLine
{
    public static ReadOnlyMemory<byte> Write(long number, string protocol, DecodedFrame frame)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("line", number);
            json.WriteString("protocol", protocol);
            json.WriteString("checksum", Slug(frame.Checksum));
            json.WriteString("deviceId", frame.DeviceId);
            json.WriteStartArray("messages");
            foreach (var message in frame.Messages) Message(json, message);
            json.WriteEndArray();
            json.WriteString("reply", frame.Reply is { } reply ? Convert.ToHexStringLower(reply) : null);
            json.WritePropertyName("error");
            Error(json, frame.Error);
            json.WriteEndObject();
        }
        buffer.Write("\n"u8);
        return buffer.WrittenMemory;
    }

    /// <summary>The name of an enum member as every public text spells it.</summary>
    public static string Slug<T>(T value) where T : struct, Enum =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());

    static void Message(Utf8JsonWriter json, DeviceMessage message)
    {
        json.WriteStartObject();
        json.WriteString("kind", Slug(message.Kind));
        json.WriteString("record", Slug(message.Record));
        json.WriteString("time", message.Time?.ToRfc3339());
        Flag(json, "valid", message.Valid);
        Number(json, "lat", message.Position?.LatitudeE7 / 10_000_000m);
        Number(json, "lon", message.Position?.LongitudeE7 / 10_000_000m);
        Number(json, "altitudeM", message.AltitudeMetres);
        Number(json, "speedKmh", message.Speed?.MetresPerHour / 1000m);
        Number(json, "course", message.CourseDegrees);
        Number(json, "satellites", message.Satellites);
        Number(json, "batteryPct", message.BatteryPercent);
        json.WriteStartObject("seal");
        Seal(json, "locked", message.Seal.Locked);
        Seal(json, "ropePresent", message.Seal.RopePresent);
        Seal(json, "coverClosed", message.Seal.CoverClosed);
        Seal(json, "shackleClosed", message.Seal.ShackleClosed);
        Seal(json, "doorClosed", message.Seal.DoorClosed);
        json.WriteEndObject();
        if (message.SimCard is { } card) json.WriteString("simCard", card.Value);
        json.WriteStartArray("events");
        foreach (var deviceEvent in message.Events) json.WriteStringValue(deviceEvent.Slug());
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Error(Utf8JsonWriter json, DecodeError? error)
    {
        if (error is null)
        {
            json.WriteNullValue();
            return;
        }
        json.WriteStartObject();
        json.WriteString("code", error.Code);
        json.WriteNumber("offset", error.Offset);
        json.WriteString("detail", error.Detail);
        json.WriteEndObject();
    }

    static void Number(Utf8JsonWriter json, string name, decimal? value)
    {
        if (value is { } number) json.WriteNumber(name, number);
        else json.WriteNull(name);
    }

    static void Flag(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } flag) json.WriteBoolean(name, flag);
        else json.WriteNull(name);
    }

    static void Seal(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } flag) json.WriteBoolean(name, flag);
    }
}
