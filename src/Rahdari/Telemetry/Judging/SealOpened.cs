using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>Shackle or door open, the seal opened or taken off, outside the zone of an office.</summary>
sealed class SealOpened : IRule
{
    public AlertKind Kind => AlertKind.SealOpened;
    public AlertSeverity Severity => AlertSeverity.Critical;
    public bool IsPerDevice => true;

    public double? SamePlaceMetres(JudgingRules rules) => null;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsSealedAt(sight.At)) return null;
        var seal = sight.Fix.Message.Seal;
        var open = seal.ShackleClosed == false || seal.DoorClosed == false || sight.Reports(
            DeviceEvent.ShackleOpened, DeviceEvent.OpenedWhileSealed, DeviceEvent.DoorOpened, DeviceEvent.Removed);
        if (open) return sight.Office is null ? new(sight.At, Bad: true) : null;
        return seal.ShackleClosed == true || seal.DoorClosed == true ? new(sight.At, Bad: false) : null;
    }

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(Kind, sight);
}
