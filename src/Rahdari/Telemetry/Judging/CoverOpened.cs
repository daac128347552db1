using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>The device itself was opened or tampered with.</summary>
sealed class CoverOpened : IRule
{
    public AlertKind Kind => AlertKind.CoverOpened;
    public AlertSeverity Severity => AlertSeverity.Warning;
    public bool IsPerDevice => true;

    public double? SamePlaceMetres(JudgingRules rules) => null;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsSealedAt(sight.At)) return null;
        if (sight.Reports(DeviceEvent.CoverOpened, DeviceEvent.Tampered)) return new(sight.At, Bad: true);
        return sight.Fix.Message.Seal.CoverClosed is { } closed ? new(sight.At, Bad: !closed) : null;
    }

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(Kind, sight);
}
