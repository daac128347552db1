using Rahdari.Corridors;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Scoring;

/// <summary>How one kind was judged.</summary>
sealed class KindScore
{
    public int Truth { get; set; }
    public int Hit { get; set; }
    public int False { get; set; }

    /// <summary>Alarms that are the first of what they touch, and came too late to be a hit.</summary>
    public int Late { get; set; }

    /// <summary>Alarms that touch nothing but what has an alarm already.</summary>
    public int Again { get; set; }

    /// <summary>Seconds from the arrival of what shows a cause to its alarm, of those hit.</summary>
    public List<double> Delays { get; } = [];

    public double? DelayAt(double share) => Delays.Count == 0 ? null
        : Delays.Order().ElementAt(Math.Min(Delays.Count - 1, (int)Math.Ceiling(share * Delays.Count) - 1));
}

/// <summary>How a whole was judged, or the part of it in one kind of country.</summary>
sealed class PartScore
{
    public double TripHours { get; set; }
    public SortedDictionary<string, KindScore> ByKind { get; } = new(StringComparer.Ordinal);

    public int False => ByKind.Values.Sum(k => k.False);

    /// <summary>All that an operator saw for nothing, or after it was of use, or once more.</summary>
    public int FalseLateAgain => ByKind.Values.Sum(k => k.False + k.Late + k.Again);

    public double FalsePer1000h => Per1000h(False);

    public double FalseLateAgainPer1000h => Per1000h(FalseLateAgain);

    /// <summary>What happened in no time at all is no rate of 0: it is one without bounds.</summary>
    double Per1000h(int count) => count == 0 ? 0 : TripHours > 0 ? count * 1000 / TripHours : double.PositiveInfinity;

    public KindScore Of(AlertKind kind)
    {
        var slug = kind.Slug();
        if (!ByKind.TryGetValue(slug, out var score)) ByKind.Add(slug, score = new());
        return score;
    }
}

/// <summary>
/// Compares alarms with the truth. A cause is hit by an alarm of its kind and unit whose time touches it, raised no
/// later than ten minutes (tampering: 60 seconds) after the arrival of the record that shows it. An alarm that is no
/// hit is false where no truth of its kind touches it, late where it is the first of something that it touches, else
/// again.
/// </summary>
sealed class Score(CorridorPack pack)
{
    /// <summary>Where the truth names no kind of country.</summary>
    const string Elsewhere = "elsewhere";

    static readonly TimeSpan InTime = TimeSpan.FromMinutes(10), TamperInTime = TimeSpan.FromSeconds(60);

    /// <summary>What a device's clock may be wrong by.</summary>
    static readonly TimeSpan Clocks = TimeSpan.FromMinutes(5);

    public PartScore Whole { get; } = new();

    public SortedDictionary<string, PartScore> ByStratum { get; } = new(StringComparer.Ordinal);

    /// <summary>Of the stratum with most of them; without bounds where one without hours has any.</summary>
    public double FalsePer1000h =>
        ByStratum.Values.Select(s => s.FalsePer1000h).DefaultIfEmpty(Whole.FalsePer1000h).Max();

    /// <summary>Of the stratum with most of them; without bounds where one without hours has any.</summary>
    public double FalseLateAgainPer1000h =>
        ByStratum.Values.Select(s => s.FalseLateAgainPer1000h).DefaultIfEmpty(Whole.FalseLateAgainPer1000h).Max();

    /// <summary>Alarms that are no hit, and truth that is not hit, for those who look into it.</summary>
    public List<string> Wrong { get; } = [];

    public void Add(JudgedTrack track, UnitTruth truth)
    {
        Whole.TripHours += track.Length.TotalHours;
        AddHours(track, truth);
        var (first, inTime) = (new HashSet<Alarm>(Same), new HashSet<Alarm>(Same));
        foreach (var (kind, span) in truth.Happened)
        {
            var (alarm, isHit) = AddTruth(track, truth, kind, span);
            if (alarm is not null) first.Add(alarm);
            if (alarm is not null && isHit) inTime.Add(alarm);
        }
        foreach (var alarm in track.Alarms.Where(a => !inTime.Contains(a)))
        {
            var isTrue = truth.Happened.Any(t => t.Kind == alarm.Kind && Touches(alarm, t.Span));
            Wrong.Add($"{(!isTrue ? "false" : first.Contains(alarm) ? "late" : "again")} {track.Unit} {alarm}");
            foreach (var score in PartsOf(truth, alarm).Select(p => p.Of(alarm.Kind)))
            {
                if (!isTrue) score.False++;
                else if (first.Contains(alarm)) score.Late++;
                else score.Again++;
            }
        }
    }

    /// <summary>Two alarms that say the same are two: an operator saw both.</summary>
    static ReferenceEqualityComparer Same => ReferenceEqualityComparer.Instance;

    /// <summary>A unit no record is of: whatever happened to it was found by nobody.</summary>
    public void AddUnheard(string unit, UnitTruth truth)
    {
        foreach (var (kind, span) in truth.Happened)
        {
            Wrong.Add($"missed {unit} {kind} {span}: no record");
            foreach (var part in PartsAt(truth, span.From)) part.Of(kind).Truth++;
        }
    }

