using Rahdari.Devices;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// Somebody tries to open the lock who cannot: wrong passwords in a row, or a card that opens nothing. Where an office
/// opens, or in the zone of one, an officer mistook himself.
/// </summary>
sealed class OpeningAttempted : IRule
{
    static readonly ulong Attempts = JudgedRecord.MaskOf(DeviceEvent.WrongPasswords, DeviceEvent.IllegalCard);

    public AlertKind Kind => AlertKind.OpeningAttempted;
    public AlertSeverity Severity => AlertSeverity.Warning;
    public bool IsPerDevice => true;
    public bool IsShownByOneRecord => true;

    public Evidence? Look(Sight sight)
    {
        if (!sight.Unit.IsSealedAt(sight.At)) return null;
        if (!sight.Record.Reports(Attempts)) return new(Bad: false);
        return sight.IsAtOffice || sight.Unit.PermissionsFor(AlertKind.Unlocked, sight.At, sight.Record.Device).Any()
            ? null
            : new(Bad: true);
    }

    public bool IsCause(Episode episode, Sight sight) => true;

    public Sentence Explain(Episode episode, Sight sight) => Sentence.Of(Kind, sight);
}
