using System.Security.Cryptography;
using System.Text;
using Rahdari.Corridors.Loading;
using Rahdari.Parties;

namespace Rahdari.Corridors;

/// <summary>A pack, or everything that is wrong with it.</summary>
/// <param name="Pack">Null exactly when there are problems.</param>
public sealed record PackLoad(CorridorPack? Pack, IReadOnlyList<PackProblem> Problems)
{
    /// <exception cref="InvalidDataException">The pack has problems: all of them, one a line.</exception>
    public CorridorPack OrThrow() => Pack ?? throw new InvalidDataException(string.Join('\n', Problems));
}

/// <summary>Reads a corridor pack from its folder, with overlays laid over it in order.</summary>
public static class CorridorPackLoader
{
    /// <summary>Raised when files of an older form would be misread.</summary>
    public const int Format = 1;

    static readonly string[] Known =
    [
        "pack.yaml", "places.yaml", "offices.yaml", "crossings.yaml", "selectivity.yaml", "guarantee.yaml", "fee.yaml",
        "transit.yaml", "discharge.yaml", "judging.yaml", "stock.yaml",
        "commands.yaml",
    ];

    public static PackLoad Load(string baseFolder, params IReadOnlyList<string> overlays)
    {
        var problems = new ProblemList();
        var folders = overlays.Prepend(baseFolder).Select(f => new PackFolder(f, problems)).ToList();
        if (problems.Count > 0) return new(null, problems.InOrder());
        var layers = new Layers(folders, problems);
        var pack = Read(layers, folders, problems);
        layers.Done();
        foreach (var folder in folders) CheckNames(folder, problems);
        return problems.Count > 0 ? new(null, problems.InOrder()) : new(pack, []);
    }

    static CorridorPack Read(Layers layers, List<PackFolder> folders, ProblemList problems)
    {
        var (ids, administrations) = ReadHead(layers, folders, problems);
        var places = new PlaceReading(layers, administrations);
        places.ReadPlaces();
        var offices = places.ReadOffices();
        var crossings = places.ReadCrossings(offices);
        var pack = new CorridorPack
        {
            Id = ids.FirstOrDefault(""),
            Overlays = [.. ids.Skip(1)],
            Hash = HashOf(folders),
            Administrations = administrations,
            Offices = offices,
            Crossings = crossings,
            Routes = LearnedReading.Apply(
                folders, new RouteReading(layers, places, offices, crossings).Read(), problems),
            Selectivity = layers.Rows("selectivity.yaml", RuleReading.Selectivity),
            Guarantee = layers.Rows("guarantee.yaml", RuleReading.Guarantee),
            Fee = layers.Rows("fee.yaml", RuleReading.Fee),
            Transit = layers.Rows("transit.yaml", RuleReading.Transit),
            Discharge = layers.Rows("discharge.yaml", RuleReading.Discharge),
            Judging = layers.Rows("judging.yaml", JudgingReading.Judging),
            Stock = folders.Any(f => f.Names.Contains("stock.yaml"))
                ? layers.Rows("stock.yaml", RuleReading.Stock)
                : Dated<StockRules>.Never,
            Commands = folders.Any(f => f.Names.Contains("commands.yaml"))
                ? layers.Rows("commands.yaml", RuleReading.Commands)
                : Dated<CommandRules>.Never,
            Texts = TextReading.Read(folders),
        };
        TextReading.Check(pack, folders[0], problems);
        return pack with { Assumptions = layers.Assumptions, Unknowns = ReadUnknowns(layers, folders.Count) };
    }

    /// <summary>The pack's own name and administrations, and that every overlay is made for this base.</summary>
    static (List<string> Ids, IReadOnlyList<AdministrationId> Administrations) ReadHead(
        Layers layers, List<PackFolder> folders, ProblemList problems)
    {
        var ids = new List<string>();
        IReadOnlyList<AdministrationId> administrations = [];
        for (var layer = 0; layer < folders.Count; layer++)
        {
            if (layers.Root(layer, "pack.yaml") is not { } head)
            {
                if (!folders[layer].Names.Contains("pack.yaml"))
                    problems.Add(folders[layer].PathOf("pack.yaml"), 0, "this file is missing");
                continue;
            }
            head.Int("format", Format, Format);
            if (layer == 0)
            {
                administrations = head.ParseAll<AdministrationId>("administrations", "names like pk");
                if (administrations.Count < 2)
                    head.Fault("'administrations' must name at least two", "administrations");
                layers.Zone = ZoneOf(head);
            }
            else if (head.Text("over") is { } over && over != "" && !ids.Contains(over))
                head.Fault($"is made for '{over}', which is not loaded before it", "over");
            ids.Add(head.Text("id"));
        }
        return (ids, administrations);
    }

    static TimeZoneInfo ZoneOf(YamlMap head)
    {
        var name = head.Text("zone");
        if (TimeZoneInfo.TryFindSystemTimeZoneById(name, out var zone)) return zone;
        if (name != "") head.Fault($"'zone' must be an IANA zone, not '{name}'", "zone");
        return TimeZoneInfo.Utc;
    }

    static List<UnknownRule> ReadUnknowns(Layers layers, int count)
    {
        var unknowns = new List<UnknownRule>();
        for (var layer = 0; layer < count; layer++)
            foreach (var name in Known)
                foreach (var map in layers.Root(layer, name)?.Maps("unknown") ?? [])
                {
                    unknowns.Add(new(Path.GetFileNameWithoutExtension(name), map.Text("text"), map.Text("source")));
                    map.Done();
                }
        return unknowns;
    }

    static void CheckNames(PackFolder folder, ProblemList problems)
    {
        foreach (var name in folder.Names)
            if (!Known.Contains(name) && !IsIn(name, "routes/", ".yaml") && !IsIn(name, "texts/", ".json")
                && !IsIn(name, LearnedFile.Folder, LearnedFile.Ending))
                problems.Add(folder.PathOf(name), 0, "a pack has no such file");
    }

    static bool IsIn(string name, string folder, string ending) => name.StartsWith(folder, StringComparison.Ordinal)
        && name.EndsWith(ending, StringComparison.Ordinal) && name.IndexOf('/', folder.Length) < 0;

    static string HashOf(List<PackFolder> folders)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"rahdari-pack/{Format}\n"));
        for (var layer = 0; layer < folders.Count; layer++) folders[layer].AddTo(hash, layer);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
