namespace Rahdari.Simulator;

/// <summary>A request a node did not grant, as often as it was seen.</summary>
/// <param name="Step">What was tried, for example <c>discharge</c>.</param>
/// <param name="Code">The stable code of the answer; the status as text where it has none.</param>
public sealed record HttpRefusal(
    string Node, string Step, string? Unit, int Status, string Code, string? Field, int Times);

/// <summary>How one unit ended.</summary>
/// <param name="Unit">MRN/n; the local reference and n where no MRN was given.</param>
/// <param name="Incident">What went out of the ordinary, in kebab case; <c>none</c> where nothing did.</param>
/// <param name="Ended"><c>discharged</c>, or <c>stopped</c> where a step was refused for good.</param>
/// <param name="Grade">The evidence grade as the node names it; null where not discharged.</param>
/// <param name="Reason">Why it stopped: the step and the refusal's code.</param>
public sealed record UnitReport(
    string Unit, string LocalUnit, string Incident, string Ended, string? Grade, bool Unreconciled, string? Reason)
{
    public bool IsDischarged => Ended == "discharged";
}

/// <summary>What a run did and what truly happened in it.</summary>
/// <param name="AlertsResolved">Alerts the control room closed with a finding.</param>
public sealed record SimulationReport(
    IReadOnlyList<UnitReport> Units, long FramesSent, long FramesAcknowledged, long RecordsAcknowledged,
    int AlertsResolved, IReadOnlyList<TruthItem> Truth, IReadOnlyList<HttpRefusal> Refusals);
