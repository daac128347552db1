using Rahdari.Corridors;

namespace Rahdari.Telemetry.Judging;

/// <summary>A position at a time, microseconds.</summary>
readonly record struct TrailPoint(long AtMicros, int LatitudeE7, int LongitudeE7)
{
    public GeoCoordinate Place => new(LatitudeE7 / 1e7, LongitudeE7 / 1e7);

    public bool IsSamePlace(TrailPoint other) => LatitudeE7 == other.LatitudeE7 && LongitudeE7 == other.LongitudeE7;
}

/// <summary>
/// The believed positions of one device in order of time: what the next one is held against.
/// </summary>
sealed class Trail
{
    /// <summary>The last position believed.</summary>
    public TrailPoint? Last { get; set; }

    /// <summary>The first of the positions in a row that were the very same as the last.</summary>
    public TrailPoint? SameSince { get; set; }

    /// <summary>How many.</summary>
    public int SameCount { get; set; }

    /// <summary>The last position not believed, of a row of them.</summary>
    public TrailPoint? Doubted { get; set; }
    public int DoubtedCount { get; set; }

    /// <summary>When the row began.</summary>
    public long DoubtedSinceMicros { get; set; }

    public Trail Copy() => (Trail)MemberwiseClone();

    /// <summary>What is thought of the record's position, which is the newest of its device.</summary>
    /// <param name="convincing">So many doubted positions in a row that agree are believed; null: as the rules say.
    /// </param>
    public Plausibility Consider(JudgedRecord record, JudgingRules rules, int? convincing = null)
    {
        var needed = convincing ?? rules.ImplausibleConvincingFixes;
        if (!record.HasGoodPosition(rules.MinimumSatellites)) return Plausibility.Unusable;
        var point = new TrailPoint(record.AtMicros, record.LatitudeE7, record.LongitudeE7);
        if (Last is not { } last || IsReleased(point, rules)
            || (IsReachable(last, point, rules) && !GoesOnFromDoubted(last, point, rules)))
            return Believe(point);
        var goesOn = Doubted is { } before && IsReachable(before, point, rules);
        (DoubtedCount, DoubtedSinceMicros) = goesOn ? (DoubtedCount + 1, DoubtedSinceMicros) : (1, point.AtMicros);
        Doubted = point;
        var convinces = DoubtedCount >= needed
            && (needed == 1 || point.AtMicros - DoubtedSinceMicros >= ProbationMicros(rules));
        return convinces ? Believe(point) : Plausibility.Implausible;
    }

    /// <summary>
    /// A place leapt to comes within reach as time passes, without anybody having driven there: what stays near it is
    /// doubted as it was.
    /// </summary>
    bool GoesOnFromDoubted(TrailPoint last, TrailPoint point, JudgingRules rules)
    {
        if (Doubted is not { } doubted || point.AtMicros - DoubtedSinceMicros >= ProbationMicros(rules))
            return false;
        var metres = Earth.MetresBetween(last.Place, point.Place);
        return metres >= rules.ImplausibleMinimumMetres
            && 2 * Earth.MetresBetween(doubted.Place, point.Place) < metres;
    }

    /// <summary>A receiver that stood still for a while shows again where the unit is.</summary>
    bool IsReleased(TrailPoint point, JudgingRules rules) =>
        SameCount >= rules.FrozenFixes && SameSince is { } since && IsReachable(since, point, rules);

    Plausibility Believe(TrailPoint point)
    {
        if (Last is { } last && last.IsSamePlace(point)) SameCount++;
        else (SameSince, SameCount) = (point, 1);
        (Last, Doubted, DoubtedCount) = (point, null, 0);
        return Plausibility.Believed;
    }

    public static long ProbationMicros(JudgingRules rules) => rules.ImplausibleProbationSeconds * 1_000_000L;

    static bool IsReachable(TrailPoint a, TrailPoint b, JudgingRules rules)
    {
        var metres = Earth.MetresBetween(a.Place, b.Place);
        if (metres < rules.ImplausibleMinimumMetres) return true;
        var hours = Math.Abs(b.AtMicros - a.AtMicros) / 3.6e9;
        return metres <= hours * rules.ImplausibleSpeedMetresPerHour;
    }
}
