using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>The seal's rope is cut, or gone while the lock is shut. Nowhere is that in order.</summary>
sealed class RopeCut : IRule
{
    static readonly ulong Cut = JudgedRecord.MaskOf(DeviceEvent.RopeCut);

    public AlertKind Kind => AlertKind.RopeCut;
    public AlertSeverity Severity => AlertSeverity.Critical;
    public bool IsPerDevice => true;
    public bool IsShownByOneRecord => true;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsSealedAt(sight.At)) return null;
        if (sight.Record.Reports(Cut)) return sight.OfOpening(Kind, zoneIsEnough: false, Sensors.Rope);
        var seal = sight.Record.Seal;
        return seal.RopePresent switch
        {
            true => new(Bad: false),
            // An open lock lets go of the rope: that is unlocking, and judged as such.
            false when seal.Locked != false => sight.OfOpening(Kind, zoneIsEnough: false, Sensors.Rope),
            _ => null,
        };
    }

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(Kind, sight);
}
