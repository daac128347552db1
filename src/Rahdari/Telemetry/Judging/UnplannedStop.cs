using Rahdari.Corridors;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// Standing at one place for longer than the rules allow, or at an allowed stop for longer than its own limit. In the
/// zone of an office a unit may wait.
/// </summary>
sealed class UnplannedStop : IRule
{
    public AlertKind Kind => AlertKind.UnplannedStop;
    public AlertSeverity Severity => AlertSeverity.Warning;
    public bool IsPerDevice => false;

    public double? SamePlaceMetres(JudgingRules rules) => rules.StopRadiusMetres;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsOnRouteAt(sight.At) || sight.Place is not { } place) return null;
        if (sight.Office is not null) return new(sight.At, Bad: false);
        if (sight.Fix.Message.Speed is not { } speed) return null;
        return speed.MetresPerHour > sight.Rules.StopSpeedMetresPerHour
            ? new(sight.At, Bad: false)
            : new(sight.At, Bad: true, place);
    }

    public bool IsCause(Episode episode, Sight sight) => episode.Length >= Limit(episode, sight);

    public Sentence Explain(Episode episode, Sight sight) =>
        Sentence.Of(Kind, sight, "minutes", Sentence.Minutes(episode.Length));

    static TimeSpan Limit(Episode episode, Sight sight) => episode.Place is { } place
        && sight.Around.StopAt(new(place.Latitude, place.Longitude), episode.From) is { } stop
            ? TimeSpan.FromMinutes(stop.LimitMinutes)
            : TimeSpan.FromSeconds(sight.Rules.StopSeconds);
}
