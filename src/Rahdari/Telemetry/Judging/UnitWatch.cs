using Rahdari.Corridors;
using Rahdari.Movements;

namespace Rahdari.Telemetry.Judging;

/// <summary>Records that came too late for the window, not folded yet.</summary>
/// <param name="FromMicros">The oldest one's own time.</param>
/// <param name="SinceMicros">When the first of them was received.</param>
readonly record struct WaitingLate(long FromMicros, long SinceMicros, int Count);

/// <summary>
/// Watches one unit: takes its records in whatever order they come and says what they give reason to raise. What is
/// said in the end depends on the set of records alone. Used by one caller at a time.
/// </summary>
/// <remarks>
/// A record in order is one step of the fold. One that is late by less than the window is put in its place, and the
/// fold done again from the snapshot before it. One that is later still waits until enough of them wait or for as long
/// as <see cref="Patience"/>; then the fold is done again from the nearest older snapshot, with the records read again.
/// So a flushed day costs a few folds of the day. A late record that shows tampering by itself is told at once.
/// Memory: <see cref="WindowRecords"/> records and <see cref="OlderSnapshots"/> + 6 folds of 1 to 3 kB, some 20 kB.
/// </remarks>
sealed class UnitWatch(FollowedUnit unit)
{
    /// <summary>Two devices at a report each 30 s: about ten minutes, more than clocks of devices differ.</summary>
    public const int WindowRecords = 48;

    /// <summary>Records between two snapshots of the window: what a record late by seconds costs at most.</summary>
    const int SnapshotEvery = 12;

    /// <summary>Snapshots older than the window, spread over the trip.</summary>
    const int OlderSnapshots = 4;

    /// <summary>Receive time that late records wait at most; alerts of other kinds than tampering have ten minutes.
    /// </summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>
    /// Receive time without a late record before what a flush shows is told: half of its records would show causes
    /// that the whole of them do not. Tampering is told at once.
    /// </summary>
    static readonly TimeSpan Quiet = TimeSpan.FromSeconds(150);

    /// <summary>
    /// Receipt that anything is held at most, however the records come: with the <see cref="Patience"/> before it, and
    /// a minute for the looks, the ten minutes that alerts of other kinds than tampering have.
    /// </summary>
    static readonly TimeSpan LongestHold = TimeSpan.FromMinutes(8);

    readonly List<Fold> older = [];
    readonly List<Fold> snapshots = [new Fold()];
    readonly List<JudgedRecord> window = [];
    List<ToldAlert> told = [];
    List<ToldOpening> openings = [];
    long settled = -1;
    DateTimeOffset? lastLate;
    DateTimeOffset newest = DateTimeOffset.MinValue;
    bool isHeld;

    /// <summary>Receipt of the newest record when what is held was first held; unset before and after a restart.
    /// </summary>
    DateTimeOffset heldSince;

    public FollowedUnit Unit { get; private set; } = unit;

    public Fold Head { get; private set; } = new();

    public Hearing Hearing { get; set; } = Hearing.Empty;

    public IReadOnlyList<ToldAlert> Told => told;

    public IReadOnlyList<ToldOpening> ToldOpenings => openings;

    /// <summary>Null where every record taken is folded.</summary>
    public WaitingLate? Waiting { get; private set; }

    /// <summary>When there will be something to do though no record comes; null where there is nothing.</summary>
    public DateTimeOffset? DueAt =>
        Waiting is { } waiting ? Hosting.CorridorTime.FromMicros(Math.Max(0, waiting.SinceMicros)) + Patience
        : !isHeld ? null
        : lastLate + Quiet is { } quiet && quiet < heldSince + LongestHold ? quiet : heldSince + LongestHold;

    /// <summary>The time from which on records are needed to fold those that wait.</summary>
    public DateTimeOffset? NeededFrom => Waiting is { } waiting ? BaseFor(waiting.FromMicros)?.Last?.At : null;

    /// <summary>Takes up where a written state left off.</summary>
    public static UnitWatch Resume(
        FollowedUnit unit, Fold head, List<ToldAlert> told, List<ToldOpening> openings, Hearing hearing,
        WaitingLate? waiting)
    {
        var watch = new UnitWatch(unit)
        {
            Head = head, Hearing = hearing, Waiting = waiting, told = told, openings = openings,
        };
        watch.snapshots[0] = head.Copy();
        // What was held back before the restart is looked at again as soon as time passes.
        (watch.isHeld, watch.lastLate) = (true, DateTimeOffset.UnixEpoch);
        return watch;
    }

    /// <summary>Judges a unit's records anew; what was told of it before stands until they are folded.</summary>
    /// <param name="fold">Records of the unit were judged before; else they are still to come.</param>
    public void BeginAnew(IEnumerable<ToldAlert> toldBefore, IEnumerable<ToldOpening> openingsBefore, bool fold)
    {
        (told, openings) = ([.. toldBefore], [.. openingsBefore]);
        if (fold) Waiting = new(long.MinValue, long.MinValue, 1);
    }

