using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// What records in order of time have shown of one device: those it sent itself, or those that vendors passed on. A
/// device heard over both ways has one of each, so that no vendor's word moves what the device's own has shown.
/// </summary>
sealed class DeviceFold
{
    public string Device { get; set; } = "";

    /// <summary>Vendors' platforms passed these records on.</summary>
    public bool IsRelayed { get; set; }

    /// <summary>Own time of the last of them.</summary>
    public long HeardMicros { get; set; }
    public Trail Trail { get; set; } = new();
    public Standing Standing { get; set; } = new();
    public Recent Recent { get; set; } = new();
    public Parting Parting { get; set; } = new();
    public Progress Progress { get; set; } = new();
    public ZoneTrail Zones { get; set; } = new();
    public Reckoning Reckoning { get; set; } = new();

    /// <summary>Speed or another device said that the unit moves while the position stayed the very same.</summary>
    public bool SaidToMove { get; set; }

    /// <summary>The cause followed by each group of rules, by its place in <see cref="Rules.OverRecords"/>.</summary>
    public CauseTrack[] Tracks { get; set; } = new CauseTrack[Rules.OverRecords.Count];

    /// <summary>Metres beyond the corridor's edge at its last believed position; null before the first.</summary>
    public double? MetresBeyond { get; set; }

    /// <summary>Metres from the route's line then.</summary>
    public double MetresAside { get; set; }

    /// <summary>Its last believed position lay in the zone of an office, where there is coverage.</summary>
    public bool IsAtOffice { get; set; }

    /// <summary>From one believed position to the next at the same place, the last time; 0 where it moved.</summary>
    public long RestMicros { get; set; }

    /// <summary>It stands in an office's zone and reports seldom, and is not overdue.</summary>
    public bool IsAsleep(long atMicros) => IsAtOffice && IsResting(atMicros);

    /// <summary>It stands and reports seldom, and is not overdue.</summary>
    public bool IsResting(long atMicros) => RestMicros > 0 && Standing.Outside == 0
        && atMicros - Trail.Last!.Value.AtMicros < RestMicros * 5 / 4;

    /// <summary>
    /// It came to rest by a leap that nobody drove: a single error, held while it stands. Or it names the place of
    /// before a time without records, while the unit's other device is far from there.
    /// </summary>
    public bool IsHeldAside => CameByLeap && Standing.Count > 1;

    /// <summary>What it names now is no place it drove to.</summary>
    public bool CameByLeap { get; set; }

    /// <summary>
    /// When it last named a place it cannot have reached; null once it was believed for long enough since.
    /// </summary>
    public long? JumpedMicros { get; set; }

    /// <summary>Positions believed since then.</summary>
    public int BelievedSince { get; set; }

    /// <summary>
    /// When it was last known to be led astray; null once its place is the unit's again. A slide that is lost sight of,
    /// in a time without places, is not over by that.
    /// </summary>
    public long? AstrayMicros { get; set; }

    /// <summary>A leap is over once positions are believed again for as long as such a thing lasts.</summary>
    public void Note(Plausibility position, long atMicros, JudgingRules rules)
    {
        if (position == Plausibility.Implausible) (JumpedMicros, BelievedSince) = (atMicros, 0);
        else if (position == Plausibility.Believed && JumpedMicros is { } jumped
            && ++BelievedSince >= rules.ImplausibleConvincingFixes
            && atMicros - jumped >= Trail.ProbationMicros(rules)) JumpedMicros = null;
    }

    public DeviceFold Copy() => new()
    {
        Device = Device, IsRelayed = IsRelayed, HeardMicros = HeardMicros,
        Trail = Trail.Copy(), Standing = Standing.Copy(), Recent = Recent.Copy(),
        Parting = Parting.Copy(), Progress = Progress.Copy(), Zones = Zones.Copy(), Reckoning = Reckoning.Copy(),
        SaidToMove = SaidToMove, CameByLeap = CameByLeap, AstrayMicros = AstrayMicros,
        DroveMicros = DroveMicros,
        JumpedMicros = JumpedMicros, BelievedSince = BelievedSince, MetresBeyond = MetresBeyond,
        MetresAside = MetresAside, IsAtOffice = IsAtOffice, RestMicros = RestMicros,
        Tracks = (CauseTrack[])Tracks.Clone(),
    };

    /// <summary>When it last said that it was driving, or did not say how fast it goes.</summary>
    public long DroveMicros { get; set; }

    /// <summary>Takes what a record says of a position led astray.</summary>
    public void NoteAstray(Sight sight)
    {
        var at = sight.Record.AtMicros;
        if (Reckoning.IsSliding)
        {
            if (AstrayMicros is not null || Drift.IsProven(sight)) AstrayMicros = at;
        }
        else if (MetresBeyond <= 0 || at - AstrayMicros > sight.Rules.DriftLongestSeconds * 1_000_000L)
            AstrayMicros = null;
        else
        {
            // What lies where another one is led astray is led there too, and for as long: by its time, not by this.
            foreach (var other in sight.Others)
                if (other != this && other.AstrayMicros > (AstrayMicros ?? 0) && IsBeside(other, sight.Rules))
                    AstrayMicros = other.AstrayMicros;
        }
    }

