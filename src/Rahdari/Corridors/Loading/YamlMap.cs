using System.Globalization;
using YamlDotNet.RepresentationModel;

namespace Rahdari.Corridors.Loading;

/// <summary>
/// A mapping of a pack's file. Each getter notes what is wrong with its key, answers a stand-in and goes on, so that
/// one reading finds every problem; <see cref="Done"/> notes the keys nobody asked for.
/// </summary>
/// <param name="of">What it belongs to, told with each of its problems; null where the line says enough.</param>
sealed class YamlMap(string file, YamlMappingNode node, ProblemList problems, string? of = null)
{
    readonly HashSet<string> asked = new(StringComparer.Ordinal);
    bool skipped;

    public string File => file;
    public long Line => node.Start.Line;

    public void Fault(string message, string? key = null) => problems.Add(file, LineOf(key), Told(message));

    public long LineOf(string? key) => key is not null && Find(key) is { } value ? value.Start.Line : Line;

    public bool Has(string key) => Find(key) is not null;

    public string Text(string key)
    {
        if (OptionalText(key) is { } text) return text;
        Fault($"'{key}' is missing or empty", key);
        return "";
    }

    /// <summary>Null where the key is absent, or empty.</summary>
    public string? OptionalText(string key)
    {
        asked.Add(key);
        if (Find(key) is not { } value) return null;
        if (value is YamlScalarNode scalar) return string.IsNullOrWhiteSpace(scalar.Value) ? null : scalar.Value.Trim();
        Fault($"'{key}' must be a text", key);
        return null;
    }

    public int Int(string key, int least, int most)
    {
        var text = Text(key);
        if (text == "") return least;
        if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && number >= least && number <= most) return number;
        Fault($"'{key}' must be a whole number from {least} to {most}, not '{text}'", key);
        return least;
    }

    public int? OptionalInt(string key, int least, int most)
    {
        asked.Add(key);
        return Has(key) ? Int(key, least, most) : null;
    }

    public bool Flag(string key, bool absent)
    {
        if (OptionalText(key) is not { } text) return absent;
        if (text is "true" or "false") return text == "true";
        Fault($"'{key}' must be true or false, not '{text}'", key);
        return absent;
    }

    public double Degrees(string key, double most)
    {
        var text = Text(key);
        if (text == "") return 0;
        if (double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var degrees) && Math.Abs(degrees) <= most) return degrees;
        Fault($"'{key}' must be degrees from -{most} to {most}, not '{text}'", key);
        return 0;
    }

    /// <summary>A value that knows how to read itself; <paramref name="what"/> names it in the problem.</summary>
    public T Parse<T>(string key, string what) where T : struct, IParsable<T>
    {
        var text = Text(key);
        if (text == "") return default;
        if (T.TryParse(text, CultureInfo.InvariantCulture, out var value)) return value;
        Fault($"'{key}' must be {what}, not '{text}'", key);
        return default;
    }

    public IReadOnlyList<T> ParseAll<T>(string key, string what) where T : struct, IParsable<T>
    {
        var all = new List<T>();
        foreach (var text in Strings(key))
        {
            if (T.TryParse(text, CultureInfo.InvariantCulture, out var value)) all.Add(value);
            else Fault($"'{key}' must hold {what}, not '{text}'", key);
        }
        return all;
    }

    /// <summary>A list of texts; absent means empty.</summary>
    public IReadOnlyList<string> Strings(string key)
    {
        asked.Add(key);
        if (Find(key) is not { } value) return [];
        if (value is YamlSequenceNode list && list.All(i => i is YamlScalarNode { Value: not (null or "") }))
            return [.. list.Select(i => ((YamlScalarNode)i).Value!)];
        Fault($"'{key}' must be a list of texts", key);
        return [];
    }

    /// <summary>A list of mappings; absent means empty.</summary>
    public IReadOnlyList<YamlMap> Maps(string key)
    {
        asked.Add(key);
        if (Find(key) is not { } value) return [];
        if (value is YamlSequenceNode list && list.All(i => i is YamlMappingNode))
            return [.. list.Select(i => new YamlMap(file, (YamlMappingNode)i, problems))];
        Fault($"'{key}' must be a list of mappings", key);
        return [];
    }

    /// <summary>A mapping; where it is missing an empty one, already faulted.</summary>
    public YamlMap Map(string key, string? of = null)
    {
        asked.Add(key);
        if (Find(key) is YamlMappingNode map) return new YamlMap(file, map, problems, of);
        Fault($"'{key}' must be a mapping", key);
        return new YamlMap(file, new YamlMappingNode(), new ProblemList());
    }

    /// <summary>Takes every key as asked for: the entry was replaced by an overlay and is not read.</summary>
    public void Skip() => skipped = true;

    /// <summary>Notes every key that was not asked for.</summary>
    public void Done()
    {
        if (skipped) return;
        foreach (var key in node.Children.Keys)
            if (key is not YamlScalarNode { Value: { } name } || !asked.Contains(name))
                problems.Add(file, key.Start.Line, Told($"unknown key '{key}'"));
    }

    string Told(string message) => of is null ? message : $"{of}: {message}";

    YamlNode? Find(string key) => node.Children.TryGetValue(new YamlScalarNode(key), out var value) ? value : null;
}
