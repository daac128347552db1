using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>One cause of one group of rules, as far as it was followed.</summary>
/// <param name="Open">The cause that goes on; null for none.</param>
/// <param name="Raised">Its place among the causes raised; null where it was not enough yet. With none open: a flood
/// that may go on.</param>
readonly record struct CauseTrack(Episode? Open, int? Raised, DateTimeOffset? LastGood);

/// <summary>
/// A unit's records folded in order of their own time. The same set of records gives the same fold, in whatever order
/// they came: <see cref="UnitWatch"/> sees to the order. Used by one caller at a time; a copy shares nothing that
/// changes.
/// </summary>
sealed class Fold
{
    /// <summary>
    /// Causes other than tampering kept of one trip. More are a broken device; it is repaired, and no further alert
    /// about it would be read.
    /// </summary>
    public const int MostCauses = 128;

    /// <summary>Half of them leave room for what devices show themselves, whatever vendors pass on.</summary>
    public const int MostRelayed = MostCauses / 2;

    /// <summary>
    /// Causes of one kind of tampering kept of one device and way, whatever else there is: one each half hour of 16
    /// hours on the road. One more is not dropped: it is counted to the last.
    /// </summary>
    public const int MostTampering = 32;

    /// <summary>
    /// Silent for longer, while vendors still pass on what it says, a device is better known by their way. Which way is
    /// asked between records too, where no row of rules is in force: it is no policy what a unit is known by.
    /// </summary>
    const long OwnWayMicros = 15 * 60_000_000L;

    /// <summary>The last record folded; null before the first.</summary>
    public JudgedRecord? Last { get; set; }

    /// <summary>Records folded.</summary>
    public long Count { get; set; }
    public List<DeviceFold> Devices { get; set; } = [];

    /// <summary>Every cause that was enough for an alert, in the order they became so.</summary>
    public List<Cause> Causes { get; set; } = [];

    /// <summary>Every opening that an office recorded, in order of time.</summary>
    public List<Opening> Openings { get; set; } = [];

    /// <summary>How far along the route it was first seen after gate-out; null before.</summary>
    public double? StartMetres { get; set; }

    /// <summary>Where the unit lay beside its corridor lately.</summary>
    public Aside Aside { get; set; } = new();

    /// <summary>Grows with every change of <see cref="Causes"/>.</summary>
    public long Changes { get; set; }

    public Fold Copy() => new()
    {
        Last = Last, Count = Count, Devices = [.. Devices.Select(d => d.Copy())], Causes = [.. Causes],
        Changes = Changes, Aside = Aside.Copy(), Openings = [.. Openings],
        StartMetres = StartMetres,
    };

    /// <summary>What is known of a device: by its own word, unless it fell silent and vendors went on.</summary>
    public DeviceFold? Find(string device) =>
        Devices.Find(d => d.Device == device && !Yields(d, Last?.AtMicros ?? 0));

    /// <summary>
    /// Where a device is as far as is known; null where it never told. One whose receiver stands still while the unit
    /// moves, or has had no place for too long, is where the unit's other device is.
    /// </summary>
    public TrailPoint? WhereIs(DeviceFold own, JudgingRules rules)
    {
        var isOld = own.HeardMicros - own.Trail.Last?.AtMicros > rules.UncoveredPlaceSeconds * 1_000_000L;
        if (own.Parting.IsParted || (!isOld && !own.IsStuck(rules))) return own.Trail.Last;
        foreach (var other in Beside(own, own.HeardMicros))
            if (other != own && !other.IsStuck(rules) && !other.Parting.IsParted && other.Trail.Last is { } last
                && Math.Abs(own.HeardMicros - last.AtMicros) < Recent.SpanMicros) return last;
        return own.Trail.Last;
    }

    DeviceFold? Find(string device, bool relayed) =>
        Devices.Find(d => d.Device == device && d.IsRelayed == relayed);

    /// <summary>
    /// The devices of the unit as a record of one of them is held against them: each by one of its two ways, and itself
    /// by the record's.
    /// </summary>
    public List<DeviceFold> Beside(DeviceFold own, long atMicros) => Devices.Exists(d => d.IsRelayed)
        ? Devices.FindAll(d => d == own || (d.Device != own.Device && !Yields(d, atMicros)))
        : Devices;

    /// <summary>The device is better known by the other way.</summary>
    bool Yields(DeviceFold device, long atMicros) =>
        Find(device.Device, !device.IsRelayed) is { } other && device.IsRelayed != (device.IsRelayed
            ? IsSilent(other, device, atMicros)
            : IsSilent(device, other, atMicros));

    /// <summary>A device that vendors still pass on records of has not been heard itself for longer than it reports.
    /// </summary>
    static bool IsSilent(DeviceFold own, DeviceFold relayed, long atMicros) => own.HeardMicros < relayed.HeardMicros
        && atMicros - own.HeardMicros > OwnWayMicros;

