using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Judging;

namespace Rahdari.Telemetry.Raising;

/// <summary>What judging holds: units under way with their states, and what is not committed yet.</summary>
sealed class JudgingMemory
{
    /// <summary>
    /// Units kept at once: five times the 20,000 live movements of a corridor with a closure (some kilobytes each). One
    /// beyond it is read again when it is heard.
    /// </summary>
    const int MostUnits = 100_000;

    readonly Dictionary<UnitId, FollowedUnit> followed = [];
    readonly Dictionary<UnitId, JudgeState> states = [];
    readonly Dictionary<UnitId, DateTimeOffset> touched = [];
    readonly Dictionary<UnitId, UnitPosition> positions = [];
    readonly List<Finding> findings = [];

    /// <summary>Every record received up to here has been judged.</summary>
    public DateTimeOffset? Through { get; set; }

    public IReadOnlyList<Finding> Findings => findings;

    public IReadOnlyCollection<UnitPosition> Positions => positions.Values;

    public bool IsDirty => touched.Count > 0 || findings.Count > 0;

    public IEnumerable<(UnitId Unit, JudgeState State, DateTimeOffset Touched)> Dirty =>
        touched.Select(t => (t.Key, states[t.Key], t.Value));

    public bool Knows(UnitId unit) => states.ContainsKey(unit);

    public FollowedUnit? Find(UnitId unit) => followed.GetValueOrDefault(unit);

    /// <summary>Takes a unit as the store has it now; a state that is here already stays.</summary>
    public void Load(FollowedUnit unit, JudgeState? stored)
    {
        followed[unit.Unit] = unit;
        if (!states.ContainsKey(unit.Unit)) states[unit.Unit] = stored ?? JudgeState.Empty;
    }

    public void Step(JournaledFix fix, FollowedUnit unit, Surroundings around, JudgingRules rules)
    {
        var (after, found) = Judge.Step(states[unit.Unit], fix, unit, around, rules);
        states[unit.Unit] = after;
        Touch(unit.Unit, fix.ReceivedAt);
        findings.AddRange(found);
        if (PositionOf(fix, unit, after, around) is not { } position) return;
        if (!positions.TryGetValue(unit.Unit, out var known) || known.At < position.At) positions[unit.Unit] = position;
    }

    /// <summary>Lets time pass for every unit; answers those of whom there would be something to say.</summary>
    public List<UnitId> Tick(DateTimeOffset through, DateTimeOffset listeningSince, JudgingRules rules)
    {
        var suspects = new List<UnitId>();
        foreach (var (id, unit) in followed)
        {
            if (unit.EndedAt is not null) continue;
            var (after, found) = Judge.Tick(states[id], unit, through, listeningSince, rules);
            if (found.Count > 0) suspects.Add(id);
            // Not marked as touched: after a restart the same time passes again, to the same end.
            else states[id] = after;
        }
        return suspects;
    }

    /// <summary>Lets time pass for one unit as the store has it now.</summary>
    public void TickFor(FollowedUnit unit, DateTimeOffset through, DateTimeOffset listeningSince, JudgingRules rules)
    {
        Load(unit, null);
        var (after, found) = Judge.Tick(states[unit.Unit], unit, through, listeningSince, rules);
        states[unit.Unit] = after;
        if (found.Count == 0) return;
        Touch(unit.Unit, through);
        findings.AddRange(found);
    }

    public void Committed()
    {
        touched.Clear();
        findings.Clear();
        positions.Clear();
        if (states.Count <= MostUnits && !followed.Values.Any(u => u.EndedAt is not null)) return;
        var over = states.Count - MostUnits;
        foreach (var unit in followed.Values.OrderBy(u => u.EndedAt is null).ToList())
        {
            if (unit.EndedAt is null && over <= 0) break;
            followed.Remove(unit.Unit);
            states.Remove(unit.Unit);
            over--;
        }
    }

    public void Clear()
    {
        followed.Clear();
        states.Clear();
        touched.Clear();
        positions.Clear();
        findings.Clear();
        Through = null;
    }

    void Touch(UnitId unit, DateTimeOffset at)
    {
        if (!touched.TryGetValue(unit, out var before) || before < at) touched[unit] = at;
    }

    /// <summary>Null unless the record's position is believed and the newest of its device since gate-out.</summary>
    static UnitPosition? PositionOf(JournaledFix fix, FollowedUnit unit, JudgeState after, Surroundings around)
    {
        if (unit.GatedOutAt is not { } gate || fix.JudgedAt < gate) return null;
        if (fix.Message.Position is not { } place) return null;
        if (after.TrailOf(fix.Device).Believed is not [.., var newest]) return null;
        if (newest.At != fix.JudgedAt || newest.Place != place) return null;
        var along = around.Locate(new(place.Latitude, place.Longitude))?.ProgressMetres;
        return new(
            unit.Unit, fix.Device, fix.JudgedAt, place.LatitudeE7, place.LongitudeE7, fix.Message.Speed?.MetresPerHour,
            fix.Message.CourseDegrees, along is { } metres ? (long)Math.Round(metres) : null);
    }
}
