using System.Collections.Concurrent;
using Rahdari.Simulator.Officiating;

namespace Rahdari.Simulator;

/// <summary>
/// Lives one scenario against running nodes: trucks, devices, officers, control room. Started again with the same
/// options it asks the nodes what has happened already and goes on from there.
/// </summary>
/// <param name="machine">Machine time, for waiting between attempts and for patience with sockets.</param>
public sealed class SimulationRun(SimulationOptions options, ISimulationClock clock, TimeProvider machine)
{
    /// <summary>Rows asked for at once when looking for earlier declarations.</summary>
    const int PageRows = 100;

    /// <summary>Connections to one node; more trucks than this take turns.</summary>
    const int MaxConnections = 64;

    readonly ConcurrentQueue<Task> devices = [];

    /// <summary>What truly happens, known before it does; units by their local references.</summary>
    /// <exception cref="ArgumentException">The options cannot be simulated; the message says why.</exception>
    public static IReadOnlyList<TruthItem> TruthOf(SimulationOptions options) =>
        [.. Scenario.Plan(options).Declarations.SelectMany(d => d.Units).SelectMany(u => u.Truth)];

    /// <summary>Completes when every unit has ended and no alert is left open.</summary>
    /// <exception cref="ArgumentException">The options cannot be simulated; the message says why.</exception>
    /// <exception cref="SimulationOutageException">A node stayed away too long.</exception>
    public async Task<SimulationReport> RunAsync(CancellationToken cancel)
    {
        // Held before the first await: whoever held the clock until now may let go when this call returns.
        using var launching = clock.Busy(clock.Now);
        var resumeFrom = options.ResumedAt ?? clock.Now;
        var plan = Scenario.Plan(options);
        using var http = Connect();
        using var all = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        // Off the caller's context: the clock releases actors inline.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var world = new World(options, clock, machine, http, resumeFrom);
        var earlier = await EarlierAsync(world, plan, cancel).ConfigureAwait(false);
        var guarantees = plan.Guarantees.ToDictionary(g => g.Grn);
        var books = plan.Guarantees.ToDictionary(
            g => g.Grn, g => Guard(() => GuaranteeScript.RunAsync(world, g, all.Token), all));
        var stocks = plan.Stocks.ToDictionary(
            s => s.Office, s => Guard(() => StockScript.RunAsync(world, s, all.Token), all));
        var closures = plan.Closure is { } closure
            ? Guard(() => ClosureScript.RunAsync(world, closure, all.Token), all)
            : Task.CompletedTask;
        void Launch(Func<Task> device) => devices.Enqueue(Guard(device, all));
        var declarations = plan.Declarations.Select(d => Guard(
            () => new DeclarationScript(
                    world, d, guarantees[d.Grn].AccessCode, books[d.Grn], stocks[d.OfficeOfDeparture], Launch)
                .RunAsync(earlier.GetValueOrDefault(d.LocalReference), all.Token), all)).ToArray();
        var ended = Task.WhenAll(declarations);
        var rooms = ControlRooms(world, plan);
        var watch = rooms.Select(r => Guard(() => r.RunAsync(ended, all.Token), all));
        var everybody = Task.WhenAll([.. books.Values, .. stocks.Values, closures, ended, .. watch]);
        launching.Dispose();
        await everybody.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // A device that failed has ended the run for all: its reason is the one to tell.
        await Task.WhenAll([.. devices, everybody]).ConfigureAwait(false);
        return Report(world, [.. ended.Result.SelectMany(u => u)], rooms.Sum(r => r.Resolved));
    }

    static HttpClient Connect() => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        MaxConnectionsPerServer = MaxConnections,
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    SimulationReport Report(World world, IReadOnlyList<UnitReport> units, int alertsResolved)
    {
        var names = units.ToDictionary(u => u.LocalUnit, u => u.Unit);
        return new(
            [.. units.OrderBy(u => u.LocalUnit, StringComparer.Ordinal)], world.Traffic.FramesSent,
            world.Traffic.FramesAcknowledged, world.Traffic.RecordsAcknowledged, alertsResolved,
            [.. TruthOf(options).Select(t => t with { Unit = names.GetValueOrDefault(t.Unit, t.Unit) })],
            world.Refusals.All);
    }

    /// <summary>MRNs by local reference, as far as a run before this one has declared.</summary>
    static async Task<Dictionary<string, string>> EarlierAsync(World world, ScenarioPlan plan, CancellationToken cancel)
    {
        var found = new Dictionary<string, string>();
        foreach (var office in plan.Declarations.DistinctBy(d => World.AdministrationOf(d.OfficeOfDeparture))
            .Select(d => d.OfficeOfDeparture))
        {
            string? cursor = null;
            do
            {
                var after = cursor is null ? "" : $"&cursor={Uri.EscapeDataString(cursor)}";
                var page = await world.ClientOf(office).GetAsync(
                    world.KeyOf(OfficerRoles.Officer, office), $"/api/v1/movements?limit={PageRows}{after}", cancel)
                    .ConfigureAwait(false);
                foreach (var item in page.List("items"))
                    if (item.Text("localReference") is { } reference && item.Text("mrn") is { } mrn)
                        found[reference] = mrn;
                cursor = page.Text("next");
            }
            while (cursor is not null);
        }
        return found;
    }

    ControlRoom[] ControlRooms(World world, ScenarioPlan plan) =>
    [
        .. plan.Declarations.Select(d => World.AdministrationOf(d.OfficeOfDeparture)).Distinct()
            .Select(a => options.Nodes.First(n => n.Node == a))
            .Select(n => (Node: n, n.Keys.FirstOrDefault(k => k.Role == OfficerRoles.ControlRoom)?.Key))
            .Where(n => n.Key is not null)
            .Select(n => new ControlRoom(world, n.Node, n.Key!)),
    ];

    static async Task<bool> Ran(Func<Task> task)
    {
        await task().ConfigureAwait(false);
        return true;
    }

    static Task Guard(Func<Task> actor, CancellationTokenSource all) => Guard(() => Ran(actor), all);

    /// <summary>Whoever fails ends the run for all.</summary>
    static async Task<T> Guard<T>(Func<Task<T>> actor, CancellationTokenSource all)
    {
        try
        {
            return await actor().ConfigureAwait(false);
        }
        catch when (!all.IsCancellationRequested)
        {
            await all.CancelAsync().ConfigureAwait(false);
            throw;
        }
    }
}
