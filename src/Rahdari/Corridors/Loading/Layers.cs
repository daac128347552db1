namespace Rahdari.Corridors.Loading;

/// <summary>One entry of a list, with its name in the list and the layer it came from (0 = base).</summary>
readonly record struct LayeredItem(string Id, int Layer, YamlMap Map);

/// <summary>
/// The base folder with overlays laid over it in order. An overlay's entry replaces the one of the same id or is added,
/// and says in <c>assumed</c> why it may stand in for what the sources tell.
/// </summary>
sealed class Layers(IReadOnlyList<PackFolder> folders, ProblemList problems)
{
    readonly Dictionary<(int Layer, string Name), YamlMap?> roots = [];
    readonly List<string> assumptions = [];

    public IReadOnlyList<string> Assumptions => assumptions;

    /// <summary>Start of day of a date without a time is taken here.</summary>
    public TimeZoneInfo Zone { get; set; } = TimeZoneInfo.Utc;

    /// <summary>The file's root in one layer, read once.</summary>
    public YamlMap? Root(int layer, string name)
    {
        if (!roots.TryGetValue((layer, name), out var root)) roots[(layer, name)] = root = folders[layer].Read(name);
        return root;
    }

    /// <summary>The entries of a list of mappings over all layers, in the order first named.</summary>
    public IReadOnlyList<LayeredItem> Items(string name, string listKey, string idKey = "id")
    {
        if (!folders[0].Names.Contains(name)) problems.Add(folders[0].PathOf(name), 0, "this file is missing");
        var items = new List<LayeredItem>();
        for (var layer = 0; layer < folders.Count; layer++)
        {
            if (Root(layer, name) is not { } root) continue;
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var map in root.Maps(listKey))
            {
                var id = map.Text(idKey);
                if (id != "" && !seen.Add(id)) map.Fault($"{idKey} '{id}' is there twice", idKey);
                Lay(items, new(id, layer, map), $"{Path.GetFileNameWithoutExtension(name)}/{id}");
            }
        }
        return items;
    }

    /// <summary>Files of a folder, one entry a file; an overlay's file replaces the one of the same name.</summary>
    public IReadOnlyList<LayeredItem> Files(string prefix)
    {
        var items = new List<LayeredItem>();
        for (var layer = 0; layer < folders.Count; layer++)
            foreach (var name in folders[layer].Names.Where(n => n.StartsWith(prefix, StringComparison.Ordinal)))
                if (Root(layer, name) is { } root) Lay(items, new(name, layer, root), name);
        return items;
    }

    /// <summary>Notes keys nobody asked for at the root of every file read.</summary>
    public void Done()
    {
        foreach (var root in roots.Values) root?.Done();
    }

    /// <summary>From, until and source of an entry.</summary>
    public Validity Validity(YamlMap map)
    {
        var from = Time(map, "from") ?? DateTimeOffset.MinValue;
        if (!map.Has("from")) map.Fault("'from' is missing");
        var until = Time(map, "until");
        if (until <= from) map.Fault("'until' must be after 'from'", "until");
        return new(from, until, map.Text("source"));
    }

    /// <summary>A list of dated rows, each with a <c>value</c>; rows must not overlap.</summary>
    public Dated<T> Rows<T>(string name, Func<YamlMap, T> read)
    {
        var rows = new List<(DatedValue<T> Row, YamlMap Map)>();
        foreach (var item in Items(name, "rows"))
        {
            var validity = Validity(item.Map);
            var value = item.Map.Map("value", item.Id == "" ? null : $"row '{item.Id}'");
            rows.Add((new(read(value), validity.From, validity.Until, validity.Source), item.Map));
            value.Done();
            item.Map.Done();
        }
        return Ordered(rows);
    }

    /// <summary>Dated rows in order of time; a row that starts before the one before it ended is at fault.</summary>
    public static Dated<T> Ordered<T>(IEnumerable<(DatedValue<T> Row, YamlMap Map)> rows)
    {
        var ordered = rows.OrderBy(r => r.Row.From).ToList();
        for (var i = 1; i < ordered.Count; i++)
            if (ordered[i - 1].Row.Until is not { } until || until > ordered[i].Row.From)
                ordered[i].Map.Fault(
                    $"overlaps the row from line {ordered[i - 1].Map.Line} of {ordered[i - 1].Map.File}");
        return new([.. ordered.Select(r => r.Row)]);
    }

    void Lay(List<LayeredItem> items, LayeredItem item, string title)
    {
        if (item.Layer > 0) assumptions.Add($"{title}: {item.Map.Text("assumed")}");
        var place = items.FindIndex(i => i.Id == item.Id);
        if (place < 0) items.Add(item);
        // Twice in one file is a fault already noted; the first stays.
        else if (items[place].Layer < item.Layer)
        {
            items[place].Map.Skip();
            items[place] = item;
        }
    }

    DateTimeOffset? Time(YamlMap map, string key)
    {
        if (map.OptionalText(key) is not { } text) return null;
        if (PackTime.TryParse(text, Zone, out var time)) return time;
        map.Fault($"'{key}' must be a date (2023-10-03) or an RFC 3339 time, not '{text}'", key);
        return null;
    }
}
