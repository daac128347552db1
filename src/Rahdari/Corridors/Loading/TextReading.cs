namespace Rahdari.Corridors.Loading;

/// <summary>Reads <c>texts/LANGUAGE.json</c> and checks that every name the pack uses is there.</summary>
static class TextReading
{
    const string Prefix = "texts/", Ending = ".json", Reference = "en";

    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, PackText>> Read(
        IReadOnlyList<PackFolder> folders)
    {
        var texts = new SortedDictionary<string, Dictionary<string, PackText>>(StringComparer.Ordinal);
        foreach (var folder in folders)
            foreach (var name in folder.Names.Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
            {
                var language = Path.GetFileNameWithoutExtension(name);
                if (!texts.TryGetValue(language, out var all))
                    texts[language] = all = new(StringComparer.Ordinal);
                foreach (var (key, text) in folder.ReadTexts(name)) all[key] = text;
            }
        return texts.ToDictionary(p => p.Key, p => (IReadOnlyDictionary<string, PackText>)p.Value);
    }

    /// <summary>English holds every key used; every other language holds exactly the keys of English.</summary>
    public static void Check(CorridorPack pack, PackFolder folder, ProblemList problems)
    {
        if (!pack.Texts.TryGetValue(Reference, out var reference))
        {
            problems.Add(folder.PathOf(FileOf(Reference)), 0, "this file is missing");
            return;
        }
        foreach (var key in KeysOf(pack).Where(k => !reference.ContainsKey(k)))
            problems.Add(folder.PathOf(FileOf(Reference)), 0, $"the text '{key}' is missing");
        foreach (var (language, texts) in pack.Texts)
        {
            foreach (var key in reference.Keys.Except(texts.Keys))
                problems.Add(folder.PathOf(FileOf(language)), 0, $"the text '{key}' is missing");
            foreach (var key in texts.Keys.Except(reference.Keys))
                problems.Add(folder.PathOf(FileOf(language)), 0, $"the text '{key}' is not in English");
        }
    }

    static string FileOf(string language) => Prefix + language + Ending;

    static SortedSet<string> KeysOf(CorridorPack pack) => new(
        [
            .. pack.Offices.Select(o => o.NameKey), .. pack.Crossings.Select(c => c.NameKey),
            .. pack.Routes.Select(r => r.NameKey),
            .. pack.Routes.SelectMany(r => r.Legs).SelectMany(l => new[] { l.From, l.To }),
            .. pack.Routes.SelectMany(r => r.Stops).Select(s => s.NameKey),
            .. pack.Routes.SelectMany(r => r.HotSpots).Select(s => s.NameKey),
            .. pack.Selectivity.Rows.SelectMany(r => r.Value.Profiles).Select(p => p.ReasonKey),
        ],
        StringComparer.Ordinal);
}
