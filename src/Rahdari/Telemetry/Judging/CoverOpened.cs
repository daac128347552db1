using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>The device itself was opened or tampered with.</summary>
sealed class CoverOpened : IRule
{
    static readonly ulong Opened = JudgedRecord.MaskOf(DeviceEvent.CoverOpened, DeviceEvent.Tampered);

    public AlertKind Kind => AlertKind.CoverOpened;
    public AlertSeverity Severity => AlertSeverity.Warning;
    public bool IsPerDevice => true;
    public bool IsShownByOneRecord => true;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsSealedAt(sight.At)) return null;
        if (sight.Record.Reports(Opened)) return new(Bad: true);
        return sight.Record.Seal.CoverClosed is { } closed ? new(Bad: !closed) : null;
    }

    public bool IsCause(Episode episode, Sight sight) => !sight.IsPermitted(Kind);

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(Kind, sight);
}
