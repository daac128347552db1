using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;

namespace Rahdari.Telemetry.Raising;

/// <summary>What judging holds: the watches of units under way, and what is not committed yet.</summary>
sealed class JudgingMemory
{
    /// <summary>
    /// Units kept at once, some 20 kB each: the 20,000 live movements of a corridor with a closure and half as many
    /// again. One beyond it is read again when it is heard.
    /// </summary>
    const int MostUnits = 30_000;

    /// <summary>Conflicts remembered, a hundred bytes each; beyond it they are told, and found known, again.</summary>
    const int MostConflicts = 10_000;

    readonly Dictionary<UnitId, UnitWatch> watches = [];
    readonly Dictionary<UnitId, DateTimeOffset> touched = [];
    readonly Dictionary<UnitId, UnitPosition> positions = [];

    /// <summary>Ways told of the watched units since the start, at most two a unit.</summary>
    readonly HashSet<UnitWay> ways = [];
    readonly HashSet<UnitWay> newWays = [];
    readonly HashSet<UnitId> waiting = [];
    readonly Dictionary<UnitId, UnitCoverage> coverage = [];
    readonly HashSet<UnitId> newlyCovered = [];
    readonly List<Finding> findings = [];
    readonly HashSet<CrossingProof> proofs = [];

    /// <summary>Alerts of conflicts told since the start: told again they would cost a look into the record each.
    /// </summary>
    readonly HashSet<string> conflicts = [];

    /// <summary>Every record received up to here has been judged.</summary>
    public DateTimeOffset? Through { get; set; }

    public IReadOnlyList<Finding> Findings => findings;

    public IReadOnlyCollection<UnitPosition> Positions => positions.Values;

    /// <summary>Ways by which units were heard that are not committed yet.</summary>
    public IReadOnlyCollection<UnitWay> NewWays => newWays;

    /// <summary>What was noted of places beyond crossings and is not committed yet.</summary>
    public IReadOnlyCollection<CrossingProof> Proofs => proofs;

    public bool IsDirty => touched.Count > 0 || findings.Count > 0 || newlyCovered.Count > 0 || proofs.Count > 0;

    /// <summary>Units of which more or less is heard than was committed; null where nobody listens any more.</summary>
    public IEnumerable<(UnitId Unit, UnitCoverage? Coverage)> Coverage =>
        newlyCovered.Select(u => (u, coverage.GetValueOrDefault(u)));

    public IEnumerable<(UnitWatch Watch, DateTimeOffset Touched)> Dirty =>
        touched.Select(t => (watches[t.Key], t.Value));

    public bool Knows(UnitId unit) => watches.ContainsKey(unit);

    public UnitWatch? Find(UnitId unit) => watches.GetValueOrDefault(unit);

    /// <summary>Takes a unit as the store has it now; a watch that is here already goes on.</summary>
    public void Load(FollowedUnit unit, UnitWatch? stored)
    {
        if (watches.TryGetValue(unit.Unit, out var known)) known.Take(unit);
        else watches[unit.Unit] = known = stored ?? new(unit);
        Note(known);
    }

    public void Take(JournaledFix fix, UnitWatch watch, Surroundings around, JudgingRules rules)
    {
        var record = JudgedRecord.Of(fix);
        // The same fact in other bytes: heard, and not judged again.
        if (!fix.DuplicateFact) watch.Take(record, around, findings);
        var isNewest = IsNewest(watch, record);
        watch.Hear(record.Device, fix.ReceivedAt, rules);
        Note(watch);
        Touch(watch.Unit.Unit, fix.ReceivedAt);
        if (record.Position is null || watch.Unit.GatedOutAt is not { } gate || fix.JudgedAt < gate) return;
        var way = new UnitWay(watch.Unit.Unit, fix.Relay is not null);
        if (ways.Add(way)) newWays.Add(way);
        if (!isNewest) return;
        var position = PositionOf(fix, watch.Unit, around);
        if (!positions.TryGetValue(position.Unit, out var known) || known.At < position.At)
            positions[position.Unit] = position;
    }

