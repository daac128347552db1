using Rahdari.Corridors;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Scoring;

/// <summary>How one kind was judged.</summary>
sealed class KindScore
{
    public int Truth { get; set; }
    public int Hit { get; set; }
    public int False { get; set; }

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

    public double FalsePer1000h => TripHours > 0 ? False * 1000 / TripHours : 0;

    public KindScore Of(AlertKind kind)
    {
        var slug = kind.Slug();
        if (!ByKind.TryGetValue(slug, out var score)) ByKind.Add(slug, score = new());
        return score;
    }
}

/// <summary>
/// Compares alarms with the truth. A cause is hit by an alarm of its kind and unit whose time touches it, raised no
/// later than ten minutes (tampering: 60 seconds) after the arrival of the record that shows it. An alarm is false
/// where no truth of its kind touches it.
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

    /// <summary>Of the stratum with most of them.</summary>
    public double FalsePer1000h =>
        ByStratum.Values.Select(s => s.FalsePer1000h).DefaultIfEmpty(Whole.FalsePer1000h).Max();

    /// <summary>Alarms without truth, and truth without an alarm, for those who look into it.</summary>
    public List<string> Wrong { get; } = [];

    public void Add(JudgedTrack track, UnitTruth truth)
    {
        Whole.TripHours += track.Length.TotalHours;
        AddHours(track, truth);
        foreach (var (kind, span) in truth.Happened) AddTruth(track, truth, kind, span);
        foreach (var alarm in track.Alarms)
        {
            if (truth.Happened.Any(t => t.Kind == alarm.Kind && Touches(alarm, t.Span))) continue;
            Wrong.Add($"false {track.Unit} {alarm}");
            foreach (var part in PartsAt(truth, alarm.From)) part.Of(alarm.Kind).False++;
        }
    }

    /// <summary>A unit no record is of: whatever happened to it was found by nobody.</summary>
    public void AddUnheard(string unit, UnitTruth truth)
    {
        foreach (var (kind, span) in truth.Happened)
        {
            Wrong.Add($"missed {unit} {kind} {span}: no record");
            foreach (var part in PartsAt(truth, span.From)) part.Of(kind).Truth++;
        }
    }

    void AddHours(JudgedTrack track, UnitTruth truth)
    {
        var told = TimeSpan.Zero;
        foreach (var (name, span) in truth.Strata)
        {
            var from = span.From > track.From ? span.From : track.From;
            var to = span.To < track.Until ? span.To : track.Until;
            if (to <= from) continue;
            PartOf(name).TripHours += (to - from).TotalHours;
            told += to - from;
        }
        if (told < track.Length && truth.Strata.Count == 0)
            PartOf(Elsewhere).TripHours += (track.Length - told).TotalHours;
    }

    void AddTruth(JudgedTrack track, UnitTruth truth, AlertKind kind, TruthSpan span)
    {
        var shown = ShownAt(track, truth, kind, span);
        var inTime = Baseline.Tampering.Contains(kind) ? TamperInTime : InTime;
        var hit = track.Alarms.Where(a => a.Kind == kind && Touches(a, span)).MinBy(a => a.RaisedAt);
        var delay = hit is null ? (TimeSpan?)null
            : hit.RaisedAt < shown ? TimeSpan.Zero : hit.RaisedAt - shown;
        if (!(delay <= inTime)) Wrong.Add($"missed {track.Unit} {kind} {span} shown {shown:O} {hit}");
        foreach (var score in PartsAt(truth, span.From).Select(p => p.Of(kind)))
        {
            score.Truth++;
            if (!(delay <= inTime)) continue;
            score.Hit++;
            score.Delays.Add(delay!.Value.TotalSeconds);
        }
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
