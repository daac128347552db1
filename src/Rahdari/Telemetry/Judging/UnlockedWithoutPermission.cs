using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// The lock was opened where no office may act. By whatever means: a card or password that works is no permission.
/// Where the position is not known, neither is a permission.
/// </summary>
sealed class UnlockedWithoutPermission : IRule
{
    public AlertKind Kind => AlertKind.Unlocked;
    public AlertSeverity Severity => AlertSeverity.Critical;
    public bool IsPerDevice => true;

    public double? SamePlaceMetres(JudgingRules rules) => null;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsSealedAt(sight.At)) return null;
        var locked = sight.Fix.Message.Seal.Locked;
        var unlocked = locked == false || sight.Reports(
            DeviceEvent.Unsealed, DeviceEvent.UnsealedByCard, DeviceEvent.UnsealedByStaticPassword,
            DeviceEvent.UnsealedByDynamicPassword, DeviceEvent.UnsealedByBluetooth, DeviceEvent.UnsealedBySms,
            DeviceEvent.UnsealedByPlatform, DeviceEvent.UnsealedByVehicleCard, DeviceEvent.UnlockedTooLong,
            DeviceEvent.RopePulled);
        if (unlocked) return sight.Office is null ? new(sight.At, Bad: true) : null;
        return locked == true ? new(sight.At, Bad: false) : null;
    }

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(Kind, sight);
}
