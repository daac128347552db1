using Rahdari.Corridors;
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

    /// <summary>
    /// Within reach of a slide a later record has to say so too, for one leap may be the end of what was wrong before;
    /// farther off, or of a device that reports seldom, one is enough.
    /// </summary>
    public bool IsCause(Episode episode, Sight sight) =>
        (episode.Count >= 2 && episode.Length >= TimeSpan.FromSeconds(sight.Rules.ImplausibleAgainSeconds))
        || sight.Own.Trail.Last is not { } last
        || sight.Record.AtMicros - last.AtMicros > sight.Rules.ImplausibleSeldomSeconds * 1_000_000L
        || (sight.Record.Position is { } place
            && Earth.MetresBetween(last.Place, new(place.Latitude, place.Longitude))
                > sight.Rules.ImplausibleFarMetres);

    public Sentence Explain(Episode episode, Sight sight)
    {
        var limit = Sentence.Kilometres(sight.Rules.ImplausibleSpeedMetresPerHour);
        if (sight.Own.Trail.Last is not { } last || sight.Record.Position is not { } place)
            return Sentence.Of(Kind, sight, "limit", limit);
        var metres = Earth.MetresBetween(last.Place, new(place.Latitude, place.Longitude));
        var took = TimeSpan.FromMicroseconds(Math.Abs(sight.Record.AtMicros - last.AtMicros));
        return Sentence.Of("alert.implausible-jump.from", sight,
        [
            "metres", Sentence.Metres(metres), "seconds", Sentence.Whole(took.TotalSeconds), "limit", limit,
        ]);
    }
}
