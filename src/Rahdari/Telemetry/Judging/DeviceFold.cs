using Rahdari.Corridors;

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

    /// <summary>When it last lay inside the corridor; 0 before.</summary>
    public long InsideMicros { get; set; }

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

    /// <summary>Since when it has lain inside the corridor without a slide; null where it does not.</summary>
    public long? BackMicros { get; set; }

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
        BackMicros = BackMicros, InsideMicros = InsideMicros,
        DroveMicros = DroveMicros, JumpedMicros = JumpedMicros, BelievedSince = BelievedSince,
        MetresBeyond = MetresBeyond, MetresAside = MetresAside, IsAtOffice = IsAtOffice, RestMicros = RestMicros,
        Tracks = (CauseTrack[])Tracks.Clone(),
    };

    /// <summary>When it last said that it was driving, or did not say how fast it goes.</summary>
    public long DroveMicros { get; set; }

    /// <summary>Takes what a record says of a position led astray.</summary>
    public void NoteAstray(Sight sight)
    {
        var at = sight.Record.AtMicros;
        // What is led along a road lies on it now and again; only a leap tells that it is back.
        BackMicros = MetresBeyond <= 0 && !Reckoning.IsSliding ? BackMicros ?? at : null;
        if (Reckoning.IsSliding)
        {
            if (AstrayMicros is not null || Drift.IsProven(sight)) AstrayMicros = at;
        }
        else if (at - AstrayMicros > sight.Rules.DriftLongestSeconds * 1_000_000L || (BackMicros is { } back
            && (Reckoning.HasLeapt || at - back >= Trail.ProbationMicros(sight.Rules))))
            AstrayMicros = null;
        else if (MetresBeyond > 0)
        {
            // What lies where another one is led astray is led there too, and for as long: by its time, not by this.
            foreach (var other in sight.Others)
                if (other != this && other.AstrayMicros > (AstrayMicros ?? 0)
                    && IsBeside(other, sight.Rules.ApartMetres))
                    AstrayMicros = other.AstrayMicros;
        }
    }

    /// <summary>By its own word; else by the place it had before.</summary>
    public bool Moves(JudgedRecord record, JudgingRules rules) =>
        record.Speed is { } speed ? speed > rules.StopSpeedMetresPerHour : Standing.Count == 1;

    /// <summary>Both name places of one way, as far as is known.</summary>
    public bool IsBeside(DeviceFold other, double withinMetres) =>
        Trail.Last is { } here && other.Trail.Last is { } there
        && (other.Recent.MetresFrom(here) <= withinMetres || Recent.MetresFrom(there) <= withinMetres);

    /// <summary>The receiver stands still although the unit moves.</summary>
    public bool IsStuck(JudgingRules rules) => SaidToMove && Trail.SameCount >= rules.FrozenFixes;

    /// <summary>Takes a believed position, which the trail has already.</summary>
    public void Move(JudgedRecord record, Fold fold, FollowedUnit unit, JudgingRules rules)
    {
        var point = Trail.Last!.Value;
        var others = fold.Beside(this, record.AtMicros);
        var isApart = Parting.IsApart(rules) && !Parting.IsParted;
        Reckoning.Take(
            record, isApart ? Parting.Metres : MetresBeyond > 0 ? MetresAside : null, rules,
            Parting.IsParted ? [] : [.. others.Where(d => d != this && !d.Parting.IsParted).Select(d => d.Reckoning)],
            isApart ? null : (InsideMicros, (MetresBeyond ?? 0) / 2));
        if (record.Speed is null || record.Speed > rules.StopSpeedMetresPerHour) DroveMicros = record.AtMicros;
        var before = (Standing.Count, Standing.LastMicros);
        var wasUnseen = Recent.Points is [.., var seen] && point.AtMicros - seen.AtMicros > Reckoning.MostStepMicros;
        Standing.Take(point, record.Speed, rules);
        RestMicros = Standing.Count > before.Count ? point.AtMicros - before.LastMicros : 0;
        Recent.Take(point);
        if (Standing.Count == 1 || record.Speed > rules.StopSpeedMetresPerHour)
            CameByLeap = record.Speed <= rules.StopSpeedMetresPerHour
                && (Reckoning.HasLeapt || (wasUnseen
                    && others.Exists(d => d != this && IsNowhereNear(d, point, rules))));
        else if (point.AtMicros - before.LastMicros > rules.ReportGapSeconds * 1_000_000L)
            CameByLeap |= others.Exists(d => d != this && d.Trail.Last is { } last
                && Math.Abs(point.AtMicros - last.AtMicros) < Recent.SpanMicros
                && Earth.MetresBetween(point.Place, last.Place) > rules.HeldAsideMetres);
        Parting.Take(point, this, others.Where(d => d != this && unit.IsFitted(d.Device, record.At)), rules);
        SaidToMove = Trail.SameCount > 1
            && (SaidToMove || record.Speed > rules.StopSpeedMetresPerHour
                || others.Exists(d => d != this && WasLeftBehind(d, rules)));
    }

    /// <summary>The other device, which rides with this one as far as is known, never came by a place.</summary>
    bool IsNowhereNear(DeviceFold other, TrailPoint point, JudgingRules rules) => !other.Parting.IsParted
        && other.Recent.IsComplete() && other.Trail.Last is { } last
        && Math.Abs(point.AtMicros - last.AtMicros) < Recent.SpanMicros
        && other.Recent.MetresFrom(point) > rules.ApartMetres;

    /// <summary>The other device was there and went on when the position became the same: the unit did not stand first.
    /// </summary>
    bool WasLeftBehind(DeviceFold other, JudgingRules rules)
    {
        if (Trail.SameSince is not { } since
            || !other.Recent.HasGoneOn(since, rules.FrozenLeftBehindMetres)) return false;
        // By the other's clock.
        since = since with { AtMicros = since.AtMicros - Parting.LagMicros };
        // Lying far off is not going on: the other has to have left, from wherever it lay, after this one stopped.
        if (!(other.Recent.MetresSince(since.AtMicros) > rules.FrozenLeftBehindMetres)) return false;
        return other.Recent.HasPassed(since, rules.FrozenStoppedSeconds * 1_000_000L, rules.ApartMetres);
    }

    /// <summary>What is thought of a position that the device cannot have reached, by where the others are.</summary>
    /// <param name="isInside">It lies inside the corridor: what was led astray from there comes back by a leap.</param>
    public int Convincing(JudgedRecord record, IEnumerable<DeviceFold> devices, bool isInside, JudgingRules rules)
    {
        var needed = rules.ImplausibleConvincingFixes;
        if (record.Position is not { } place) return needed;
        if (Reckoning.IsReturn(record, rules) || Reckoning.LostSlide || (AstrayMicros is not null && isInside))
            return 1;
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
