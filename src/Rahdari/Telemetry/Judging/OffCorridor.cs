using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// Outside the corridor by more than a margin, for several records and some time; over once well inside again. Between
/// the two margins a record says nothing (hysteresis). In the zone of an office a unit is never off.
/// </summary>
sealed class OffCorridor : IRule
{
    public AlertKind Kind => AlertKind.OffCorridor;
    public AlertSeverity Severity => AlertSeverity.Warning;
    public bool IsPerDevice => false;
    public TimeSpan? Apart => Fold.Reporting;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsOnRouteAt(sight.At) || sight.OnRoute is not { } place) return null;
        if (sight.Office is not null || place.MetresBeyond <= sight.Rules.OffCorridorLeaveMetresBeyond)
            return new(Bad: false);
        return place.MetresBeyond >= sight.Rules.OffCorridorEnterMetresBeyond && !sight.IsContradicted
            ? new(Bad: true)
            : null;
    }

    public bool IsCause(Episode episode, Sight sight) => episode.Count >= sight.Rules.OffCorridorFixes
        && episode.Length >= TimeSpan.FromSeconds(sight.Rules.OffCorridorSeconds);

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(
        Kind, sight, "beyond", Sentence.Kilometres(Math.Max(0, sight.OnRoute?.MetresBeyond ?? 0)));
}
