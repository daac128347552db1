using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>The device itself was opened or tampered with.</summary>
sealed class CoverOpened : IRule
{
    static readonly ulong Opened = JudgedRecord.MaskOf(DeviceEvent.CoverOpened);
    static readonly ulong Tampered = JudgedRecord.MaskOf(DeviceEvent.Tampered);

    public AlertKind Kind => AlertKind.CoverOpened;
    public AlertSeverity Severity => AlertSeverity.Warning;
    public bool IsPerDevice => true;
    public bool IsShownByOneRecord => true;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsSealedAt(sight.At)) return null;
        var closed = sight.Record.Seal.CoverClosed;
        var sensors = (closed == false || sight.Record.Reports(Opened) ? Sensors.Cover : Sensors.None)
            | (sight.Record.Reports(Tampered) ? Sensors.Tamper : Sensors.None);
        if (sensors != Sensors.None) return sight.OfOpening(Kind, zoneIsEnough: false, sensors);
        return closed == true ? new(Bad: false) : null;
    }

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(Kind, sight);
}