    /// <summary>Takes what is known of the unit by now; where that changes the past, its records are folded again.
    /// </summary>
    public void Take(FollowedUnit now)
    {
        var changed = Unit.ChangedFrom(now);
        Unit = now;
        if (changed is not { } from || Head.Last is not { } last || from > last.At) return;
        var micros = from < DateTimeOffset.UnixEpoch ? long.MinValue : Hosting.CorridorTime.ToMicros(from) - 1;
        Wait(micros, last.ReceivedMicros);
    }

    /// <summary>Takes one record, whenever it comes.</summary>
    public void Take(JudgedRecord record, Surroundings around, List<Finding> findings)
    {
        if (record.ReceivedAt > newest) newest = record.ReceivedAt;
        if (record.Late) lastLate = newest;
        if (Head.Last is null || record.CompareTo(Head.Last) > 0) Advance(record, around);
        else if (snapshots[0].Last is null || record.CompareTo(snapshots[0].Last) > 0)
        {
            var place = window.BinarySearch(record);
            if (place >= 0)
            {
                // Said twice: the device's own word is the evidence, not the vendor's.
                if (record.Relay is not null || window[place].Relay is null) return;
                window[place] = record;
            }
            else window.Insert(~place, record);
            FoldAgain(record, around);
        }
        else
        {
            Wait(record.AtMicros, record.ReceivedMicros);
            TellTampering(record, around, findings);
            return;
        }
        // Until every record is folded again the head knows nothing of what was told: it refutes and names nothing.
        if (Waiting is { FromMicros: long.MinValue }) TellTampering(record, around, findings);
        else Settle(findings, all: false);
    }

    /// <summary>A record of the device came, whatever it says: it is heard, from where it is known to be.</summary>
    public void Hear(string device, DateTimeOffset receivedAt, JudgingRules rules)
    {
        var own = Head.Find(device);
        var place = own is null ? null : Head.WhereIs(own, rules);
        var age = place is { } at ? receivedAt - Hosting.CorridorTime.FromMicros(at.AtMicros) : TimeSpan.Zero;
        Hearing = Hearing.At(
            device, receivedAt, place is { } p ? new(p.LatitudeE7, p.LongitudeE7) : null,
            TimeSpan.FromSeconds(rules.SilenceSeconds), own?.Parting.IsParted ?? false,
            age > TimeSpan.Zero ? age : TimeSpan.Zero);
    }

    /// <summary>Whether the records that wait should be folded now.</summary>
    /// <param name="through">Every record received up to here has been taken.</param>
    public bool IsDue(DateTimeOffset through) => DueAt <= through || (Waiting is { } waiting
        && waiting.Count >= Head.Count - (BaseFor(waiting.FromMicros)?.Count ?? 0));

    /// <summary>Folds again, with those that waited.</summary>
    /// <param name="records">Every record taken so far whose own time is <see cref="NeededFrom"/> or later, all where
    /// that is null; in any order, copies do no harm.</param>
    /// <param name="all">No more records are expected: nothing is held back.</param>
    public void FoldWaiting(
        IEnumerable<JudgedRecord> records, Surroundings around, List<Finding> findings, bool all = true)
    {
        if (Waiting is not { } waiting)
        {
            // What was held back has been quiet for long enough.
            if (isHeld) Settle(findings, all: true);
            return;
        }
        var from = BaseFor(waiting.FromMicros)?.Copy() ?? new Fold();
        older.RemoveAll(f => f.Count >= from.Count);
        window.Clear();
        snapshots.Clear();
        snapshots.Add(from.Copy());
        var changes = Head.Changes;
        Head = from;
        Head.Changes = changes;
        var start = from.Last;
        foreach (var record in records.Where(r => start is null || r.CompareTo(start) > 0).Order()
            .ThenBy(r => r.Relay is not null))
            if (Head.Last is null || record.CompareTo(Head.Last) != 0) Advance(record, around);
        Waiting = null;
        Head.Changes++;
        for (var i = 0; i < told.Count; i++)
            if (told[i].Waits) told[i] = told[i] with { Waits = false };
        Settle(findings, all);
    }

    void Advance(JudgedRecord record, Surroundings around)
    {
        Head.Step(record, Unit, around);
        window.Add(record);
        if (Head.Count - snapshots[^1].Count >= SnapshotEvery) snapshots.Add(Head.Copy());
        if (window.Count < WindowRecords + SnapshotEvery || snapshots.Count < 2) return;
        var kept = snapshots[1];
        window.RemoveRange(0, (int)(kept.Count - snapshots[0].Count));
        if (snapshots[0].Last is not null) older.Add(snapshots[0]);
        snapshots.RemoveAt(0);
        if (older.Count > OlderSnapshots) older.RemoveAt(LeastMissed());
    }

