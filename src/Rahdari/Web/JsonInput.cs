using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Rahdari.Guarantees;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Transparency;

namespace Rahdari.Web;

/// <summary>
/// Reads a JSON object into a command and names every field that is wrong, all at once. A wrong value reads as its
/// type's default; nobody uses the command while there are <see cref="Errors"/>. Pages put their fields into the same
/// object, so that form and API have one binding.
/// </summary>
sealed class JsonInput
{
    /// <summary>A declaration of 999 goods items and 100 units fills about 400 kB.</summary>
    public const int MaxBytes = 1 << 20;

    /// <summary>The deepest body has an amount in an item in a list.</summary>
    const int MaxDepth = 8;

    /// <summary>More wrong fields than this help nobody.</summary>
    const int MaxErrors = 50;

    /// <summary>How much of a wrong value is said again.</summary>
    const int MaxEcho = 60;

    readonly JsonElement element;
    readonly string path;
    readonly List<Refusal> errors;
    readonly HashSet<string> known = new(StringComparer.Ordinal);
    readonly List<JsonInput> inner = [];

    /// <summary>Where the fields asked for are noted; null while a body is read.</summary>
    readonly BodyShape? shape;

    JsonInput(JsonElement element, string path, List<Refusal> errors, BodyShape? shape = null)
    {
        this.element = element;
        this.path = path;
        this.errors = errors;
        this.shape = shape;
    }

    public IReadOnlyList<Refusal> Errors => errors;

    public static JsonInput Of(JsonObject form) => new(form.Deserialize<JsonElement>(), "", []);

    /// <summary>Reads nothing and notes every field that is asked for.</summary>
    public static JsonInput Describing(BodyShape shape) =>
        new(new JsonObject().Deserialize<JsonElement>(), "", [], shape);

    /// <summary>An empty body reads as an empty object. What is no JSON object answers null and says where.</summary>
    public static JsonInput? Parse(ReadOnlyMemory<byte> body, out Refusal? why)
    {
        why = null;
        try
        {
            using var document = JsonDocument.Parse(
                body.IsEmpty ? "{}"u8.ToArray() : body,
                new JsonDocumentOptions { MaxDepth = MaxDepth, AllowDuplicateProperties = false });
            why = UnreadableText(body);
            if (why is not null) return null;
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return new(document.RootElement.Clone(), "", []);
            why = new Refusal("json-no-object");
        }
        catch (JsonException e)
        {
            why = new Refusal("json-malformed").With("line", (e.LineNumber ?? 0) + 1)
                .With("byte", (e.BytePositionInLine ?? 0) + 1);
        }
        return null;
    }

    /// <summary>
    /// A name or text that is no UTF-8, or half of a surrogate pair: the reader finds it only when the text is asked
    /// for. Null where all can be read.
    /// </summary>
    static Refusal? UnreadableText(ReadOnlyMemory<byte> body)
    {
        var reader = new Utf8JsonReader(body.Span);
        try
        {
            while (!body.IsEmpty && reader.Read())
                if (reader.TokenType is JsonTokenType.PropertyName or JsonTokenType.String) _ = reader.GetString();
            return null;
        }
        catch (InvalidOperationException)
        {
            var before = body.Span[..(int)reader.TokenStartIndex];
            return new Refusal("json-malformed").With("line", before.Count((byte)'\n') + 1)
                .With("byte", before.Length - before.LastIndexOf((byte)'\n'));
        }
    }

    /// <summary>Says which properties nobody asked for, here and below.</summary>
    public void RefuseUnknown()
    {
        foreach (var property in element.EnumerateObject().Where(p => !known.Contains(p.Name)))
            Wrong(property.Name, "input-unknown-field");
        foreach (var one in inner) one.RefuseUnknown();
    }

    public void Wrong(string name, string code, object? value = null)
    {
        if (errors.Count >= MaxErrors) return;
        var refusal = new Refusal(code, At(name));
        errors.Add(value is null ? refusal
            : refusal.With("value", Echo(Convert.ToString(value, CultureInfo.InvariantCulture)!)));
    }

    /// <summary>Text of a length, without control characters, edges trimmed.</summary>
    /// <param name="sample">Shown in the description, where not any text does.</param>
    public string Text(string name, int max, int min = 1, string? sample = null) =>
        OptionalText(name, max, min, sample) ?? Missing(name, "");

    public string? OptionalText(string name, int max, int min = 1, string? sample = null)
    {
        shape?.Text(name, min, max, sample);
        if (Find(name, JsonValueKind.String) is not { } value) return null;
        var text = value.GetString()!.Trim();
        if (text.Length < min) Wrong(name, min == 1 ? "input-missing" : "input-too-short", text);
        else if (text.Length > max) Wrong(name, "input-too-long", text);
        else if (text.Any(char.IsControl)) Wrong(name, "input-malformed");
        else return text;
        return "";
    }

    public T Id<T>(string name) where T : struct, IParsable<T> => OptionalId<T>(name) ?? Missing<T>(name, default);

    public T? OptionalId<T>(string name) where T : struct, IParsable<T>
    {
        shape?.Identity(name, typeof(T));
        if (Find(name, JsonValueKind.String) is not { } value) return null;
        return ParseId<T>(name, value.GetString()!);
    }

