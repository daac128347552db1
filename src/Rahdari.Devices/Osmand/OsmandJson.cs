using System.Text.Json;

namespace Rahdari.Devices.Osmand;

/// <summary>
/// Reads <c>{"device_id":..., "location":{"timestamp":..., "coords":{...}, "battery":{...}}}</c>; the location may be a
/// list of such. Members that are not known are skipped.
/// </summary>
static class OsmandJson
{
    /// <summary>Locations of one body: a batch of the intake stays small, and a body holds hardly more.</summary>
    public const int MaxLocations = 255;

    const int MetresPerHourOfAMetrePerSecond = 3600;

    /// <param name="messages">What was read, in the order of the text.</param>
    /// <returns>The name of the member that refuses the request; null where there is none.</returns>
    /// <exception cref="JsonException">The text is no JSON.</exception>
    public static string? Read(
        ReadOnlySpan<byte> body, TimeSpan zone, List<DeviceMessage> messages, Span<byte> id, ref int idLength,
        ref string? leftOut)
    {
        var reader = new Utf8JsonReader(body);
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return "location";
        string? refused = null;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isId = reader.ValueTextEquals("device_id"u8) || reader.ValueTextEquals("deviceId"u8)
                || reader.ValueTextEquals("id"u8);
            var isLocation = reader.ValueTextEquals("location"u8);
            reader.Read();
            if (isId) idLength = Text(ref reader, id) is var length and >= 0 ? length : id.Length;
            else if (isLocation && reader.TokenType == JsonTokenType.StartObject)
                refused ??= Location(ref reader, zone, messages, ref leftOut);
            else if (isLocation && reader.TokenType == JsonTokenType.StartArray)
            {
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                    refused ??= messages.Count < MaxLocations
                        ? Location(ref reader, zone, messages, ref leftOut)
                        : "location";
                // A list that holds anything but objects, or too many, ends here: the request is refused.
                if (reader.TokenType != JsonTokenType.EndArray) return refused ?? "location";
            }
            else reader.Skip();
            if (refused is not null) return refused;
        }
        return messages.Count == 0 ? "location" : null;
    }

    static string? Location(
        ref Utf8JsonReader reader, TimeSpan zone, List<DeviceMessage> messages, ref string? leftOut)
    {
        var fix = new OsmandFix(zone);
        Span<byte> text = stackalloc byte[64];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (coords, battery) = (reader.ValueTextEquals("coords"u8), reader.ValueTextEquals("battery"u8));
            var (time, odometer) = (reader.ValueTextEquals("timestamp"u8), reader.ValueTextEquals("odometer"u8));
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && coords) Coordinates(ref reader, ref fix);
            else if (reader.TokenType == JsonTokenType.StartObject && battery) Battery(ref reader, ref fix);
            else if (time) fix.Time(text[..Value(ref reader, text)]);
            else if (odometer) fix.Odometer(text[..Value(ref reader, text)]);
            else reader.Skip();
        }
        if (fix.Message() is { } message) messages.Add(message);
        leftOut ??= fix.LeftOut;
        return fix.Refused;
    }

    static void Coordinates(ref Utf8JsonReader reader, ref OsmandFix fix)
    {
        Span<byte> text = stackalloc byte[64];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (latitude, longitude) =
                (reader.ValueTextEquals("latitude"u8), reader.ValueTextEquals("longitude"u8));
            var (speed, heading, altitude) = (
                reader.ValueTextEquals("speed"u8), reader.ValueTextEquals("heading"u8),
                reader.ValueTextEquals("altitude"u8));
            reader.Read();
            var value = text[..Value(ref reader, text)];
            if (latitude) fix.Latitude(value, "latitude");
            else if (longitude) fix.Longitude(value, "longitude");
            else if (value.IsEmpty) continue;
            else if (speed) fix.Speed(value, MetresPerHourOfAMetrePerSecond);
            else if (heading) fix.Course(value, "heading");
            else if (altitude) fix.Altitude(value);
        }
    }

    static void Battery(ref Utf8JsonReader reader, ref OsmandFix fix)
    {
        Span<byte> text = stackalloc byte[64];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (level, charging) = (reader.ValueTextEquals("level"u8), reader.ValueTextEquals("is_charging"u8));
            reader.Read();
            if (charging && reader.TokenType is JsonTokenType.True or JsonTokenType.False)
                fix.Charging(reader.TokenType == JsonTokenType.True);
            var value = text[..Value(ref reader, text)];
            if (level && !value.IsEmpty) fix.Battery(value, 1, "level");
        }
    }

    /// <summary>Bytes of a number or text; 0 where the value is something else, which is then skipped.</summary>
    static int Value(ref Utf8JsonReader reader, scoped Span<byte> target)
    {
        var length = Text(ref reader, target);
        if (length < 0) reader.Skip();
        return Math.Max(0, length);
    }

    /// <summary>Bytes of a number or text; -1 where it is neither or too long.</summary>
    static int Text(ref Utf8JsonReader reader, scoped Span<byte> target)
    {
        if (reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= target.Length)
            return reader.CopyString(target);
        if (reader.TokenType != JsonTokenType.Number || !reader.ValueSpan.TryCopyTo(target)) return -1;
        return reader.ValueSpan.Length;
    }
}
