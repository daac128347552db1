using Rahdari.Transparency;

namespace Rahdari.Web;

/// <summary>
/// A value in the address of a page and what it may be. What a page cannot use it does not read as something else: the
/// address is refused as the API refuses it, and the answer names the value.
/// </summary>
/// <param name="Refuse">The refusal of a text, the API's of the same parameter where it has one; null where the page
/// can use it.</param>
sealed record QueryValue(string Name, Func<string, Catalogue, Refusal?> Refuse)
{
    /// <summary>Another value without which this one says nothing; null where it stands alone.</summary>
    public string? Needs { get; init; }

    /// <summary>It may stand in one address several times.</summary>
    public bool IsMany { get; init; }

    /// <summary>What leads to a page may be said on every one: what a form has done, and that a kept one
    /// waits.</summary>
    public static readonly IReadOnlyList<QueryValue> OfEveryPage =
    [
        Named("done", "done"),
        Named("irregularity", "irregularity") with { IsMany = true },
        OneOf("kept", "1"),
    ];

    public static QueryValue OneOf(string name, params IReadOnlyList<string> choices) => new(
        name, (text, _) => choices.Contains(text) ? null : NoChoice(name, text));

    public static QueryValue OneOf<T>(string name) where T : struct, Enum => new(
        name, (text, _) => Slug.TryParse<T>(text, out var _) ? null : NoChoice(name, text));

    public static QueryValue Id<T>(string name) where T : IParsable<T> =>
        new(name, (text, _) => T.TryParse(text, null, out var _) ? null : Paging.Malformed(name, text));

    /// <param name="isCursor">Of the list on the page.</param>
    public static QueryValue Cursor(Func<string, bool> isCursor) =>
        new("cursor", (text, _) => isCursor(text) ? null : Paging.BadCursor(text));

    /// <summary>A whole number from 1.</summary>
    public static QueryValue Whole(string name, int most) =>
        new(name, (text, _) => Paging.ReadWhole(name, text, most, out var _));

    /// <summary>Any text of one line.</summary>
    public static QueryValue Text(string name, int mostCharacters) => new(
        name, (text, _) => text.Length <= mostCharacters && !text.Any(c => char.IsControl(c) || c == '\uFFFD')
            ? null
            : Paging.Malformed(name, text));

    /// <summary>The page itself says beside its field what is wrong with it.</summary>
    public static QueryValue SaidByPage(string name) => new(name, (_, _) => null);

    /// <summary>The first value of the address that the page cannot use; null where it can use all. One left empty is
    /// none.</summary>
    public static Refusal? FindRefused(HttpContext context, PageRow page)
    {
        var texts = context.RequestServices.GetRequiredService<Catalogues>().Default;
        var query = context.Request.Query;
        foreach (var value in page.Values.Concat(OfEveryPage))
        {
            var given = query[value.Name].Where(t => !string.IsNullOrEmpty(t)).Select(t => t!).ToList();
            if (given.Count == 0) continue;
            if (given.Select(t => value.Refuse(t, texts)).FirstOrDefault(r => r is not null) is { } refusal)
                return refusal;
            if (given.Count > 1 && !value.IsMany) return Paging.Malformed(value.Name, string.Join(',', given));
            if (value.Needs is { } other && string.IsNullOrEmpty(query[other]))
                return new Refusal("input-missing", other);
        }
        return null;
    }

    /// <summary>The last part of a key of the catalogues.</summary>
    static QueryValue Named(string name, string key) =>
        new(name, (text, texts) => texts.Has($"{key}.{text}") ? null : NoChoice(name, text));

    static Refusal NoChoice(string name, string text) => new Refusal("input-not-a-choice", name).With("value", text);
}
