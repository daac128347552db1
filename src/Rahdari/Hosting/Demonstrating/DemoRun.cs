using System.Text.Json;
using Rahdari.Corridors;
using Rahdari.Devices;
using Rahdari.Simulator;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Hosting.Demonstrating;

/// <summary>One run of the demo, from empty folder or saved state to the end of its scenario or of the patience of
/// whoever watches.</summary>
sealed class DemoRun(DemoSettings settings, TimeProvider machine, long started)
{
    readonly NodeOutput output = new(Console.Error);
    readonly CancellationTokenSource stopping = new();

    public async Task<int> RunAsync(CancellationToken cancel)
    {
        using var link = cancel.Register(stopping.Cancel);
        Directory.CreateDirectory(settings.Data);
        output.Say($"data: {settings.Data}");
        var pack = LoadPack(settings.Scenario);
        var (accounts, nodes) = await PrepareAsync(pack, stopping.Token);
        var resumed = SavedClock.Read(settings.ClockFile, DemoSettings.Start);
        var clock = new ScaledClock(machine, resumed, settings.Speed);
        // Corridor time waits for the nodes: the scenario begins when there is somebody to live it.
        using var starting = clock.Busy(resumed);
        try
        {
            await using var first = await StartAsync(nodes[0], pack, clock);
            await using var second = await StartAsync(nodes[1], pack, clock);
            clock.AddFrontier(first.OldestUndone);
            clock.AddFrontier(second.OldestUndone);
            Welcome(accounts);
            using var saving = CancellationTokenSource.CreateLinkedTokenSource(stopping.Token);
            var saved = SavedClock.KeepAsync(settings.ClockFile, clock, machine, saving.Token);
            var verdict = await LiveAsync(accounts, [first, second], clock, resumed, starting);
            await saving.CancelAsync();
            await saved;
            return verdict;
        }
        catch (Exception e) when (e is StoreRefusedException or InvalidDataException)
        {
            output.Say($"rahdari: {e.Message}");
            return CommandLine.Usage;
        }
    }

    /// <summary>The pack beside the program with the scenario's overlays.</summary>
    public static CorridorPack LoadPack(string scenario)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "corridors");
        return CorridorPackLoader.Load(
            Path.Combine(folder, "pk-af"),
            [.. DemoSettings.Scenarios[scenario].Select(o => Path.Combine(folder, o))]).OrThrow();
    }

    async Task<NodeHost> StartAsync(NodeSettings node, CorridorPack pack, ScaledClock clock)
    {
        var host = await NodeHost.StartAsync(node, pack, clock, machine, output, stopping.Token);
        host.Stopping.Register(stopping.Cancel);
        return host;
    }

    /// <summary>Makes accounts and keys where the folder is fresh, and takes them from it where it is not.</summary>
    async Task<(DemoAccounts, NodeSettings[])> PrepareAsync(CorridorPack pack, CancellationToken cancel)
    {
        var nodes = new[] { settings.Node("pk", 0), settings.Node("af", 1) };
        DemoAccounts accounts;
        if (File.Exists(settings.AccountsFile))
        {
            accounts = DemoAccounts.Read(settings.AccountsFile);
        }
        else
        {
            var registrar = new DemoRegistrar(SystemEntropy.Fill);
            var first = await registrar.RegisterAsync(nodes[0], pack, [nodes[1]], cancel);
            var second = await registrar.RegisterAsync(nodes[1], pack, [nodes[0]], cancel);
            accounts = new(
                [NodeOf(nodes[0], first.LogKey), NodeOf(nodes[1], second.LogKey)], [.. first.Users, .. second.Users],
                [.. first.Keys, .. second.Keys]);
        }
        accounts = accounts with
        {
            Nodes = [.. accounts.Nodes.Zip(nodes, (known, node) => NodeOf(node, known.LogKey))],
        };
        accounts.Write(settings.AccountsFile);
        return (accounts, [WithPeer(nodes[0], nodes[1], accounts.Nodes[1]), WithPeer(nodes[1], nodes[0],
            accounts.Nodes[0])]);
    }

    static DemoNode NodeOf(NodeSettings node, string logKey) => new(
        node.Node, node.Url, node.Origin,
        Registry.Protocols.ToDictionary(p => p.Name, p => node.DevicePorts!.Value + Registry.PortIndex(p)))
    {
        LogKey = logKey,
    };

    static NodeSettings WithPeer(NodeSettings node, NodeSettings other, DemoNode otherNode) => node with
    {
        Peers = [new(other.Administration, other.Origin, other.Url, otherNode.LogKey,
            DemoRegistrar.PeerKeyFile(node, other))],
    };

    void Welcome(DemoAccounts accounts)
    {
        output.Say("SIMULATED: every company, person, plate and position here is invented.");
        foreach (var node in accounts.Nodes)
            output.Say($"{node.Node}: {node.Url}, devices: "
                + string.Join(", ", node.DevicePorts.Select(p => $"{p.Key} {p.Value}")) + $", log key: {node.LogKey}");
        output.Say($"{"node",-5}{"user",-34}{"password",-20}role");
        foreach (var user in accounts.Users) output.Say($"{user.Node,-5}{user.User,-34}{user.Password,-20}{user.Role}");
        output.Say($"The same, with keys for the API: {settings.AccountsFile}");
        output.Say($"Ctrl-C stops; --data {settings.Data} goes on from there.");
    }

    /// <summary>Lets the simulated world run. Without <c>--until-done</c> the nodes stay up after its end.</summary>
    async Task<int> LiveAsync(
        DemoAccounts accounts, NodeHost[] nodes, ScaledClock clock, DateTimeOffset resumed, IDisposable starting)
    {
        try
        {
            var corridor = await DemoCorridor.ReadAsync(accounts, stopping.Token);
            var run = new SimulationRun(
                new SimulationOptions(
                    settings.Scenario, settings.Trucks, settings.Seed, DemoSettings.Start, corridor,
                        SimulatedNodes(accounts))
                {
                    ResumedAt = resumed,
                },
                new DemoClock(clock), machine);
            var living = run.RunAsync(stopping.Token);
            starting.Dispose();
            var report = await living;
            output.Say($"the scenario has ended at {clock.Now.ToRfc3339()}");
            if (settings.UntilDone) return await EndAsync(accounts, nodes, report);
            await Task.Delay(Timeout.Infinite, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            output.Say("stopped");
        }
        return settings.UntilDone ? CommandLine.Negative : CommandLine.Ok;
    }

    async Task<int> EndAsync(DemoAccounts accounts, NodeHost[] nodes, SimulationReport report)
    {
        foreach (var refusal in report.Refusals)
            output.Say(
                $"{refusal.Node} answered {refusal.Status} {refusal.Code} to {refusal.Step} {refusal.Times} times");
        var summary = await DemoSummary.CollectAsync(accounts, nodes, machine.GetElapsedTime(started), stopping.Token);
        var line = JsonSerializer.Serialize(summary, DemoSummary.Json);
        if (settings.Json) Console.Out.WriteLine(line);
        else output.Say(line);
        return summary.IsGood ? CommandLine.Ok : CommandLine.Negative;
    }

    static SimulatedNode[] SimulatedNodes(DemoAccounts accounts) =>
    [
        .. accounts.Nodes.Select(n => new SimulatedNode(
            n.Node, new Uri(n.Url), n.DevicePorts,
            [.. accounts.Keys.Where(k => k.Node == n.Node).Select(k => new SimulatedKey(k.Role, k.Office, k.Key))])),
    ];
}
