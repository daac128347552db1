namespace Rahdari.Simulator;

/// <summary>What is to be simulated. The same options give the same plan and the same truth on every run.</summary>
/// <param name="Start">Corridor time at which the scenario begins; not the time of a later restart.</param>
public sealed record SimulationOptions(
    string Scenario, int Trucks, ulong Seed, DateTimeOffset Start, SimulatedCorridor Corridor,
    IReadOnlyList<SimulatedNode> Nodes)
{
    /// <summary>The script is one; what is charged in <c>fee</c> is decided by the rules the nodes run under.</summary>
    public static readonly IReadOnlyList<string> Scenarios = ["default", "fee"];

    /// <summary>Two connections a truck; well under the descriptors a process may have open here (20,000).</summary>
    public const int MaxTrucks = 5_000;

    /// <summary>
    /// Corridor time at which the clock began to run again, where it ran before the run was started; null where it
    /// was held until then. Devices send again what they could have sent since shortly before.
    /// </summary>
    public DateTimeOffset? ResumedAt { get; init; }

    /// <summary>Called for every record a node acknowledged, by any thread.</summary>
    public Action<AcknowledgedRecord>? OnAcknowledged { get; init; }
}
