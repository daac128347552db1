using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>A position the unit cannot have reached. No other rule believes it.</summary>
sealed class ImplausibleJump : IRule
{
    public AlertKind Kind => AlertKind.ImplausibleJump;
    public AlertSeverity Severity => AlertSeverity.Notice;
    public bool IsPerDevice => true;

    public Evidence? Look(Sight sight) => !sight.Unit.IsSealedAt(sight.At) ? null : sight.Position switch
    {
        Plausibility.Implausible => new(Bad: true),
        Plausibility.Believed => new(Bad: false),
        _ => null,
    };

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) =>
        Sentence.Of(Kind, sight, "limit", Sentence.Kilometres(sight.Rules.ImplausibleSpeedMetresPerHour));
}