    /// <summary>Takes the next record in order.</summary>
    /// <returns>What is thought of its position.</returns>
    public Plausibility Step(JudgedRecord record, FollowedUnit unit, Surroundings around)
    {
        (Last, Count) = (record, Count + 1);
        if (around.RulesAt(record.At) is not { } rules) return Plausibility.Unusable;
        var relayed = record.Relay is not null;
        var own = Find(record.Device, relayed);
        if (own is null) Devices.Add(own = new() { Device = record.Device, IsRelayed = relayed });
        own.HeardMicros = record.AtMicros;
        var beside = Beside(own, record.AtMicros);
        var isInside = own.AstrayMicros is not null && record.Position is { } there
            && around.Locate(new(there.Latitude, there.Longitude)) is { Inside: true };
        var position = own.Trail.Consider(record, rules, own.Convincing(record, beside, isInside, rules));
        own.Note(position, record.AtMicros, rules);
        if (position == Plausibility.Believed) own.Move(record, this, unit, rules);
        var sight = new Sight(record, unit, around, rules, position, own, beside)
        {
            Aside = Aside, StartMetres = StartMetres,
        };
        if (sight.Place is not null && unit.Plan is not null) own.Zones.Take(sight.Office?.Id, record.AtMicros);
        if (sight.OnRoute is { } place)
        {
            var speaksForUnit = !Yields(own, record.AtMicros);
            if (speaksForUnit && unit.IsOnRouteAt(record.At)) StartMetres ??= place.ProgressMetres;
            own.IsAtOffice = sight.Office is not null;
            (own.MetresBeyond, own.MetresAside) = (place.MetresBeyond, place.DistanceMetres);
            if (place.Inside) own.InsideMicros = record.AtMicros;
            own.NoteAstray(sight);
            if (place.Inside && !sight.IsLedAstray)
                own.Progress.Take(
                    place.ProgressMetres, own.Trail.Last!.Value, WrongDirection.ForwardMetres(sight, place.Leg));
            if (!sight.IsDoubtful && !sight.IsLedAstray && speaksForUnit)
                Aside.Take(record.AtMicros, place.MetresBeyond, own.Moves(record, rules), rules);
        }
        for (var i = 0; i < Rules.OverRecords.Count; i++)
        {
            var group = Rules.OverRecords[i];
            if (group.Rules[0].Look(sight) is not { } evidence) continue;
            own.Tracks[i] = Follow(own.Tracks[i], group, evidence, sight);
            // The device's own word ends what a vendor's began; never the other way round.
            if (!relayed && evidence is { Bad: false, Allowed: null } && Find(record.Device, true) is { } passed)
                passed.Tracks[i] = Follow(passed.Tracks[i], group, evidence, sight);
        }
        if (own.AstrayMicros == record.AtMicros && own.Reckoning.SlidFrom is { } begin)
            TellAsAstray(CorridorTime.FromMicros(begin.AtMicros), rules);
        return position;
    }

    /// <summary>
    /// A way off the corridor that began with the slide is the slide: once drift is told of, it is no cause besides.
    /// </summary>
    void TellAsAstray(DateTimeOffset slidFrom, JudgingRules rules)
    {
        if (!Causes.Exists(c => c.ClosedAt is null && c.Is(AlertKind.Drift))) return;
        for (var i = 0; i < Causes.Count; i++)
        {
            var cause = Causes[i];
            if (cause.Kind != AlertKind.OffCorridor || cause.IsAstray || cause.ClosedAt < slidFrom
                || cause.From < slidFrom.AddSeconds(-rules.DriftBeginsSeconds)) continue;
            Causes[i] = cause with { IsAstray = true };
            Changes++;
            foreach (var device in Devices)
                for (var g = 0; g < device.Tracks.Length; g++)
                    if (device.Tracks[g].Raised == i) device.Tracks[g] = new(null, null, device.Tracks[g].LastGood);
        }
    }

    CauseTrack Follow(CauseTrack track, RuleGroup group, Evidence evidence, Sight sight)
    {
        if (evidence.Allowed is { } allowed)
        {
            Allow(allowed, group.Rules[0].Kind, sight);
            return track;
        }
        if (!evidence.Bad) return End(track, sight.At, sight.Rules);
        if (track.Open is { } last && sight.At - last.Until > group.Rules[0].Apart(sight.Rules)
            && (track.Raised is null || !group.Rules[0].GoesOn(sight)))
            track = End(track, last.Until, sight.Rules);
        // A flood that did not go on within its time is over.
        if (track is { Open: null, Raised: not null, LastGood: { } good } && !IsWithinFlood(track, sight))
            track = Close(track, good);
        if (track.Raised is { } other && IsOfAnotherSensor(Causes[other], evidence, sight))
            track = Close(track, track.Open?.Until ?? track.LastGood ?? sight.At);
        var episode = track.Open is { } open
            ? open with { Until = sight.At, Count = open.Count + 1, Weight = open.Weight + evidence.Weight }
            : new(evidence.From ?? sight.At, sight.At, 1, evidence.Weight, track.LastGood, sight.Record.Late,
                sight.Place);
        if (track.Raised is { } known)
        {
            // How long an open cause goes on is said once it is over.
            Causes[known] = Causes[known] with
            {
                Until = episode.Until,
                Sensors = Causes[known].Times > 1 ? Causes[known].Sensors : Causes[known].Sensors | evidence.Sensors,
            };
            if (track.Open is null) CountAgain(known);
            if (group.Rules.Count > 1) Become(known, group, episode, sight);
            return track with { Open = episode };
        }
        foreach (var rule in group.Rules)
        {
            if (!rule.IsCause(episode, sight)) continue;
            if (CountedTo(rule, episode, evidence.Sensors, sight) is { } flood)
            {
                Causes[flood] = Causes[flood] with { Until = episode.Until, ClosedAt = null };
                CountAgain(flood);
                return track with { Open = episode, Raised = flood };
            }
            if (!rule.IsShownByOneRecord && !HasRoom(sight.Record)) continue;
            Causes.Add(CauseOf(group, rule, episode, sight) with { Sensors = evidence.Sensors });
            Changes++;
            return track with { Open = episode, Raised = Causes.Count - 1 };
        }
        return track with { Open = episode };
    }

