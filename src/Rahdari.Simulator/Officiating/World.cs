using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Rahdari.Simulator.Reporting;

namespace Rahdari.Simulator.Officiating;

/// <summary>What all actors of one run share: nodes, clock, what was seen. Safe for any number at once.</summary>
sealed class World(
    SimulationOptions options, ISimulationClock clock, TimeProvider machine, HttpClient http,
    DateTimeOffset resumedAt)
{
    /// <summary>
    /// What a run that was cut short may have left unsaid: the clock never runs further than its tolerance past work
    /// that is going on, and the clock itself may come back a little behind.
    /// </summary>
    static readonly TimeSpan ResumeMargin = ISimulationClock.BusyTolerance * 3;

    readonly Dictionary<string, NodeClient> clients =
        options.Nodes.ToDictionary(n => n.Node, n => new NodeClient(n, http, machine));

    public ISimulationClock Clock => clock;

    public TimeProvider Machine => machine;

    public Traffic Traffic { get; } = new(options.OnAcknowledged);

    public RefusalLog Refusals { get; } = new();

    /// <summary>Records devices could send before this were sent by an earlier run of the same plan.</summary>
    public DateTimeOffset ResumeFrom { get; } = resumedAt - ResumeMargin;

    /// <summary>The plans of units by MRN/n, from the moment the MRN is known.</summary>
    public ConcurrentDictionary<string, UnitPlan> Units { get; } = new();

    /// <summary>The node of an office's administration.</summary>
    public NodeClient ClientOf(string office) => clients[AdministrationOf(office)];

    public static string AdministrationOf(string office) => office[..office.IndexOf(':')];

    /// <summary>The key of a role at an office; a declarant's work is done by an officer where there is none.</summary>
    public string KeyOf(string role, string office)
    {
        var node = ClientOf(office).Node;
        return node.FindKey(role, office)
            ?? (role == OfficerRoles.Declarant ? node.Keys.FirstOrDefault(k => k.Role == role)?.Key : null)
            ?? node.FindKey(OfficerRoles.Officer, office)
            ?? throw new ArgumentException($"no key of role {role} at {office}");
    }

    /// <summary>Asks for something in a role at an office; a refusal is written down.</summary>
    /// <param name="step">Names the request within the run: the same step of the same seed is the same request.</param>
    public Task<ApiAnswer> PostAsync(
        string role, string office, string step, string? unit, string path, object body, CancellationToken cancel) =>
        PostWithKeyAsync(office, KeyOf(role, office), step, unit, path, body, cancel);

    /// <inheritdoc cref="PostAsync"/>
    public async Task<ApiAnswer> PostWithKeyAsync(
        string office, string key, string step, string? unit, string path, object body, CancellationToken cancel)
    {
        var client = ClientOf(office);
        var answer = await client.PostAsync(key, path, body, IdempotencyKey($"{office} {path} {step}"), cancel)
            .ConfigureAwait(false);
        if (!answer.IsSuccess) Refusals.Add(client.Node.Node, step.Split(' ')[0], unit, answer);
        return answer;
    }

    /// <summary>A movement as an office's node shows it; null where that node does not know it (yet).</summary>
    public async Task<MovementView?> LookUpAsync(string office, string mrn, CancellationToken cancel)
    {
        var path = $"/api/v1/movements/{Uri.EscapeDataString(mrn)}";
        var answer = await ClientOf(office).GetAsync(KeyOf(OfficerRoles.Officer, office), path, cancel)
            .ConfigureAwait(false);
        if (answer.IsSuccess) return MovementView.Of(answer.Body);
        if (answer.Status != 404) Refusals.Add(AdministrationOf(office), "look-up", null, answer);
        return null;
    }

    /// <summary>The device of a unit, ready to run.</summary>
    public SimulatedDevice Device(IDeviceWire wire, string id, string office)
    {
        var node = ClientOf(office).Node;
        return new(wire, id, node.DeviceHost, node.DevicePorts[wire.Protocol], clock, machine, Traffic);
    }

    string IdempotencyKey(string step) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{options.Seed} {options.Scenario} {step}")).AsSpan(0, 16));
}
