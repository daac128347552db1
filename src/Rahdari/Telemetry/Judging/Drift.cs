using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// The position of one device slides away from where the other is, slower than one vehicle leaves another: the
/// receiver is led astray.
/// </summary>
sealed class Drift : IRule
{
    public AlertKind Kind => AlertKind.Drift;
    public AlertSeverity Severity => AlertSeverity.Warning;
    public bool IsPerDevice => false;

    public Evidence? Look(Sight sight) => null;

    public bool IsCause(Episode episode, Sight sight) => DevicesApart.IsLongEnough(episode, sight)
        && (sight.IsAstray
            ? IsProven(sight)
            : sight.Own.Parting.Between > 0 && DevicesApart.IsSlow(sight) && !DevicesApart.IsReckoned(sight));

    /// <summary>
    /// It led farther than a reflection, and no other device of the unit that is heard lies where this one says it is.
    /// </summary>
    public static bool IsProven(Sight sight)
    {
        if (sight.Own.Reckoning.SlidMetres < sight.Rules.DriftReflectionMetres) return false;
        var (together, parting) = (Parting.TogetherWithin(sight.Rules), sight.Own.Parting);
        foreach (var other in sight.Others)
        {
            // One that slid too when it was lost sight of lies there for that.
            if (other == sight.Own || other.Reckoning.IsSliding || other.Reckoning.LostSlide
                || other.Trail.Last is not { } last
                || sight.Record.AtMicros - last.AtMicros >= Recent.SpanMicros) continue;
            // How far apart they are is not known for want of a report or two: then as just before.
            if (parting.Metres is { } metres ? metres <= together
                : sight.Own.IsBeside(other, together)
                    || sight.Record.AtMicros - parting.TogetherMicros < Recent.SpanMicros) return false;
        }
        return true;
    }

    public Sentence Explain(Episode episode, Sight sight) => DevicesApart.Tell(Kind, episode, sight);
}
