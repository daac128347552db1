using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// No valid position for minutes although records come, or the device itself tells of jamming. In the zone of an
/// office, where roofs are, only the device's own word counts.
/// </summary>
sealed class Jamming : IRule
{
    static readonly ulong Jammed = JudgedRecord.MaskOf(DeviceEvent.Jamming);

    /// <summary>
    /// What the device's own word counts beside a record without a position: by itself enough, whatever else there is.
    /// </summary>
    const double Word = 1_000;

    public AlertKind Kind => AlertKind.Jamming;
    public AlertSeverity Severity => AlertSeverity.Warning;
    public bool IsPerDevice => false;
    public TimeSpan? Apart(JudgingRules rules) => TimeSpan.FromSeconds(rules.ReportGapSeconds);

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsOnRouteAt(sight.At)) return null;
        if (sight.Record.Reports(Jammed)) return new(Bad: true, Weight: Word);
        if (sight.Position == Plausibility.Believed) return new(Bad: false);
        if (sight.Position == Plausibility.Implausible || sight.Record.TimeSuspect) return null;
        return sight.Own.Trail.Last is { } last && sight.Around.OfficeAt(last.Place, sight.At) is not null
            ? null
            : new(Bad: true);
    }

    public bool IsCause(Episode episode, Sight sight) => episode.Weight >= Word
        || (episode.Count >= sight.Rules.JammingFixes && episode.Length >= TimeSpan.FromSeconds(
            sight.Rules.JammingSeconds
            * (IsOneOfTwo(sight) || HasStood(sight) ? sight.Rules.JammingObstructedTimes : 1)));

    /// <summary>It had stood for as long as the rules ask for when it lost its place.</summary>
    static bool HasStood(Sight sight) => sight.Own.Standing is { Count: > 2, Outside: 0 } standing
        && standing.Length >= TimeSpan.FromSeconds(sight.Rules.JammingSeconds);

    /// <summary>Another device has a place of now: of its last report, or of the one before where that is on its way.
    /// </summary>
    static bool IsOneOfTwo(Sight sight)
    {
        foreach (var other in sight.Others)
            if (other != sight.Own && other.Trail.Last is { } last
                && Math.Abs(sight.Record.AtMicros - last.AtMicros) < Recent.SpanMicros / 3) return true;
        return false;
    }

    public Sentence Explain(Episode episode, Sight sight) =>
        Sentence.Of(Kind, sight, "minutes", Sentence.Minutes(episode.Length));
}
