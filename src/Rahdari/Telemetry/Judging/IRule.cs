using Rahdari.Corridors;
using Rahdari.Telemetry.Raising;

namespace Rahdari.Telemetry.Judging;

/// <summary>
/// One alarm rule over single records. It says what a record shows; putting the pieces in order, raising once a cause
/// and splitting are the judge's. Stateless.
/// </summary>
interface IRule
{
    AlertKind Kind { get; }
    AlertSeverity Severity { get; }

    /// <summary>True where each device has causes of its own; false where all of the unit tell of one.</summary>
    bool IsPerDevice { get; }

    /// <summary>Within this distance bad evidence is of one cause; null where place is no matter.</summary>
    double? SamePlaceMetres(JudgingRules rules);

    /// <summary>What the record shows; null where it says nothing to this rule.</summary>
    Evidence? Look(Sight sight);

    /// <summary>Whether an episode is enough to raise an alert.</summary>
    bool IsCause(Episode episode, Sight sight);

    /// <summary>The sentence that explains the alert.</summary>
    Sentence Explain(Episode episode, Sight sight);
}
