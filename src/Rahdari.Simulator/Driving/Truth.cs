namespace Rahdari.Simulator.Driving;

/// <summary>Writes down what really happens on a journey.</summary>
static class Truth
{
    /// <param name="unit">The unit as the caller names it.</param>
    public static IReadOnlyList<TruthItem> Of(
        string unit, TruckJourney journey, Conditions conditions, TrueRoad road)
    {
        var items = new List<TruthItem>();
        foreach (var stage in journey.Stages)
        {
            items.AddRange(OfStage(unit, stage, road));
            Extend(items, new(unit, "stratum:" + Slug(stage.Terrain), stage.From, stage.Until));
        }
        if (conditions.Gap is { } gap)
        {
            items.Add(new(unit, "silence", gap.From, gap.Until));
            items.Add(new(unit, "stratum:poor-coverage", gap.From, gap.Until));
        }
        if (conditions.RopeCut is { } cut) items.Add(new(unit, "rope-cut", cut, cut));
        if (conditions.Dead is { } dead) items.Add(new(unit, "silence", dead.From, dead.Until));
        return [.. items.OrderBy(i => i.From).ThenBy(i => i.Kind, StringComparer.Ordinal)];
    }

    static IEnumerable<TruthItem> OfStage(string unit, JourneyStage stage, TrueRoad road)
    {
        switch (stage.Kind)
        {
            case StageKind.LongStop:
                yield return new(unit, "unplanned-stop", stage.From, stage.Until);
                break;
            case StageKind.AllowedStop:
                yield return new(unit, "benign:allowed-stop", stage.From, stage.Until);
                break;
            case StageKind.CrossingQueue:
                yield return new(unit, "benign:crossing-queue", stage.From, stage.Until);
                break;
            case StageKind.Detour:
                var (first, last) = Detour.Outside(road, stage.Path);
                yield return new(unit, "off-corridor", TimeAt(stage, first), TimeAt(stage, last));
                break;
        }
    }

    /// <summary>Neighbouring stages in the same kind of country are one item.</summary>
    static void Extend(List<TruthItem> items, TruthItem item)
    {
        var before = items.FindLastIndex(i => i.Kind.StartsWith("stratum:", StringComparison.Ordinal));
        if (before >= 0 && items[before].Kind == item.Kind) items[before] = items[before] with { To = item.To };
        else items.Add(item);
    }

    static DateTimeOffset TimeAt(JourneyStage stage, double along) => stage.From
        + TimeSpan.FromSeconds(Math.Round((stage.Until - stage.From).TotalSeconds * along / stage.Path.Length));

    static string Slug(Terrain terrain) => terrain switch
    {
        Terrain.Yard => "yard",
        Terrain.City => "city",
        Terrain.Mountain => "mountain",
        _ => "open",
    };
}
