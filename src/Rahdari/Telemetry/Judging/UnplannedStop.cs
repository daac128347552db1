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

    public Evidence? Look(Sight sight) => Show(sight);

    /// <summary>What a record shows of a stop of any kind.</summary>
    public static Evidence? Show(Sight sight)
    {
        if (!sight.Unit.IsOnRouteAt(sight.At) || sight.Place is null) return null;
        var standing = sight.Own.Standing;
        if (sight.Office is not null || standing.Count < 2 || sight.IsElsewhere) return new(Bad: false);
        // What lies outside once may be noise, and a receiver that stands still is no unit that does.
        return standing.Outside > 0 || sight.Own.IsStuck(sight.Rules) || sight.Own.IsHeldAside
            ? null
            : new(Bad: true, From: Hosting.CorridorTime.FromMicros(standing.SinceMicros));
    }

    public bool IsCause(Episode episode, Sight sight) =>
        episode.Until - sight.Unit.SincePermitted(Kind, episode.From, sight.At) >= Limit(sight);

    public Sentence Explain(Episode episode, Sight sight) =>
        Sentence.Of(Kind, sight, "minutes", Sentence.Minutes(episode.Length));

    static TimeSpan Limit(Sight sight) =>
        sight.Around.StopAt(sight.Own.Standing.Place, sight.At, sight.Rules) is { } stop
        ? TimeSpan.FromMinutes(stop.LimitMinutes)
        : TimeSpan.FromSeconds(sight.Rules.StopSeconds);
}