    /// <summary>The older snapshot whose neighbours lie closest together.</summary>
    int LeastMissed()
    {
        var (least, best) = (0, long.MaxValue);
        for (var i = 0; i < older.Count - 1; i++)
        {
            var gap = older[i + 1].Count - (i == 0 ? 0 : older[i - 1].Count);
            if (gap < best) (least, best) = (i, gap);
        }
        return least;
    }

    void FoldAgain(JudgedRecord late, Surroundings around)
    {
        while (snapshots.Count > 1 && snapshots[^1].Last!.CompareTo(late) >= 0) snapshots.RemoveAt(snapshots.Count - 1);
        var changes = Head.Changes;
        Head = snapshots[^1].Copy();
        // Counted on, so that what was settled before is settled again.
        Head.Changes = changes + 1;
        var records = window.GetRange(
            (int)(Head.Count - snapshots[0].Count), window.Count - (int)(Head.Count - snapshots[0].Count));
        foreach (var record in records)
        {
            Head.Step(record, Unit, around);
            if (Head.Count - snapshots[^1].Count >= SnapshotEvery) snapshots.Add(Head.Copy());
        }
    }

    void Wait(long fromMicros, long receivedMicros) => Waiting = Waiting is { } waiting
        ? new(Math.Min(waiting.FromMicros, fromMicros), waiting.SinceMicros, waiting.Count + 1)
        : new(fromMicros, receivedMicros, 1);

    /// <summary>The newest snapshot before a time; null where there is none.</summary>
    Fold? BaseFor(long fromMicros)
    {
        if (snapshots[0].Last is { } newest && newest.AtMicros < fromMicros) return snapshots[0];
        for (var i = older.Count - 1; i >= 0; i--)
            if (older[i].Last!.AtMicros < fromMicros) return older[i];
        return null;
    }

    void Settle(List<Finding> findings, bool all)
    {
        if (Head.Changes == settled) return;
        if (!isHeld || heldSince == default) heldSince = newest;
        var hold = !all && newest - lastLate < Quiet && newest - heldSince < LongestHold;
        var judgedTo = Head.Last?.At ?? DateTimeOffset.MaxValue;
        isHeld = !Telling.Settle(told, Head, Unit.Unit, judgedTo, hold, findings)
            | !OpeningTelling.Settle(openings, Head, Unit.Unit, judgedTo, hold, findings);
        settled = isHeld ? -1 : Head.Changes;
    }

    /// <summary>A late record that shows tampering by itself is told before it is folded.</summary>
    void TellTampering(JudgedRecord record, Surroundings around, List<Finding> findings)
    {
        if (around.RulesAt(record.At) is not { } rules) return;
        var position = record.HasGoodPosition(rules.MinimumSatellites) ? Plausibility.Believed : Plausibility.Unusable;
        var sight = new Sight(record, Unit, around, rules, position, new() { Device = record.Device }, []);
        foreach (var group in Rules.OverRecords)
        {
            var rule = group.Rules[0];
            if (!rule.IsShownByOneRecord || rule.Look(sight) is not { Bad: true } evidence) continue;
            // Where it was then is told by the records around it: it may have been at the office that allowed it.
            if (sight.Place is null && Unit.PermissionsFor(rule.Kind, sight.At, record.Device).Any()) continue;
            var episode = new Episode(sight.At, sight.At, 1, evidence.Weight, null, record.Late, sight.Place);
            if (rule.IsCause(episode, sight)) Tell(group.Name, rule, episode, sight, findings);
        }
    }

    void Tell(string group, IRule rule, Episode episode, Sight sight, List<Finding> findings)
    {
        var (device, at) = (sight.Record.Device, sight.At);
        var one = TimeSpan.FromSeconds(sight.Rules.TamperingApartSeconds);
        foreach (var (i, alert) in told.Index())
        {
            if (alert.IsRefuted || alert.Kind != rule.Kind || alert.Device != device) continue;
            if (!alert.Waits)
            {
                if (alert.Covers(at)) return;
                continue;
            }
            if (at < alert.From - one || at > alert.Until + one) continue;
            told[i] = alert with
            {
                From = at < alert.From ? at : alert.From, Until = at > alert.Until ? at : alert.Until,
            };
            if (at < alert.From) findings.Add(new Finding.Extend(alert.Id, at, alert.Until, sight.Record.Late));
            return;
        }
        var id = Telling.NameOf(Unit.Unit, rule.Kind, at, device, told);
        findings.Add(new Finding.Raise(
            id, Unit.Unit, rule.Kind, rule.Severity, at, at, sight.Record.Late, DeviceId.Parse(device), sight.Place,
            rule.Explain(episode, sight), CutFrom: null)
            { Identity = sight.Record.Identity, Relay = sight.Record.Relay });
        told.Add(new(id, group, rule.Kind, device, at, at, at, null, null, false, Waits: true));
        Telling.Forget(told);
    }
}
