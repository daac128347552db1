using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>Standing by night outside allowed stops.</summary>
sealed class NightStop : IRule
{
    public AlertKind Kind => AlertKind.NightStop;
    public AlertSeverity Severity => AlertSeverity.Warning;
    public bool IsPerDevice => false;

    public Evidence? Look(Sight sight) => UnplannedStop.Show(sight);

    public bool IsCause(Episode episode, Sight sight)
    {
        var limit = TimeSpan.FromSeconds(sight.Rules.NightStopSeconds);
        var from = sight.Unit.SincePermitted(Kind, episode.From, sight.At);
        return episode.Until - from >= limit && sight.Around.NightWithin(from, sight.At, sight.Rules) >= limit
            && !sight.IsPermitted(Kind)
            && sight.Around.StopAt(sight.Own.Standing.Place, sight.At, sight.Rules) is null;
    }

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(
        Kind, sight, "minutes",
        Sentence.Minutes(sight.Around.NightWithin(episode.From, sight.At, sight.Rules)));
}
