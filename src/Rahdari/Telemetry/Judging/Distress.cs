using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// The driver of a sealed unit calls for help by the device's button, on the road or in the zone of an office. A record
/// without the call ends it: the next one is another call, and of many soon after each other one is told.
/// </summary>
sealed class Distress : IRule
{
    static readonly ulong Call = JudgedRecord.MaskOf(DeviceEvent.Panic);

    public AlertKind Kind => AlertKind.Distress;
    public AlertSeverity Severity => AlertSeverity.Critical;
    public bool IsPerDevice => true;
    public bool IsShownByOneRecord => true;

    public Evidence? Look(Sight sight) =>
        sight.Unit.IsSealedAt(sight.At) ? new(Bad: sight.Record.Reports(Call)) : null;

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(Kind, sight);
}
