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
    public bool IsCause(Episode episode, Sight sight) => (episode.Count >= 2 && episode.Length >= Again)
        || sight.Own.Trail.Last is not { } last || sight.Record.AtMicros - last.AtMicros > SeldomMicros
        || (sight.Record.Position is { } place
            && Earth.MetresBetween(last.Place, new(place.Latitude, place.Longitude)) > FarMetres);

    /// <summary>In which the other device of the unit reports as well.</summary>
    static readonly TimeSpan Again = TimeSpan.FromMinutes(1);

    /// <summary>Farther than a position slides before it is told of.</summary>
    const double FarMetres = 10_000;

    const long SeldomMicros = 200_000_000;

    public Sentence Explain(Episode episode, Sight sight) =>
        Sentence.Of(Kind, sight, "limit", Sentence.Kilometres(sight.Rules.ImplausibleSpeedMetresPerHour));
}
