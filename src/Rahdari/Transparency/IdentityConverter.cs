using System.Text.Json;
using System.Text.Json.Serialization;
using Rahdari.Hosting;
using Rahdari.Movements;

namespace Rahdari.Transparency;

/// <summary>
/// Writes every identifier of the product (a value type that is <see cref="IParsable{TSelf}"/>) as its string, in
/// signed events and on the API alike.
/// </summary>
sealed class IdentityConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type type) =>
        type is { IsValueType: true, IsEnum: false, IsPrimitive: false, Namespace: not null }
        && type.Namespace.StartsWith("Rahdari.", StringComparison.Ordinal)
        && type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IParsable<>));

    public override JsonConverter CreateConverter(Type type, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(typeof(IdentityConverter<>).MakeGenericType(type))!;

    sealed class IdentityConverter<T> : JsonConverter<T> where T : struct, IParsable<T>
    {
        public override T Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
            return T.TryParse(text, null, out var id)
                ? id
                : throw new JsonException($"'{text}' is not a valid {typeof(T).Name}");
        }

        public override void Write(Utf8JsonWriter writer, T value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value.ToString());
    }
}

/// <summary>Corridor times in the one spelling of signed bytes.</summary>
sealed class CorridorTimeConverter : JsonConverter<DateTimeOffset>
{
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        CorridorTime.TryParseExact(reader.GetString() ?? "", out var time)
            ? time
            : throw new JsonException("not a time in UTC with six decimals");

    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.ToRfc3339());
}

/// <summary>A mass as a plain number of grams.</summary>
sealed class GramsConverter : JsonConverter<Grams>
{
    public override Grams Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) =>
        new(reader.GetInt64());

    public override void Write(Utf8JsonWriter writer, Grams value, JsonSerializerOptions options) =>
        writer.WriteNumberValue(value.Value);
}
