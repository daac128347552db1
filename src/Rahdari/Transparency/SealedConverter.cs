using System.Text.Json;
using System.Text.Json.Serialization;

namespace Rahdari.Transparency;

/// <summary>
/// Writes a <see cref="Sealed{T}"/> as an object with the one property <c>$sealed</c>, which the codec lifts out of the
/// public bytes. A missing one reads as erased. Only the codec's own options know this form.
/// </summary>
sealed class SealedConverterFactory : JsonConverterFactory
{
    public const string Marker = "$sealed";

    public override bool CanConvert(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Sealed<>);

    public override JsonConverter CreateConverter(Type type, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(
            typeof(SealedConverter<>).MakeGenericType(type.GetGenericArguments()))!;

    sealed class SealedConverter<T> : JsonConverter<Sealed<T>>
    {
        public override Sealed<T> Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options)
        {
            reader.Read();
            if (reader.TokenType != JsonTokenType.PropertyName || !reader.ValueTextEquals(Marker))
                throw new JsonException("a sealed value was expected");
            reader.Read();
            var value = JsonSerializer.Deserialize<T>(ref reader, options);
            reader.Read();
            return new Sealed<T>(value!);
        }

        public override void Write(Utf8JsonWriter writer, Sealed<T> value, JsonSerializerOptions options)
        {
            if (value.IsErased) throw new JsonException("an erased value cannot be recorded again");
            writer.WriteStartObject();
            writer.WritePropertyName(Marker);
            JsonSerializer.Serialize(writer, value.Or(default!), options);
            writer.WriteEndObject();
        }
    }
}
