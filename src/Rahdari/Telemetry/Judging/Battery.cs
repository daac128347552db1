using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// The device tells that its battery is low, that it goes off, or that it was cut off its supply; over once it is
/// charged again.
/// </summary>
sealed class Battery : IRule
{
    static readonly ulong Low = JudgedRecord.MaskOf(
        DeviceEvent.BatteryLow, DeviceEvent.GoingOffline, DeviceEvent.PowerCut, DeviceEvent.Unplugged);
    static readonly ulong Fed = JudgedRecord.MaskOf(DeviceEvent.PowerRestored, DeviceEvent.Charging);

    public AlertKind Kind => AlertKind.Battery;
    public AlertSeverity Severity => AlertSeverity.Notice;
    public bool IsPerDevice => true;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsSealedAt(sight.At)) return null;
        if (sight.Record.Reports(Low)) return new(Bad: true);
        return sight.Record.Reports(Fed) || sight.Record.Battery > sight.Rules.BatteryRecoveredPerCent
            ? new(Bad: false)
            : null;
    }

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) => sight.Record.Battery is { } percent
        ? Sentence.Of("alert.battery.left", sight, ["percent", Sentence.Whole(percent)])
        : Sentence.Of(Kind, sight);
}
