using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// The lock was opened where no office has recorded an act. By whatever means: a card or password that works is no
/// permission. Where the position is not known, neither is a permission. An unlocking that the lock refused is none.
/// </summary>
sealed class UnlockedWithoutPermission : IRule
{
    static readonly ulong Opened = JudgedRecord.MaskOf(
        DeviceEvent.Unsealed, DeviceEvent.UnsealedByCard, DeviceEvent.UnsealedByStaticPassword,
        DeviceEvent.UnsealedByDynamicPassword, DeviceEvent.UnsealedByBluetooth, DeviceEvent.UnsealedBySms,
        DeviceEvent.UnsealedByPlatform, DeviceEvent.UnsealedByVehicleCard, DeviceEvent.UnlockedTooLong,
        DeviceEvent.RopePulled);

    public AlertKind Kind => AlertKind.Unlocked;
    public AlertSeverity Severity => AlertSeverity.Critical;
    public bool IsPerDevice => true;
    public bool IsShownByOneRecord => true;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsSealedAt(sight.At)) return null;
        var locked = sight.Record.Seal.Locked;
        if (locked == false || sight.Record.Reports(Opened))
            return sight.OfOpening(Kind, zoneIsEnough: true);
        return locked == true ? new(Bad: false) : null;
    }

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.OfOpening(Kind, sight);
}
