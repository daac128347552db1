using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// The driver calls for help by the device's button, wherever that is. A record without the call ends it: the next one
/// is another call.
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
