using System.Text.Json;
using Rahdari.Corridors;
using Rahdari.Transparency;

namespace Rahdari.Web;

/// <summary>A language pages are written in.</summary>
/// <param name="Tag">BCP 47, as in <c>lang</c>.</param>
/// <param name="OwnName">The language's name in itself.</param>
sealed record Language(string Tag, string OwnName, bool RightToLeft)
{
    public string Direction => RightToLeft ? "rtl" : "ltr";
}

/// <summary>Every text of one language: the program's and the corridor pack's.</summary>
sealed class Catalogue(Language language, IReadOnlyDictionary<string, CatalogueText> texts)
{
    public Language Language => language;
    public IReadOnlyDictionary<string, CatalogueText> Texts => texts;

    /// <summary>A text with its arguments isolated, for pages and papers.</summary>
    public string this[string key, params ReadOnlySpan<(string Name, object? Value)> args] =>
        Say(key, ToDictionary(args), isolate: true);

    /// <summary>A text without direction marks, for answers that programs read.</summary>
    public string Plain(string key, IReadOnlyDictionary<string, object> args) => Say(key, args, isolate: false);

    /// <summary>Why a request was not granted, as a sentence.</summary>
    public string Of(Refusal refusal) => Say(
        $"refusal.{refusal.Code}", refusal.Args.ToDictionary(a => a.Key, a => (object)a.Value), isolate: true);

    public bool Has(string key) => texts.ContainsKey(key);

    /// <summary>A missing text shows its key: an officer at night is better served by it than by no page.</summary>
    public string Say(string key, IReadOnlyDictionary<string, object> args, bool isolate) =>
        texts.TryGetValue(key, out var text) ? text.Pattern.Format(args, isolate) : key;

    static Dictionary<string, object> ToDictionary(ReadOnlySpan<(string Name, object? Value)> args)
    {
        var dictionary = new Dictionary<string, object>(args.Length, StringComparer.Ordinal);
        foreach (var (name, value) in args) dictionary[name] = value ?? "";
        return dictionary;
    }
}

/// <param name="Reviewed">Whether a native reader has seen it.</param>
sealed record CatalogueText(MessagePattern Pattern, bool Reviewed);

/// <summary>All languages. Immutable once loaded.</summary>
sealed class Catalogues
{
    /// <summary>Languages in the order of the switch; the first is the default.</summary>
    public static readonly IReadOnlyList<Language> Languages =
    [
        new("en", "English", RightToLeft: false),
        new("ur", "اردو", RightToLeft: true),
    ];

    readonly Dictionary<string, Catalogue> byTag;

    Catalogues(Dictionary<string, Catalogue> byTag) => this.byTag = byTag;

    public Catalogue Default => byTag[Languages[0].Tag];

    public Catalogue? Find(string? tag) => tag is null ? null : byTag.GetValueOrDefault(tag);

    /// <summary>Loads the program's own texts and a corridor pack's.</summary>
    /// <param name="pack">By language tag, then key; null where there is no pack.</param>
    /// <exception cref="FormatException">A text is not well formed, or a key is said twice; names both.</exception>
    public static Catalogues Load(IReadOnlyDictionary<string, IReadOnlyDictionary<string, PackText>>? pack = null) =>
        new(Languages.ToDictionary(l => l.Tag, l => Read(l, pack?.GetValueOrDefault(l.Tag)), StringComparer.Ordinal));

    static Catalogue Read(Language language, IReadOnlyDictionary<string, PackText>? pack)
    {
        var resource = $"Texts/{language.Tag}.json";
        using var json = typeof(Catalogues).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"the program lacks {resource}");
        var own = JsonSerializer.Deserialize<Dictionary<string, PackText>>(json, JsonSerializerOptions.Web)
            ?? throw new FormatException($"{resource} holds no texts");
        var texts = new Dictionary<string, CatalogueText>(StringComparer.Ordinal);
        foreach (var (key, text) in own.Concat(pack ?? new Dictionary<string, PackText>()))
        {
            try
            {
                if (!texts.TryAdd(key, new(MessagePattern.Parse(text.Text), text.Reviewed)))
                    throw new FormatException("said twice");
            }
            catch (FormatException e)
            {
                throw new FormatException($"{language.Tag}: {key}: {e.Message}", e);
            }
        }
        return new(language, texts);
    }
}
