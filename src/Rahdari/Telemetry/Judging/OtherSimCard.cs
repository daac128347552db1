using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// A device tells another SIM card than the books have for it: somebody changed the card, another device speaks under
/// its id, or the books are wrong. Over once it tells the card of the books. What a device without a card in the books
/// tells shows nothing.
/// </summary>
sealed class OtherSimCard : IRule
{
    public AlertKind Kind => AlertKind.OtherSimCard;
    public AlertSeverity Severity => AlertSeverity.Warning;
    public bool IsPerDevice => true;
    public bool IsShownByOneRecord => true;

    public Evidence? Look(Sight sight) =>
        sight.Record.OtherCard is { } other ? new(Bad: other.Length > 0) : null;

    public bool IsCause(Episode episode, Sight sight) => true;

    /// <summary>Of the number told the end, of the books' nothing: an alert is read on both sides, and in a vendor's
    /// range the books' number is what a device is known by.</summary>
    public Sentence Explain(Episode episode, Sight sight) =>
        Sentence.Of(Kind, sight, "told", sight.Record.OtherCard ?? "");
}