    /// <summary>Units with late records that should be folded now, the one that has waited longest first.</summary>
    /// <param name="all">Whether it is time or not.</param>
    public List<UnitWatch> Due(bool all)
    {
        if (waiting.Count == 0) return [];
        return [.. waiting.Select(w => watches[w]).Where(w => all || (Through is { } through && w.IsDue(through)))
            .OrderBy(w => w.DueAt)];
    }

    /// <param name="records">See <see cref="UnitWatch.FoldWaiting"/>.</param>
    public void FoldWaiting(UnitWatch watch, IEnumerable<JudgedRecord> records, Surroundings around, bool all)
    {
        watch.FoldWaiting(records, around, findings, all);
        Note(watch);
        Touch(watch.Unit.Unit, watch.Head.Last?.ReceivedAt ?? DateTimeOffset.MinValue);
    }

    /// <summary>
    /// A record kept apart is evidence of nothing but this: two devices speak under one id. It moves no state.
    /// </summary>
    public void KeepApart(JournaledFix fix, Quarantine kept)
    {
        var (unit, device) = (fix.Unit!.Value, fix.Device);
        var id = AlertIds.Of(unit, AlertKind.IdentityConflict, kept.Since, device);
        if (conflicts.Count >= MostConflicts) conflicts.Clear();
        if (!conflicts.Add(id)) return;
        findings.Add(new Finding.Raise(
            id, unit, AlertKind.IdentityConflict, AlertSeverity.Critical, kept.Since, kept.Since, false, device, null,
            new($"alert.{AlertKind.IdentityConflict.Slug()}", ["device", device.ToString()]), null)
        { Identity = fix.Identity, Relay = fix.Relay?.Vendor.Value });
    }

    public void Note(CrossingProof proof) => proofs.Add(proof);

    /// <summary>What was found by looking at more than one unit.</summary>
    public void Add(Finding finding) => findings.Add(finding);

    /// <summary>
    /// Units under way of which a container's and a prime mover's device have parted, now or as records that came late
    /// show.
    /// </summary>
    public List<PartedUnit> Parted(JudgingRules rules)
    {
        var parted = new List<PartedUnit>();
        foreach (var watch in watches.Values)
        {
            if (watch.Head.Last is not { } last || !watch.Unit.IsSealedAt(last.At)) continue;
            var apart = watch.Head.Devices.Where(d => d.Parting.IsApart(rules)).ToList();
            if (apart.Count > 0 && PairedUnit.At(watch.Unit, last.At) is { } paired
                && watch.Head.Find(paired.Container.Device.ToString())?.Trail.Last is { } containerAt
                && watch.Head.Find(paired.Mover.Device.ToString())?.Trail.Last is { } moverAt)
                parted.Add(new(
                    paired, CorridorTime.FromMicros(apart.Min(d => d.Parting.ApartMicros ?? last.AtMicros)), null,
                    containerAt, moverAt));
            foreach (var cause in watch.Head.Causes)
            {
                if (cause is { Kind: AlertKind.DevicesApart, ClosedAt: { } closed, Place: { } place }
                    && PairedUnit.At(watch.Unit, cause.From) is { } before)
                {
                    var at = new TrailPoint(cause.From.ToMicros(), place.LatitudeE7, place.LongitudeE7);
                    parted.Add(new(before, cause.From, closed, at, at));
                }
            }
        }
        return parted;
    }

    /// <summary>Lets time pass for every unit; answers those of whom there would be something to say.</summary>
    /// <param name="around">What surrounds a unit's route.</param>
    public List<UnitId> Tick(
        DateTimeOffset through, DateTimeOffset listeningSince, JudgingRules rules, Func<string, Surroundings> around)
    {
        var suspects = new List<UnitId>();
        foreach (var (id, watch) in watches)
        {
            if (watch.Unit.EndedAt is not null) continue;
            var (after, found) = Rules.Silence.Judge(
                watch.Hearing, watch.Unit, through, listeningSince, rules, around(watch.Unit.RouteId));
            if (found.Count > 0 || CoverageOf(watch, through, rules) != coverage.GetValueOrDefault(id))
                suspects.Add(id);
            // Not marked as touched: after a restart the same time passes again, to the same end.
            else watch.Hearing = after;
        }
        return suspects;
    }