    /// <summary>For a cause that is no tampering.</summary>
    bool HasRoom(JudgedRecord record) => Causes.Count(c => !c.IsUrgent) < MostCauses
        && (record.Relay is null || Causes.Count(c => !c.IsUrgent && c.Relay is not null) < MostRelayed);

    void Allow(Permission allowed, AlertKind kind, Sight sight)
    {
        if (allowed.Act is not { } act) return;
        var at = Openings.FindIndex(o => o.Act.EventId == act.EventId && o.Device == sight.Record.Device);
        if (at >= 0)
        {
            if (!Openings[at].Kinds.Contains(kind)) Changes++;
            Openings[at] = Openings[at].With(kind, sight.At);
        }
        else if (Openings.Count < MostCauses)
        {
            Openings.Add(new(act, sight.Record.Device, [kind], sight.At, sight.At, sight.Place));
            Changes++;
        }
    }

    /// <summary>A cause raised by one rule of a group may become enough for another.</summary>
    void Become(int known, RuleGroup group, Episode episode, Sight sight)
    {
        foreach (var rule in group.Rules)
        {
            if (Causes[known].Is(rule.Kind) || !rule.IsCause(episode, sight)) continue;
            Causes[known] = Causes[known] with
            {
                Also = [.. Causes[known].Also, new(rule.Kind, rule.Explain(episode, sight))],
            };
            Changes++;
        }
    }

    /// <summary>
    /// Another sensor than those of the cause tells of an opening: another one, where the cause is a flood, or has been
    /// open for a flood's time. Sooner it is the same one, as it goes on.
    /// </summary>
    static bool IsOfAnotherSensor(Cause cause, Evidence evidence, Sight sight) =>
        (evidence.Sensors & ~cause.Sensors) != Sensors.None
        && (cause.Times > 1 || sight.At - cause.From > TimeSpan.FromSeconds(sight.Rules.FloodSeconds));

    /// <summary>
    /// The cause that one more of its kind is counted to: a device of which the same sensors tell of as many as the
    /// rules allow in their time is broken, or played with, and more alerts of it say no more. So it is where no more
    /// tampering of a kind is kept of the device. Null where there are fewer.
    /// </summary>
    int? CountedTo(IRule rule, Episode episode, Sensors sensors, Sight sight)
    {
        if (!rule.IsPerDevice) return null;
        var (all, last, count, newest, like) = (0, (int?)null, 0, (int?)null, (int?)null);
        var since = episode.From.AddSeconds(-sight.Rules.FloodSeconds);
        for (var i = 0; i < Causes.Count; i++)
        {
            if (Causes[i].Kind != rule.Kind || Causes[i].Device != sight.Record.Device
                || Causes[i].Relay is null != sight.Record.Relay is null) continue;
            (all, last) = (all + 1, i);
            if (Causes[i].Until < since || (sensors & ~Causes[i].Sensors) != Sensors.None) continue;
            (count, newest) = (count + Causes[i].Times, i);
            if (Causes[i].Sensors == sensors) like = i;
        }
        if (count >= sight.Rules.FloodCauses) return like ?? newest;
        return rule.IsShownByOneRecord && all >= MostTampering ? last : null;
    }

    void CountAgain(int known)
    {
        Causes[known] = Causes[known] with { Times = Causes[known].Times + 1 };
        Changes++;
    }

    bool IsWithinFlood(CauseTrack track, Sight sight) => track.Raised is { } known
        && sight.At - Causes[known].Until <= TimeSpan.FromSeconds(sight.Rules.FloodSeconds);

    /// <summary>One of a flood is over, the flood is not: that is said once it has been quiet for its time.</summary>
    CauseTrack End(CauseTrack track, DateTimeOffset at, JudgingRules rules) =>
        track.Raised is { } known && Causes[known].Times > 1
            && at - Causes[known].Until <= TimeSpan.FromSeconds(rules.FloodSeconds)
            ? new(null, known, at)
            : Close(track, at);

    CauseTrack Close(CauseTrack track, DateTimeOffset at)
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
        rule.Explain(episode, sight)) { IsUrgent = rule.IsShownByOneRecord, Identity = sight.Record.Identity,
            Relay = sight.Record.Relay };
}
