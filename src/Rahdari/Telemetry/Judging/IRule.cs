using Rahdari.Corridors;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// One alarm rule over records in order of their time. It says what a record shows; following a cause and raising it
/// once are the fold's. Stateless.
/// </summary>
interface IRule
{
    AlertKind Kind { get; }
    AlertSeverity Severity { get; }

    /// <summary>True where each device has causes of its own; false where all of the unit tell of one.</summary>
    bool IsPerDevice { get; }

    /// <summary>
    /// One record is enough, whatever came before: such a record is told at once where it comes late.
    /// </summary>
    bool IsShownByOneRecord => false;

    /// <summary>
    /// Records farther apart than this show no cause that lasted between them; null where nothing between is needed.
    /// </summary>
    TimeSpan? Apart(JudgingRules rules) => null;

    /// <summary>
    /// A cause that was told goes on through what no record tells of, until one shows its end.
    /// </summary>
    bool GoesOn(Sight sight) => false;

    /// <summary>What the record shows; null where it says nothing to this rule.</summary>
    Evidence? Look(Sight sight);

    /// <summary>Whether an episode is enough to raise an alert.</summary>
    bool IsCause(Episode episode, Sight sight);

    /// <summary>The sentence that explains the alert.</summary>
    Sentence Explain(Episode episode, Sight sight);
}
