namespace Rahdari.Telemetry.Judging;

/// <summary>What records in order of time have shown of one device.</summary>
sealed class DeviceFold
{
    public string Device { get; set; } = "";
    public Trail Trail { get; set; } = new();
    public Standing Standing { get; set; } = new();

    /// <summary>The cause followed by each group of rules, by its place in <see cref="Rules.OverRecords"/>.</summary>
    public CauseTrack[] Tracks { get; set; } = new CauseTrack[Rules.OverRecords.Count];

    public DeviceFold Copy() => new()
    {
        Device = Device, Trail = Trail.Copy(), Standing = Standing.Copy(), Tracks = (CauseTrack[])Tracks.Clone(),
    };
}

/// <summary>One cause of one group of rules, as far as it was followed.</summary>
/// <param name="Open">The cause that goes on; null for none.</param>
/// <param name="Raised">Its place among the causes raised; null where it was not enough yet.</param>
readonly record struct CauseTrack(Episode? Open, int? Raised, DateTimeOffset? LastGood);

/// <summary>
/// A unit's records folded in order of their own time. The same set of records gives the same fold, in whatever order
/// they came: <see cref="UnitWatch"/> sees to the order. Used by one caller at a time; a copy shares nothing that
/// changes.
/// </summary>
sealed class Fold
{
    /// <summary>
    /// Causes kept of one trip. More are a broken device; it is repaired, and no further alert about it would be read.
    /// </summary>
    public const int MostCauses = 128;

    /// <summary>The last record folded; null before the first.</summary>
    public JudgedRecord? Last { get; set; }

    /// <summary>Records folded.</summary>
    public long Count { get; set; }
    public List<DeviceFold> Devices { get; set; } = [];

    /// <summary>Every cause that was enough for an alert, in the order they became so.</summary>
    public List<Cause> Causes { get; set; } = [];

    /// <summary>Grows with every change of <see cref="Causes"/>.</summary>
    public long Changes { get; set; }

    public Fold Copy() => new()
    {
        Last = Last, Count = Count, Devices = [.. Devices.Select(d => d.Copy())], Causes = [.. Causes],
        Changes = Changes,
    };

    public DeviceFold? Find(string device) => Devices.Find(d => d.Device == device);

    /// <summary>Takes the next record in order.</summary>
    /// <returns>What is thought of its position.</returns>
    public Plausibility Step(JudgedRecord record, FollowedUnit unit, Surroundings around)
    {
        (Last, Count) = (record, Count + 1);
        if (around.RulesAt(record.At) is not { } rules) return Plausibility.Unusable;
        var own = Find(record.Device);
        if (own is null) Devices.Add(own = new() { Device = record.Device });
        var position = own.Trail.Consider(record, rules);
        if (position == Plausibility.Believed) own.Standing.Take(own.Trail.Last!.Value, record.Speed, rules);
        var sight = new Sight(record, unit, around, rules, position, own, Devices);
        for (var i = 0; i < Rules.OverRecords.Count; i++)
        {
            var group = Rules.OverRecords[i];
            if (group.Rules[0].Look(sight) is { } evidence)
                own.Tracks[i] = Follow(own.Tracks[i], group, evidence, sight);
        }
        return position;
    }

    CauseTrack Follow(CauseTrack track, RuleGroup group, Evidence evidence, Sight sight)
    {
        if (!evidence.Bad) return End(track, sight.At);
        var episode = track.Open is { } open
            ? open with { Until = sight.At, Count = open.Count + 1, Weight = open.Weight + evidence.Weight }
            : new(evidence.From ?? sight.At, sight.At, 1, evidence.Weight, track.LastGood, sight.Record.Late,
                sight.Place);
        if (track.Raised is { } known)
        {
            // How long an open cause goes on is said once it is over.
            Causes[known] = Causes[known] with { Until = episode.Until };
            return track with { Open = episode };
        }
        foreach (var rule in group.Rules)
        {
            if (Causes.Count >= MostCauses || !rule.IsCause(episode, sight)) continue;
            Causes.Add(CauseOf(group, rule, episode, sight));
            Changes++;
            return track with { Open = episode, Raised = Causes.Count - 1 };
        }
        return track with { Open = episode };
    }

    CauseTrack End(CauseTrack track, DateTimeOffset at)
    {
        if (track.Raised is { } known)
        {
            Causes[known] = Causes[known] with { ClosedAt = at };
            Changes++;
        }
        return new(null, null, at);
    }

    static Cause CauseOf(RuleGroup group, IRule rule, Episode episode, Sight sight) => new(
        group.Name, rule.Kind, rule.Severity, sight.Record.Device, rule.IsPerDevice, episode.From, episode.Until,
        episode.GoodBefore, null, sight.At, sight.Record.Late, episode.FromLate, sight.Place,
        rule.Explain(episode, sight)) { Identity = sight.Record.Identity };
}
