using System.Globalization;
using System.Text.Json;
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

    /// <summary>
    /// Loads the program's own texts and those of a folder with one <c>TAG.json</c> a language, such as a corridor
    /// pack's <c>texts</c>.
    /// </summary>
    /// <exception cref="FormatException">A text is not well formed, or a key is said twice; names both.</exception>
    public static Catalogues Load(params IEnumerable<string> folders)
    {
        var all = folders.ToList();
        return new(Languages.ToDictionary(l => l.Tag, l => new Catalogue(l, Read(l, all)), StringComparer.Ordinal));
    }

    static Dictionary<string, CatalogueText> Read(Language language, IReadOnlyList<string> folders)
    {
        var texts = new Dictionary<string, CatalogueText>(StringComparer.Ordinal);
        var resource = $"Texts/{language.Tag}.json";
        using (var own = typeof(Catalogues).Assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"the program lacks {resource}"))
            Add(texts, own, resource);
        foreach (var file in folders.Select(f => Path.Combine(f, $"{language.Tag}.json")).Where(File.Exists))
        {
            using var stream = File.OpenRead(file);
            Add(texts, stream, file);
        }
        return texts;
    }

    static void Add(Dictionary<string, CatalogueText> texts, Stream json, string source)
    {
        var entries = JsonSerializer.Deserialize<Dictionary<string, Entry>>(json, JsonSerializerOptions.Web)
            ?? throw new FormatException($"{source} holds no texts");
        foreach (var (key, entry) in entries)
        {
            try
            {
                if (!texts.TryAdd(key, new(MessagePattern.Parse(entry.Text), entry.Reviewed)))
                    throw new FormatException("said twice");
            }
            catch (FormatException e)
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"{source}: {key}: {e.Message}"), e);
            }
        }
    }

    sealed record Entry(string Text, bool Reviewed);
}
