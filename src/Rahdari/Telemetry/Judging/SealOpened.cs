using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>Shackle or door open, the seal opened or taken off, where no officer has.</summary>
sealed class SealOpened : IRule
{
    static readonly ulong Shackle = JudgedRecord.MaskOf(DeviceEvent.ShackleOpened, DeviceEvent.OpenedWhileSealed);
    static readonly ulong Door = JudgedRecord.MaskOf(DeviceEvent.DoorOpened);
    static readonly ulong Removed = JudgedRecord.MaskOf(DeviceEvent.Removed);

    public AlertKind Kind => AlertKind.SealOpened;
    public AlertSeverity Severity => AlertSeverity.Critical;
    public bool IsPerDevice => true;
    public bool IsShownByOneRecord => true;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsSealedAt(sight.At)) return null;
        var seal = sight.Record.Seal;
        // The doors that a prime mover's tracker is wired to are its cab's.
        var hasDoor = sight.Unit.RoleOf(sight.Record.Device) != DeviceRole.PrimeMover;
        var sensors = (seal.ShackleClosed == false || sight.Record.Reports(Shackle) ? Sensors.Shackle : Sensors.None)
            | (hasDoor && (seal.DoorClosed == false || sight.Record.Reports(Door)) ? Sensors.Door : Sensors.None)
            | (sight.Record.Reports(Removed) ? Sensors.Removal : Sensors.None);
        if (sensors != Sensors.None) return sight.OfOpening(Kind, zoneIsEnough: true, sensors);
        return seal.ShackleClosed == true || (hasDoor && seal.DoorClosed == true) ? new(Bad: false) : null;
    }

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.OfOpening(Kind, sight);
}