    /// <summary>Lets time pass for one unit as the store has it now.</summary>
    public void TickFor(
        FollowedUnit unit, DateTimeOffset through, DateTimeOffset listeningSince, JudgingRules rules,
        Surroundings around)
    {
        Load(unit, null);
        var watch = watches[unit.Unit];
        var (after, found) = Rules.Silence.Judge(watch.Hearing, unit, through, listeningSince, rules, around);
        watch.Hearing = after;
        NoteCoverage(unit.Unit, CoverageOf(watch, through, rules));
        if (found.Count == 0) return;
        Touch(unit.Unit, through);
        findings.AddRange(found);
    }

    /// <summary>What was told of units before this process began.</summary>
    public void Resume(Dictionary<UnitId, UnitCoverage> told)
    {
        foreach (var (unit, one) in told) coverage[unit] = one;
    }

    static UnitCoverage? CoverageOf(UnitWatch watch, DateTimeOffset through, JudgingRules rules) => UnitCoverage.Of(
        watch.Unit, watch.Hearing, through, TimeSpan.FromSeconds(rules.SilenceSeconds));

    void NoteCoverage(UnitId unit, UnitCoverage? now)
    {
        if (coverage.GetValueOrDefault(unit) == now) return;
        if (now is null) coverage.Remove(unit);
        else coverage[unit] = now;
        newlyCovered.Add(unit);
    }

    public void Committed()
    {
        newlyCovered.Clear();
        touched.Clear();
        findings.Clear();
        positions.Clear();
        newWays.Clear();
        proofs.Clear();
        if (watches.Count <= MostUnits && !watches.Values.Any(w => w.Unit.EndedAt is not null)) return;
        var over = watches.Count - MostUnits;
        foreach (var watch in watches.Values.OrderBy(w => w.Unit.EndedAt is null).ToList())
        {
            if (watch.Unit.EndedAt is null && over <= 0) break;
            if (watch.DueAt is not null || newlyCovered.Contains(watch.Unit.Unit)) continue;
            if (watch.Unit.EndedAt is not null) NoteCoverage(watch.Unit.Unit, null);
            watches.Remove(watch.Unit.Unit);
            waiting.Remove(watch.Unit.Unit);
            ways.Remove(new(watch.Unit.Unit, IsRelayed: false));
            ways.Remove(new(watch.Unit.Unit, IsRelayed: true));
            over--;
        }
    }

    public void Clear()
    {
        watches.Clear();
        touched.Clear();
        waiting.Clear();
        positions.Clear();
        ways.Clear();
        newWays.Clear();
        findings.Clear();
        proofs.Clear();
        conflicts.Clear();
        coverage.Clear();
        newlyCovered.Clear();
        Through = null;
    }

    /// <summary>Whoever waits is here: a watch is dropped only once it waits for nothing.</summary>
    void Note(UnitWatch watch)
    {
        if (watch.DueAt is not null) waiting.Add(watch.Unit.Unit);
        else waiting.Remove(watch.Unit.Unit);
    }

    void Touch(UnitId unit, DateTimeOffset at)
    {
        if (!touched.TryGetValue(unit, out var before) || before < at) touched[unit] = at;
    }

    /// <summary>Whether the record's position is believed and the newest of its device, over whichever way.</summary>
    static bool IsNewest(UnitWatch watch, JudgedRecord record) =>
        record.Position is { } place && watch.Head.Devices.Where(d => d.Device == record.Device)
            .MaxBy(d => d.Trail.Last?.AtMicros)?.Trail.Last is { } last
        && last == new TrailPoint(record.AtMicros, place.LatitudeE7, place.LongitudeE7);

    static UnitPosition PositionOf(JournaledFix fix, FollowedUnit unit, Surroundings around)
    {
        var place = fix.Message.Position!.Value;
        var along = around.Locate(new(place.Latitude, place.Longitude))?.ProgressMetres;
        return new(
            unit.Unit, fix.Device, fix.JudgedAt, place.LatitudeE7, place.LongitudeE7, fix.Message.Speed?.MetresPerHour,
            fix.Message.CourseDegrees, along is { } metres ? (long)Math.Round(metres) : null, fix.Identity,
            fix.Relay?.Vendor.Value);
    }
}
