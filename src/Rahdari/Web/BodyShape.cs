using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Rahdari.Movements;

namespace Rahdari.Web;

/// <summary>
/// What a body may hold, told by the code that reads it: <see cref="JsonInput"/> runs over nothing and each field it
/// asks for is noted here, so that the description cannot differ from the reader.
/// </summary>
sealed class BodyShape
{
    readonly OpenApiSchema schema = new()
    {
        Type = JsonSchemaType.Object,
        AdditionalPropertiesAllowed = false,
        Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal),
        Required = new HashSet<string>(StringComparer.Ordinal),
    };

    public OpenApiSchema Schema => schema;

    /// <summary>A body that is read without a fault; the rules may refuse what it asks for.</summary>
    public JsonObject Example { get; } = [];

    /// <summary>The fields that <paramref name="read"/> asks for.</summary>
    public static BodyShape Of(Action<JsonInput> read)
    {
        var shape = new BodyShape();
        read(JsonInput.Describing(shape));
        return shape;
    }

    public void Require(string name) => schema.Required!.Add(name);

    public void Text(string name, int min, int max, string? sample) => Tell(
        name,
        new()
        {
            Type = JsonSchemaType.String, MinLength = min, MaxLength = max,
            Description = Say($"Text of {min} to {max} characters, without control characters."),
        },
        sample ?? new string('A', Math.Clamp(4, min, max)));

    public void Identity(string name, Type type) => Tell(
        name,
        new()
        {
            Type = JsonSchemaType.String, Pattern = IdentityForms.Of(type).Pattern,
            Description = IdentityForms.Of(type).Description,
        },
        IdentityForms.Of(type).Example);

    public void Choice(string name, IReadOnlyList<string> choices) => Tell(
        name,
        new()
        {
            Type = JsonSchemaType.String, Enum = [.. choices.Select(c => (JsonNode)c)],
            Description = "One of the values listed.",
        },
        choices[0]);

    public void Whole(string name) => Tell(
        name,
        new()
        {
            Type = JsonSchemaType.Integer, Format = "int64", Minimum = "0",
            Maximum = Movement.MaxExact.ToString(CultureInfo.InvariantCulture),
            Description = Say($"A whole number from 0 to {Movement.MaxExact}."),
        },
        1);

    public void Time(string name) => Tell(
        name,
        new() { Type = JsonSchemaType.String, Format = "date-time", Description = "A time (RFC 3339), with its zone." },
        "2027-01-01T00:00:00Z");

    public void Object(string name, Action<BodyShape> tell)
    {
        var inner = new BodyShape();
        tell(inner);
        inner.schema.Description = $"Fields: {string.Join(", ", inner.schema.Properties!.Keys)}.";
        Tell(name, inner.schema, inner.Example);
    }

    public void List(string name, int max, Action<BodyShape> tell)
    {
        var item = new BodyShape();
        tell(item);
        Tell(
            name,
            new()
            {
                Type = JsonSchemaType.Array, MaxItems = max, Items = item.schema,
                Description = Say($"A list of at most {max}."),
            },
            new JsonArray(item.Example));
    }

    void Tell(string name, OpenApiSchema field, JsonNode example)
    {
        schema.Properties![name] = field;
        Example[name] = example;
    }

    static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
