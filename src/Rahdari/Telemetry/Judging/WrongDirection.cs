using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// Back along the route, farther than a turn at a missed junction and farther than the drawn line can feign; over once
/// it goes forward again.
/// </summary>
sealed class WrongDirection : IRule
{
    public AlertKind Kind => AlertKind.WrongDirection;
    public AlertSeverity Severity => AlertSeverity.Warning;
    public bool IsPerDevice => false;
    public TimeSpan? Apart(JudgingRules rules) => TimeSpan.FromSeconds(rules.ReportGapSeconds);

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsOnRouteAt(sight.At) || sight.OnRoute is not { } place) return null;
        var progress = sight.Own.Progress;
        if (sight.Office is not null) return new(Bad: false);
        // Beside the road the nearest place of it leaps to and fro; that the unit left it is told by itself.
        if (!place.Inside || sight.IsAstray) return null;
        var limit = LimitOf(sight, place.Leg);
        if (progress.Highest <= place.ProgressMetres) return new(Bad: false);
        if (progress.Highest - place.ProgressMetres < limit || sight.IsDoubtful || sight.IsPermitted(Kind))
            return null;
        return new(Bad: true, From: CorridorTime.FromMicros(progress.HighestMicros));
    }

    public bool IsCause(Episode episode, Sight sight) => episode.Count >= sight.Rules.WrongDirectionFixes;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(
        Kind, sight, "back",
        Sentence.Kilometres(sight.Own.Progress.Highest - (sight.OnRoute?.ProgressMetres ?? 0)));

    /// <summary>Gained from the farthest back, so much is forward again.</summary>
    public static double ForwardMetres(Sight sight, int leg) =>
        sight.Rules.WrongDirectionForwardPerCent / 100.0 * LimitOf(sight, leg);

    static double LimitOf(Sight sight, int leg) =>
        sight.Rules.WrongDirectionMetres
            + sight.Around.AccuracyMetres(leg) * (sight.Rules.WrongDirectionAccuracyPerCent / 100.0);
}
