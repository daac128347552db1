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
            || (sight.Own.Parting.Between > 0 && DevicesApart.IsSlow(sight) && !DevicesApart.IsReckoned(sight)));

    public Sentence Explain(Episode episode, Sight sight) => DevicesApart.Tell(Kind, episode, sight);
}