    /// <summary>A value of the path, checked like one of the body.</summary>
    public T ParseId<T>(string name, string text) where T : struct, IParsable<T>
    {
        if (T.TryParse(text, CultureInfo.InvariantCulture, out var id)) return id;
        Wrong(name, IsOnlyCheckDigitWrong<T>(text) ? "input-check-digit" : "input-malformed", text);
        return default;
    }

    public T Choice<T>(string name) where T : struct, Enum
    {
        shape?.Choice(name, [.. Enum.GetValues<T>().Select(Slug.Of)]);
        if (Find(name, JsonValueKind.String) is not { } value) return Missing<T>(name, default);
        foreach (var candidate in Enum.GetValues<T>())
            if (Slug.Of(candidate) == value.GetString()) return candidate;
        Wrong(name, "input-not-a-choice", value.GetString());
        return default;
    }

    public string Choice(string name, IReadOnlyList<string> choices)
    {
        shape?.Choice(name, choices);
        if (Find(name, JsonValueKind.String) is not { } value) return Missing(name, "");
        if (choices.Contains(value.GetString())) return value.GetString()!;
        Wrong(name, "input-not-a-choice", value.GetString());
        return "";
    }

    /// <summary>A whole number from 0 that stays exact in canonical JSON.</summary>
    public long Whole(string name) => OptionalWhole(name) ?? Missing(name, 0L);

    /// <inheritdoc cref="Whole"/>
    public long? OptionalWhole(string name)
    {
        shape?.Whole(name);
        if (Find(name, JsonValueKind.Number) is not { } value) return null;
        if (!value.TryGetInt64(out var number)) Wrong(name, "input-malformed", value.GetRawText());
        else if (number < 0) Wrong(name, "input-negative", number);
        else if (number > Movement.MaxExact) Wrong(name, "input-out-of-range", number);
        else return number;
        return null;
    }

    public DateTimeOffset Time(string name) => OptionalTime(name) ?? Missing<DateTimeOffset>(name, default);

    /// <summary>RFC 3339; read to the microsecond.</summary>
    public DateTimeOffset? OptionalTime(string name)
    {
        shape?.Time(name);
        if (Find(name, JsonValueKind.String) is not { } value) return null;
        var text = value.GetString()!;
        if (text.Length >= 20 && text[10] == 'T' && value.TryGetDateTimeOffset(out var time))
            return time.ToCorridorTime();
        Wrong(name, "input-malformed", text);
        return default(DateTimeOffset);
    }

    public Money Money(string name)
    {
        shape?.Object(name, inner => MoneyOf(Describing(inner)));
        if (Object(name) is not { } amount) return default;
        return MoneyOf(amount);
    }

    static Money MoneyOf(JsonInput amount)
    {
        var currency = amount.Text("currency", 3, 3, "PKR");
        if (currency.Length > 0 && !currency.All(char.IsAsciiLetterUpper))
            amount.Wrong("currency", "input-malformed", currency);
        return new(amount.Whole("minor"), currency);
    }

    public IReadOnlyList<T> List<T>(string name, int max, Func<JsonInput, T> read)
    {
        shape?.List(name, max, item => read(Describing(item)));
        if (Find(name, JsonValueKind.Array) is not { } array) return Missing<IReadOnlyList<T>>(name, []);
        if (array.GetArrayLength() > max)
        {
            Wrong(name, "input-too-many", array.GetArrayLength());
            return [];
        }
        var items = new List<T>();
        foreach (var (item, i) in array.EnumerateArray().Select((item, i) => (item, i)))
        {
            var field = string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]");
            if (item.ValueKind == JsonValueKind.Object) items.Add(read(Inner(item, field)));
            else Wrong(field, "input-malformed");
        }
        return items;
    }

    JsonInput? Object(string name) =>
        Find(name, JsonValueKind.Object) is { } found ? Inner(found, name) : Missing<JsonInput?>(name, null);

    JsonInput Inner(JsonElement value, string name)
    {
        var one = new JsonInput(value, At(name), errors);
        inner.Add(one);
        return one;
    }

    /// <summary>Null where the property is absent, null or of another kind; the last is an error.</summary>
    JsonElement? Find(string name, JsonValueKind kind)
    {
        known.Add(name);
        if (!element.TryGetProperty(name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        if (value.ValueKind == kind) return value;
        Wrong(name, "input-malformed", value.GetRawText());
        return null;
    }

    T Missing<T>(string name, T instead)
    {
        shape?.Require(name);
        if (errors.All(e => e.Field != At(name))) Wrong(name, "input-missing");
        return instead;
    }

    string At(string name) => path.Length == 0 ? name : $"{path}.{name}";

    static string Echo(string text) => text.Length <= MaxEcho ? text : text[..MaxEcho] + "…";

    static bool IsOnlyCheckDigitWrong<T>(string text) =>
        typeof(T) == typeof(Mrn) ? Mrn.HasMrnForm(text)
        : typeof(T) == typeof(Grn) ? Grn.HasGrnForm(text)
        : typeof(T) == typeof(ContainerNumber) && ContainerNumber.HasContainerForm(text);
}
