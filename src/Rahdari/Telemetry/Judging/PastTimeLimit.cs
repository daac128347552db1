using System.Globalization;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// Still under way after the movement's time limit, which stands still while the crossing is shut. Over once the exit
/// is recorded, or the limit is found to be later.
/// </summary>
sealed class PastTimeLimit : IRule
{
    public AlertKind Kind => AlertKind.PastTimeLimit;
    public AlertSeverity Severity => AlertSeverity.Warning;
    public bool IsPerDevice => false;

    public Evidence? Look(Sight sight)
    {
        if (sight.Unit is not { Plan: { } plan, GatedOutAt: { } gate } unit || sight.At < gate) return null;
        if (plan.LimitAt(gate, sight.At) is not { } limit) return null;
        // An exit or a turning back in time is what the limit is for.
        if (!unit.IsOnRouteAt(sight.At) || sight.At >= plan.TurnedBackAt) return new(Bad: false);
        return sight.At >= limit ? new(Bad: true, From: limit) : new(Bad: false);
    }

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(
        Kind, sight, "days", sight.Unit.GatedOutAt is { } gate
            ? ((int)(sight.At - gate).TotalDays).ToString(CultureInfo.InvariantCulture) : "0",
        "ahead", Sentence.Kilometres(sight.MetresAhead ?? 0));
}
