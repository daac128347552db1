using System.Globalization;
using System.Text.Json;

namespace Rahdari.Simulator.Officiating;

/// <summary>What a node answered: a status and a JSON body, an object without members where there is none.</summary>
sealed record ApiAnswer(int Status, JsonElement Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>The problem's stable code; the status where the body has none.</summary>
    public string Code => Text("code") ?? Status.ToString(CultureInfo.InvariantCulture);

    public string? Text(string name) => Body.Text(name);

    public IEnumerable<JsonElement> List(string name) => Body.List(name);
}

/// <summary>Reading what may be missing.</summary>
static class JsonReading
{
    public static string? Text(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    public static bool Flag(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.True;

    public static DateTimeOffset? Time(this JsonElement element, string name) =>
        DateTimeOffset.TryParse(
            element.Text(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : null;

    public static IEnumerable<JsonElement> List(this JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.Array
            ? value.EnumerateArray()
            : [];
}
