using Rahdari.Corridors;
using Rahdari.Hosting;
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
    public TimeSpan? Apart(JudgingRules rules) => TimeSpan.FromSeconds(rules.ReportGapSeconds);

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsOnRouteAt(sight.At) || sight.OnRoute is not { } place) return null;
        if (sight.IsLedAstray) return null;
        if (sight.Around.IsLearned) return LookAside(sight);
        if (sight.Office is not null || place.MetresBeyond <= sight.Rules.OffCorridorLeaveMetresBeyond)
            return new(Bad: false);
        return place.MetresBeyond >= sight.Rules.OffCorridorEnterMetresBeyond && !sight.IsDoubtful
            ? new(Bad: true)
            : null;
    }

    /// <summary>
    /// A learned corridor is hardly wider than receivers err: there the middle of the last minutes tells, of all the
    /// unit's devices.
    /// </summary>
    static Evidence? LookAside(Sight sight)
    {
        if (sight.Office is not null) return new(Bad: false);
        if (sight.IsDoubtful) return null;
        // One of two receivers errs where the other is still, or again, inside.
        foreach (var other in sight.Others)
            if (other != sight.Own && !sight.Own.Parting.IsParted
                && other.MetresBeyond <= sight.Rules.LearnedLeaveMetresBeyond
                && other.Trail.Last is { } last && (sight.Record.AtMicros - last.AtMicros < Recent.SpanMicros
                    || other.IsResting(sight.Record.AtMicros)))
                return null;
        var middle = sight.Aside.Middle;
        if (middle <= sight.Rules.LearnedLeaveMetresBeyond) return new(Bad: false);
        // Whatever the others said before: this one lies inside.
        if (sight.OnRoute!.Value.MetresBeyond <= sight.Rules.LearnedLeaveMetresBeyond) return null;
        if (middle < sight.Rules.LearnedEnterMetresBeyond) return null;
        var since = sight.Aside.SinceMicros(sight.Rules.LearnedLeaveMetresBeyond);
        // Pulled aside by a reflected signal: the receiver's speed and course did not lead there.
        if (since is { } left && sight.OnRoute is { } place
            && sight.Own.Reckoning.UndrivenSince(left, errors: 2) > place.DistanceMetres / 2) return null;
        return new(Bad: true, From: since is { } micros ? CorridorTime.FromMicros(micros) : null);
    }

    public bool IsCause(Episode episode, Sight sight) => episode.Count >= FixesOf(episode, sight)
        && episode.Length >= TimeSpan.FromSeconds(sight.Rules.OffCorridorSeconds)
        && (!sight.Around.IsLearned || IsShown(episode, sight));

    /// <summary>
    /// Of a device that reports seldom two are enough: kilometres lie between them, and the third comes too late.
    /// </summary>
    static int FixesOf(Episode episode, Sight sight) =>
        episode.Count > 1
        && episode.Length >= (episode.Count - 1) * TimeSpan.FromSeconds(sight.Rules.OffCorridorSeldomSeconds)
            ? Math.Min(2, sight.Rules.OffCorridorFixes)
            : sight.Rules.OffCorridorFixes;

    /// <summary>
    /// At once where it lies farther aside than a reflected signal leads, or after as long as one lasts, if the
    /// device's own speed and course led there; else after as long as a slide needs to differ from a drive: the slower
    /// it may be, the longer.
    /// </summary>
    static bool IsShown(Episode episode, Sight sight)
    {
        var rules = sight.Rules;
        var isNear = sight.Aside.Middle <= rules.LearnedReflectionMetres;
        // A receiver at rest holds the error it came to rest with, however long.
        if (isNear && sight.Aside.Driven < FixesOf(episode, sight)) return false;
        var undecided = sight.Aside.WasFast ? rules.LearnedSlideSeconds : rules.LearnedSlowSlideSeconds;
        // By then a slide is proved mostly; where what is known speaks for one all the same, it is not told.
        if (episode.Length >= TimeSpan.FromSeconds(undecided))
            return !sight.Own.Reckoning.IsLedSince(
                sight.Own.InsideMicros,
                sight.OnRoute!.Value.MetresBeyond * (rules.LearnedDisprovedPerCent / 100.0), RatherErrors);
        if (isNear && episode.Length < TimeSpan.FromSeconds(rules.LearnedReflectionSeconds)) return false;
        return !sight.Own.Reckoning.IsLearned || (sight.OnRoute is { } place && sight.Own.Reckoning.HasDrivenSince(
            episode.From.ToMicros(), place.DistanceMetres));
    }

    /// <summary>
    /// What is unaccounted for of the way out is as many times what speed and course err by: of ten that drove there
    /// one looks so. How well these are known, and no policy.
    /// </summary>
    const double RatherErrors = 1.5;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(
        Kind, sight, "beyond", Sentence.Kilometres(Math.Max(0, sight.OnRoute?.MetresBeyond ?? 0)));
}
