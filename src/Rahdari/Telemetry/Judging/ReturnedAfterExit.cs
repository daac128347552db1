using Rahdari.Corridors;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// On its route on this side again, before the zone of its exit office, after an exit was recorded and no turning back:
/// it came back over the crossing, or never went. Over once it is at the office or beyond. What is on the other side
/// says nothing to this rule, so that a corridor that follows nobody there can have it.
/// </summary>
sealed class ReturnedAfterExit : IRule
{
    public AlertKind Kind => AlertKind.ReturnedAfterExit;
    public AlertSeverity Severity => AlertSeverity.Critical;
    public bool IsPerDevice => false;

    public Evidence? Look(Sight sight)
    {
        if (sight.Unit is not { Plan: { } plan, ExitedAt: { } exited } unit || sight.At <= exited
            || unit.DoneAt <= sight.At || sight.OnRoute is not { } place || sight.IsDoubtful) return null;
        if (sight.Around.MetresBefore(plan.Exit, place) is not { } before) return null;
        if (before <= 0) return new(Bad: false);
        // Elsewhere it may be another country's road that runs beside the crossing.
        return place.Inside ? new(Bad: true) : null;
    }

    /// <summary>As many fixes as prove, where the corridor says no other number, that it crossed.</summary>
    public bool IsCause(Episode episode, Sight sight) => episode.Count >= TransitRules.Proving;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(
        Kind, sight, "office", sight.Unit.Plan?.Exit.ToString() ?? "",
        "minutes", Sentence.Minutes(sight.At - (sight.Unit.ExitedAt ?? sight.At)));
}
