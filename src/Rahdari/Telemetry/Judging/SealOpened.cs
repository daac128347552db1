using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>Shackle or door open, the seal opened or taken off, where no officer has.</summary>
sealed class SealOpened : IRule
{
    static readonly ulong Opened = JudgedRecord.MaskOf(
        DeviceEvent.ShackleOpened, DeviceEvent.OpenedWhileSealed, DeviceEvent.DoorOpened, DeviceEvent.Removed);

    public AlertKind Kind => AlertKind.SealOpened;
    public AlertSeverity Severity => AlertSeverity.Critical;
    public bool IsPerDevice => true;
    public bool IsShownByOneRecord => true;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsSealedAt(sight.At)) return null;
        var seal = sight.Record.Seal;
        var open = seal.ShackleClosed == false || seal.DoorClosed == false || sight.Record.Reports(Opened);
        if (open) return sight.OfOpening(Kind, zoneIsEnough: true);
        return seal.ShackleClosed == true || seal.DoorClosed == true ? new(Bad: false) : null;
    }

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.OfOpening(Kind, sight);
}
