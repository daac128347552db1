using Rahdari.Hosting;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// The very same position again and again, while the device's own speed or the unit's other device says that it moves.
/// A receiver that holds its place while the unit stands is none.
/// </summary>
sealed class FrozenPosition : IRule
{
    public AlertKind Kind => AlertKind.FrozenPosition;
    public AlertSeverity Severity => AlertSeverity.Notice;
    public bool IsPerDevice => true;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsSealedAt(sight.At) || sight.Place is null) return null;
        var trail = sight.Own.Trail;
        if (trail.SameCount < 2) return new(Bad: false);
        return sight.Own.IsStuck(sight.Rules)
            ? new(Bad: true, From: CorridorTime.FromMicros(trail.SameSince!.Value.AtMicros))
            : null;
    }

    public bool IsCause(Episode episode, Sight sight) => episode.Count >= sight.Rules.FrozenFixes
        && episode.Length >= TimeSpan.FromSeconds(sight.Rules.FrozenSeconds);

    public Sentence Explain(Episode episode, Sight sight) =>
        Sentence.Of(Kind, sight, "minutes", Sentence.Minutes(episode.Length));
}
