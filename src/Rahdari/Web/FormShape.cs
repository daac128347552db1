using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Rahdari.Web;

/// <summary>What is typed into a field and what the API takes for it.</summary>
public enum FieldKind
{
    Text,

    /// <summary>An identifier: upper case, without the spaces people put in.</summary>
    Code,

    /// <summary>A container number, which people also write with hyphens.</summary>
    Container,
    Whole,

    /// <summary>Kilograms with up to three decimals; the API takes grams.</summary>
    Kilograms,

    /// <summary>Major units with up to two decimals; the API takes minor units with their currency.</summary>
    Amount,

    /// <summary>A time of the reader's office; the API takes UTC.</summary>
    Time,
    Choice,
}

/// <summary>One field of a form. Its name is the path of the value in the API's body; <c>[]</c> stands for any
/// row.</summary>
/// <param name="Choices">Values of a choice, as the API writes them.</param>
public sealed record FormField(string Name, FieldKind Kind, bool Required = true, params IReadOnlyList<string> Choices)
{
    /// <summary>The name without rows, as the catalogues have it: <c>units.container</c>.</summary>
    public string Key => Name.Replace("[]", "", StringComparison.Ordinal);
}

/// <summary>What a time without zone and an amount without currency mean on a form.</summary>
sealed record FormPlace(TimeZoneInfo Zone, string Currency);

/// <summary>The fields of a form, and how they become the body of the API's route of the same name.</summary>
public sealed partial record FormShape(params IReadOnlyList<FormField> Fields)
{
    /// <summary>As many rows as a list of the API may have at all.</summary>
    const int MaxRows = 999;

    public FormField? Find(string name)
    {
        // A name that already is a pattern names no row.
        var pattern = name.Contains("[]", StringComparison.Ordinal) ? "" : Row().Replace(name, "[]");
        return Fields.FirstOrDefault(f => f.Name == pattern);
    }

    /// <summary>
    /// The body for what was typed; a field left empty is left out, so that the API says what is missing. What cannot
    /// be converted is passed on as typed, and the API names the field.
    /// </summary>
    internal JsonObject ToBody(IReadOnlyDictionary<string, string> typed, FormPlace place)
    {
        var body = new JsonObject();
        foreach (var (name, text) in typed)
            if (text.Length > 0 && Find(name) is { } field) Put(body, name, Convert(field.Kind, text, place));
        return body;
    }

    static JsonNode Convert(FieldKind kind, string text, FormPlace place) => kind switch
    {
        FieldKind.Code => Without(text, " ").ToUpperInvariant(),
        FieldKind.Container => Without(Without(text, " "), "-").ToUpperInvariant(),
        FieldKind.Whole => Scaled(text, 0),
        FieldKind.Kilograms => Scaled(text, 3),
        FieldKind.Amount => new JsonObject { ["minor"] = Scaled(text, 2), ["currency"] = place.Currency },
        FieldKind.Time => ToUtc(text, place.Zone),
        _ => text,
    };

    /// <summary>A decimal number as a whole number of its last decimal; grouping commas are dropped.</summary>
    static JsonNode Scaled(string text, int decimals)
    {
        var plain = Without(Without(text, ","), " ");
        if (!decimal.TryParse(
            plain, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
                out var number))
            return text;
        for (var i = 0; i < decimals; i++) number = number < decimal.MaxValue / 10 ? number * 10 : number;
        return number == decimal.Truncate(number) && number is >= long.MinValue and <= long.MaxValue
            ? (long)number : text;
    }

    /// <summary>
    /// The form a browser's <c>datetime-local</c> sends. A time that a clock change skips or repeats is taken at the
    /// zone's standard offset.
    /// </summary>
    static JsonNode ToUtc(string text, TimeZoneInfo zone)
    {
        string[] forms = ["yyyy-MM-dd'T'HH:mm", "yyyy-MM-dd HH:mm", "yyyy-MM-dd'T'HH:mm:ss"];
        if (!DateTime.TryParseExact(text, forms, CultureInfo.InvariantCulture, DateTimeStyles.None,
            out var local)) return text;
        var offset = zone.IsInvalidTime(local) ? zone.BaseUtcOffset : zone.GetUtcOffset(local);
        // The first and the last day there is have no UTC in some zones.
        if (local.Ticks - offset.Ticks is var utc && (utc < 0 || utc > DateTime.MaxValue.Ticks)) return text;
        return new DateTimeOffset(local, offset).ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'",
            CultureInfo.InvariantCulture);
    }

    static void Put(JsonObject body, string path, JsonNode value)
    {
        var steps = path.Split('.');
        foreach (var step in steps[..^1]) body = step.EndsWith(']') ? RowOf(body, step) : Child(body, step);
        body[steps[^1]] = value;
    }

    static JsonObject Child(JsonObject body, string name)
    {
        if (body[name] is JsonObject child) return child;
        body[name] = child = [];
        return child;
    }

    /// <summary>A row left empty between others stays, and the API says what it lacks; empty rows at the end do
    /// not.</summary>
    static JsonObject RowOf(JsonObject body, string step)
    {
        var open = step.IndexOf('[', StringComparison.Ordinal);
        var (name, number) = (step[..open], int.Parse(step.AsSpan(open + 1, step.Length - open - 2),
            CultureInfo.InvariantCulture));
        if (body[name] is not JsonArray rows) body[name] = rows = [];
        while (rows.Count <= Math.Min(number, MaxRows)) rows.Add(new JsonObject());
        return (JsonObject)rows[Math.Min(number, MaxRows)]!;
    }

    static string Without(string text, string what) => text.Replace(what, "", StringComparison.Ordinal);

    [GeneratedRegex(@"\[[0-9]{1,3}\]")]
    private static partial Regex Row();
}