    /// <summary>By its own word; else by the place it had before.</summary>
    public bool Moves(JudgedRecord record, JudgingRules rules) =>
        record.Speed is { } speed ? speed > rules.StopSpeedMetresPerHour : Standing.Count == 1;

    /// <summary>Both name places of one way, as far as is known.</summary>
    bool IsBeside(DeviceFold other, JudgingRules rules) =>
        Trail.Last is { } here && other.Trail.Last is { } there
        && (other.Recent.MetresFrom(here) <= rules.ApartMetres || Recent.MetresFrom(there) <= rules.ApartMetres);

    /// <summary>The receiver stands still although the unit moves.</summary>
    public bool IsStuck(JudgingRules rules) => SaidToMove && Trail.SameCount >= rules.FrozenFixes;

    /// <summary>Takes a believed position, which the trail has already.</summary>
    public void Move(JudgedRecord record, Fold fold, FollowedUnit unit, JudgingRules rules)
    {
        var point = Trail.Last!.Value;
        Reckoning.Take(
            record, Parting.IsApart(rules) && !Parting.IsParted ? Parting.Metres
                : MetresBeyond > 0 ? MetresAside : null, rules);
        if (record.Speed is null || record.Speed > rules.StopSpeedMetresPerHour) DroveMicros = record.AtMicros;
        var before = (Standing.Count, Standing.LastMicros);
        Standing.Take(point, record.Speed, rules);
        RestMicros = Standing.Count > before.Count ? point.AtMicros - before.LastMicros : 0;
        Recent.Take(point);
        var others = fold.Beside(this, record.AtMicros);
        if (Standing.Count == 1 || record.Speed > rules.StopSpeedMetresPerHour)
            CameByLeap = Reckoning.HasLeapt && record.Speed <= rules.StopSpeedMetresPerHour;
        else if (point.AtMicros - before.LastMicros > rules.ReportGapSeconds * 1_000_000L)
            CameByLeap |= others.Exists(d => d != this && d.Trail.Last is { } last
                && Math.Abs(point.AtMicros - last.AtMicros) < Recent.SpanMicros
                && Earth.MetresBetween(point.Place, last.Place) > rules.HeldAsideMetres);
        Parting.Take(point, this, others.Where(d => d != this && unit.IsFitted(d.Device, record.At)), rules);
        SaidToMove = Trail.SameCount > 1
            && (SaidToMove || record.Speed > rules.StopSpeedMetresPerHour
                || others.Exists(d => d != this && WasLeftBehind(d, rules)));
    }

    /// <summary>The other device was there and went on when the position became the same: the unit did not stand first.
    /// </summary>
    bool WasLeftBehind(DeviceFold other, JudgingRules rules)
    {
        if (Trail.SameSince is not { } since
            || !other.Recent.HasGoneOn(since, rules.FrozenLeftBehindMetres)) return false;
        // By the other's clock.
        since = since with { AtMicros = since.AtMicros - Parting.LagMicros };
        return other.Recent.HasPassed(since, rules.FrozenStoppedSeconds * 1_000_000L, rules.ApartMetres);
    }

    /// <summary>What is thought of a position that the device cannot have reached, by where the others are.</summary>
    public int Convincing(JudgedRecord record, IEnumerable<DeviceFold> devices, JudgingRules rules)
    {
        var needed = rules.ImplausibleConvincingFixes;
        if (record.Position is not { } place) return needed;
        if (Reckoning.IsReturn(record, rules) || Reckoning.LostSlide) return 1;
        foreach (var other in devices)
        {
            if (other != this && other.Trail.Doubted is { } doubted
                && Math.Abs(record.AtMicros - doubted.AtMicros) < Recent.SpanMicros
                && Earth.MetresBetween(doubted.Place, new(place.Latitude, place.Longitude))
                    < rules.ImplausibleMinimumMetres) return 1;
            if (other == this || other.Trail.Last is not { } last
                || Math.Abs(record.AtMicros - last.AtMicros) > Recent.SpanMicros) continue;
            var metres = Earth.MetresBetween(last.Place, new(place.Latitude, place.Longitude));
            if (metres < rules.ImplausibleMinimumMetres) return 1;
            needed = rules.ImplausibleContradictedFixes;
        }
        return needed;
    }
}

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
        var position = own.Trail.Consider(record, rules, own.Convincing(record, beside, rules));
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
            if (place.Inside)
                own.Progress.Take(
                    place.ProgressMetres, own.Trail.Last!.Value, WrongDirection.ForwardMetres(sight, place.Leg));
            own.IsAtOffice = sight.Office is not null;
            (own.MetresBeyond, own.MetresAside) = (place.MetresBeyond, place.DistanceMetres);
            own.NoteAstray(sight);
            if (!sight.IsDoubtful && !sight.IsLedAstray && speaksForUnit)
                Aside.Take(record.AtMicros, place.MetresBeyond, own.Moves(record, rules));
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
        if (track.Open is { } last && sight.At - last.Until > group.Rules[0].Apart(sight.Rules))
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