    /// <summary>Hours that no stratum holds are elsewhere; where strata overlap, each has them.</summary>
    void AddHours(JudgedTrack track, UnitTruth truth)
    {
        var (told, reached) = (TimeSpan.Zero, track.From);
        foreach (var (name, span) in truth.Strata.OrderBy(s => s.Span.From))
        {
            var from = span.From > track.From ? span.From : track.From;
            var to = span.To < track.Until ? span.To : track.Until;
            if (to <= from) continue;
            PartOf(name).TripHours += (to - from).TotalHours;
            if (to <= reached) continue;
            told += to - (from > reached ? from : reached);
            reached = to;
        }
        if (told < track.Length) PartOf(Elsewhere).TripHours += (track.Length - told).TotalHours;
    }

    /// <returns>The first alarm of it, and whether that came in time.</returns>
    (Alarm? First, bool InTime) AddTruth(JudgedTrack track, UnitTruth truth, AlertKind kind, TruthSpan span)
    {
        var shown = ShownAt(track, truth, kind, span);
        var inTime = Baseline.Tampering.Contains(kind) ? TamperInTime : InTime;
        var hit = track.Alarms.Where(a => a.Kind == kind && Touches(a, span)).MinBy(a => a.RaisedAt);
        var delay = hit is null ? (TimeSpan?)null
            : hit.RaisedAt < shown ? TimeSpan.Zero : hit.RaisedAt - shown;
        var isHit = delay <= inTime;
        if (!isHit) Wrong.Add($"missed {track.Unit} {kind} {span} shown {shown:O} {hit}");
        foreach (var score in PartsAt(truth, span.From).Select(p => p.Of(kind)))
        {
            score.Truth++;
            if (!isHit) continue;
            score.Hit++;
            score.Delays.Add(delay!.Value.TotalSeconds);
        }
        return (hit, isHit);
    }

    /// <summary>When the first record that shows a cause arrived; its beginning where none did.</summary>
    DateTimeOffset ShownAt(JudgedTrack track, UnitTruth truth, AlertKind kind, TruthSpan span)
    {
        var rules = pack.Judging.At(span.From)?.Value;
        if (kind == AlertKind.Silence) return span.From.AddSeconds(rules?.SilenceSeconds ?? 0);
        var byContent = Baseline.Tampering.Contains(kind) || kind == AlertKind.Battery;
        if (byContent && track.Records.FirstOrDefault(r => r.At >= span.From - Clocks && r.At <= span.To + Clocks
            && Baseline.Shows(kind, r)) is { } shows) return shows.ReceivedAt;
        var from = span.From + (rules is null ? TimeSpan.Zero : Least(kind, rules));
        // A prime mover that has left the goods behind shows nothing of them.
        var parted = truth.Happened.Any(t => t.Kind == AlertKind.DevicesApart && t.Span.Overlaps(span.From, from));
        return track.Records.FirstOrDefault(r => r.At >= from
            && !(parted && kind != AlertKind.DevicesApart && track.PrimeMovers.Contains(r.Device)))
            ?.ReceivedAt ?? track.Until;
    }

    /// <summary>What a cause lasts before the rules call it one.</summary>
    TimeSpan Least(AlertKind kind, JudgingRules rules) => kind switch
    {
        AlertKind.UnplannedStop => TimeSpan.FromSeconds(rules.StopSeconds),
        AlertKind.NightStop => TimeSpan.FromSeconds(rules.NightStopSeconds),
        AlertKind.HotSpotStop => TimeSpan.FromMinutes(
            pack.Routes.SelectMany(r => r.HotSpots).Select(h => h.LimitMinutes).DefaultIfEmpty(0).Min()),
        AlertKind.OffCorridor or AlertKind.WrongDirection or AlertKind.Jamming or AlertKind.DevicesApart
            or AlertKind.FrozenPosition or AlertKind.Drift => TimeSpan.FromSeconds(rules.OffCorridorSeconds),
        _ => TimeSpan.Zero,
    };

    static bool Touches(Alarm alarm, TruthSpan span) => span.Overlaps(alarm.From - Clocks, alarm.Until + Clocks);

    /// <summary>
    /// Where the unit was when the alarm's cause began; where it was when the alarm was raised if nobody tells of that
    /// moment: a record may be older than what is told, and its device's clock wrong.
    /// </summary>
    IEnumerable<PartScore> PartsOf(UnitTruth truth, Alarm alarm) =>
        PartsAt(truth, truth.Strata.Exists(s => s.Span.Holds(alarm.From)) ? alarm.From : alarm.RaisedAt);

    IEnumerable<PartScore> PartsAt(UnitTruth truth, DateTimeOffset time)
    {
        yield return Whole;
        var any = false;
        foreach (var name in truth.Strata.Where(s => s.Span.Holds(time)).Select(s => s.Name).Distinct())
        {
            any = true;
            yield return PartOf(name);
        }
        if (!any) yield return PartOf(Elsewhere);
    }

    PartScore PartOf(string stratum)
    {
        if (!ByStratum.TryGetValue(stratum, out var part)) ByStratum.Add(stratum, part = new());
        return part;
    }
}
