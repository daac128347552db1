using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// The lock was opened where no office has recorded an act. By whatever means: a card or password that works is no
/// permission. Where the position is not known, neither is a permission. An unlocking that the lock refused is none.
/// </summary>
sealed class UnlockedWithoutPermission : IRule
{
    static readonly IReadOnlyList<(ulong Events, Sensors Sensor)> Opened =
    [
        (JudgedRecord.MaskOf(DeviceEvent.Unsealed, DeviceEvent.UnlockedTooLong), Sensors.Lock),
        (JudgedRecord.MaskOf(DeviceEvent.UnsealedByCard, DeviceEvent.UnsealedByVehicleCard), Sensors.Card),
        (JudgedRecord.MaskOf(DeviceEvent.UnsealedByStaticPassword, DeviceEvent.UnsealedByDynamicPassword),
            Sensors.Password),
        (JudgedRecord.MaskOf(
            DeviceEvent.UnsealedByBluetooth, DeviceEvent.UnsealedBySms, DeviceEvent.UnsealedByPlatform), Sensors.Afar),
        (JudgedRecord.MaskOf(DeviceEvent.RopePulled), Sensors.Rope),
    ];

    public AlertKind Kind => AlertKind.Unlocked;
    public AlertSeverity Severity => AlertSeverity.Critical;
    public bool IsPerDevice => true;
    public bool IsShownByOneRecord => true;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsSealedAt(sight.At)) return null;
        var locked = sight.Record.Seal.Locked;
        var sensors = locked == false ? Sensors.Lock : Sensors.None;
        foreach (var (events, sensor) in Opened)
            if (sight.Record.Reports(events)) sensors |= sensor;
        if (sensors != Sensors.None) return sight.OfOpening(Kind, zoneIsEnough: true, sensors);
        return locked == true ? new(Bad: false) : null;
    }

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.OfOpening(Kind, sight);
}
