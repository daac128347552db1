using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>Standing, for longer than the place allows, where the pack says that standing is suspicious.</summary>
sealed class HotSpotStop : IRule
{
    public AlertKind Kind => AlertKind.HotSpotStop;
    public AlertSeverity Severity => AlertSeverity.Warning;
    public bool IsPerDevice => false;

    public Evidence? Look(Sight sight) => UnplannedStop.Show(sight);

    public bool IsCause(Episode episode, Sight sight) => !sight.IsPermitted(Kind)
        && sight.Around.HotSpotAt(sight.Own.Standing.Place, sight.At, sight.Rules) is { } spot
        && episode.Until - sight.Unit.SincePermitted(Kind, episode.From, sight.At)
            >= TimeSpan.FromMinutes(spot.LimitMinutes);

    public Sentence Explain(Episode episode, Sight sight) =>
        Sentence.Of(Kind, sight, "minutes", Sentence.Minutes(episode.Length));
}
