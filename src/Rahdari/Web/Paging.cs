using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Rahdari.Transparency;

namespace Rahdari.Web;

/// <summary>
/// Lists a page at a time: <c>limit</c> rows from a <c>cursor</c> on, which the page before gave as <c>next</c>. A
/// cursor names the last row told, never a count of rows, so that what comes meanwhile moves nothing.
/// </summary>
static class Paging
{
    /// <summary>A few numbers and an id; nothing a list here gives out is longer.</summary>
    const int MaxCursor = 200;

    /// <summary>Reads <c>limit</c>; the refusal names it.</summary>
    public static Refusal? ReadLimit(string? limit, int usual, int most, out int rows)
    {
        rows = usual;
        return string.IsNullOrEmpty(limit) ? null : ReadWhole("limit", limit, most, out rows);
    }

    /// <summary>Reads a parameter that is a number from 1; the refusal names it.</summary>
    public static Refusal? ReadWhole(string name, string text, int most, out int number)
    {
        number = 0;
        if (!text.AsSpan(text is ['-', ..] ? 1 : 0).ContainsOnlyDigits()) return Malformed(name, text);
        // More digits than a number has are out of range like any number too large.
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number)
            && number >= 1 && number <= most
            ? null
            : new Refusal("input-out-of-range", name).With("value", Echo(text)).With("limit", most);
    }

    public static Refusal BadCursor(string cursor) => Malformed("cursor", cursor);

    /// <summary>A parameter that is not written as it has to be.</summary>
    public static Refusal Malformed(string name, string value) =>
        new Refusal("input-malformed", name).With("value", Echo(value));

    static string Echo(string text) => text.Length <= MaxCursor ? text : text[..MaxCursor] + "…";

    static bool ContainsOnlyDigits(this ReadOnlySpan<char> text) =>
        !text.IsEmpty && !text.ContainsAnyExceptInRange('0', '9');

    /// <param name="id">Goes last and may hold anything.</param>
    public static string CursorOf(string id, params ReadOnlySpan<long> numbers)
    {
        var text = new StringBuilder();
        foreach (var number in numbers) text.Append(CultureInfo.InvariantCulture, $"{number}:");
        return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text.Append(id).ToString()));
    }

    /// <summary>False where the cursor is none with that many numbers, none of them negative.</summary>
    public static bool TryReadCursor(string cursor, Span<long> numbers, out string id)
    {
        id = "";
        if (cursor.Length > MaxCursor || !Base64Url.IsValid(cursor)) return false;
        var parts = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor)).Split(':', numbers.Length + 1);
        if (parts.Length != numbers.Length + 1) return false;
        for (var i = 0; i < numbers.Length; i++)
            if (!long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i])) return false;
        id = parts[^1];
        return id.Length > 0 && !id.Any(char.IsControl) && !id.Contains('\uFFFD', StringComparison.Ordinal);
    }
}
