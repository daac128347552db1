using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>The seal's rope is cut, or gone while the lock is shut. Nowhere is that in order.</summary>
sealed class RopeCut : IRule
{
    public AlertKind Kind => AlertKind.RopeCut;
    public AlertSeverity Severity => AlertSeverity.Critical;
    public bool IsPerDevice => true;

    public double? SamePlaceMetres(JudgingRules rules) => null;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsSealedAt(sight.At)) return null;
        if (sight.Reports(DeviceEvent.RopeCut)) return new(sight.At, Bad: true);
        var seal = sight.Fix.Message.Seal;
        return seal.RopePresent switch
        {
            true => new(sight.At, Bad: false),
            // An open lock lets go of the rope: that is unlocking, and judged as such.
            false when seal.Locked != false => new(sight.At, Bad: true),
            _ => null,
        };
    }

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(Kind, sight);
}
