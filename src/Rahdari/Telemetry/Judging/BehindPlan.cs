using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// Behind the pace that the rules plan with, nights and rests included, by more than a tolerance; over once it is less
/// than half of it, or the unit has come to its exit office. Time in which the crossing is shut does not count. Where a
/// unit is against its plan is told by its records alone: one that tells nothing is told of as silent
/// (<see cref="Silence"/>), and when its time limit has passed (<see cref="PastTimeLimit"/>).
/// </summary>
sealed class BehindPlan : IRule
{
    public AlertKind Kind => AlertKind.BehindPlan;
    public AlertSeverity Severity => AlertSeverity.Notice;
    public bool IsPerDevice => false;

    public Evidence? Look(Sight sight)
    {
        if (sight.Unit.Plan is not { } plan || sight.IsContradicted) return null;
        if (!sight.Unit.IsOnRouteAt(sight.At) || sight.At >= plan.TurnedBackAt) return new(Bad: false);
        if (HoursBehind(sight) is not { } hours) return null;
        var recovered = ToleranceHours(sight) * (sight.Rules.BehindPlanRecoveredPerCent / 100.0);
        if (sight.Office?.Id == plan.Exit || hours <= recovered) return new(Bad: false);
        return hours > ToleranceHours(sight) ? new(Bad: true) : null;
    }

    public bool IsCause(Episode episode, Sight sight) => episode.Count >= sight.Rules.BehindPlanFixes;

    public Sentence Explain(Episode episode, Sight sight)
    {
        var hours = HoursBehind(sight) ?? 0;
        return Sentence.Of(
            Kind, sight, "hours", Sentence.Whole(hours),
            "behind", Sentence.Kilometres(hours * sight.Rules.PlanMetresPerHour));
    }

    static double ToleranceHours(Sight sight) => sight.Rules.BehindPlanSeconds / 3600.0;

    /// <summary>Null where the rules plan nothing, or it is not known how far it came.</summary>
    static double? HoursBehind(Sight sight) =>
        sight.Unit is { Plan: { } plan, GatedOutAt: { } gate } && sight.Rules.PlanMetresPerHour > 0
        && sight.OnRoute is { } place && sight.StartMetres is { } start
            ? plan.Counted(gate, sight.At).TotalHours
                - (place.ProgressMetres - start) / sight.Rules.PlanMetresPerHour
            : null;
}
