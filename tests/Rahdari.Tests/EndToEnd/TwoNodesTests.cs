using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Rahdari.Tests.Storage;
using Rahdari.Tests.Storage.Cluster;

namespace Rahdari.Tests.EndToEnd;

/// <summary>
/// A whole movement between two real nodes on different engines: from declaration and device frames to alerts, exit,
/// the other side's entry and discharge. Either side is on either engine.
/// </summary>
[NeedsPostgres, Collection("Served on PostgreSQL")]
public sealed class TwoNodesTests(PostgresServer server) : IDisposable
{
    const int Units = 2, CutEvery = 20;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    readonly string folder = Directory.CreateTempSubdirectory("rahdari-two-").FullName;
    readonly ConcurrentQueue<string> acknowledged = [];

    [StoreFact]
    public Task A_movement_goes_from_a_node_on_PostgreSQL_to_one_on_SQLite() => WalkAsync(first: true);

    [StoreFact]
    public Task A_movement_goes_from_a_node_on_SQLite_to_one_on_PostgreSQL() => WalkAsync(first: false);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    async Task WalkAsync(bool first)
    {
        var port = RahdariProcess.FreePorts();
        var (pkSettings, afSettings) =
            (ServedNode.SettingsOf(folder, "pk", port), ServedNode.SettingsOf(folder, "af", port));
        using var pk =
            await ServedNode.CreateAsync(folder, "pk", port, first ? server.NewSchema() : null, afSettings);
        using var af =
            await ServedNode.CreateAsync(folder, "af", port, first ? null : server.NewSchema(), pkSettings);
        var (pkConfig, afConfig) =
            (await pk.ConfigureAsync("pk.yaml", peer: af), await af.ConfigureAsync("af.yaml", peer: pk));
        await using (var home = await pk.StartAsync(pkConfig))
        await using (var other = await af.StartAsync(afConfig))
        {
            var mrn = await pk.SendOffAsync(Units);
            await HandleAlertsAsync(pk, home);
            for (var n = 1; n <= Units; n++)
                await pk.PostAsync($"/api/v1/movements/{mrn}/units/{n}/exit",
                    new { sealSeen = $"PK-{100_000 + n}", condition = "intact" }, "pk:TORKHAM");
            await other.UntilAsync(() => InStateAsync(af, "af:TORKHAM", mrn, "exited"), Patience);
            for (var n = 1; n <= Units; n++)
                await af.PostAsync($"/api/v1/movements/{mrn}/units/{n}/entry",
                    new { sealSeen = $"PK-{100_000 + n}", condition = "intact" }, "af:TORKHAM");
            await home.UntilAsync(() => InStateAsync(pk, "pk:KARACHI", mrn, "entered"), Patience);
            for (var n = 1; n <= Units; n++)
                await pk.PostAsync($"/api/v1/movements/{mrn}/units/{n}/discharge", new { }, "pk:KARACHI");
            var ended = (await InStateAsync(pk, "pk:KARACHI", mrn, "discharged"))!;
            Assert.All(ended["units"]!.AsArray(), u => Assert.Equal("E4", u!["grade"]!.GetValue<string>()));
            Assert.Equal(0, await pk.BooksBalanceAsync());
            await other.UntilAsync(() => InStateAsync(af, "af:TORKHAM", mrn, "discharged"), Patience);
            foreach (var node in new[] { pk, af }) await AskEverythingAsync(node);
        }
        await ServedNode.FsckAsync(pkConfig);
        await ServedNode.FsckAsync(afConfig);
        await pk.JournalHoldsAsync(acknowledged);
    }

    /// <summary>Frames of both locks until each has told of a cut rope; one alert is handled to its end.</summary>
    async Task HandleAlertsAsync(ServedNode pk, RahdariProcess home)
    {
        using var stop = new CancellationTokenSource();
        var traffic = Task.WhenAll(Enumerable.Range(1, Units)
            .Select(n => pk.Device(n, acknowledged).RunAsync(CutEvery, stop.Token)));
        var cuts = await home.UntilAsync(() => pk.RopeCutsAsync(Units), Patience);
        await stop.CancelAsync();
        await traffic;
        var id = cuts[0]["id"]!.GetValue<string>();
        await pk.PostAsControlRoomAsync($"/api/v1/alerts/{id}/acknowledge", new { });
        await pk.PostAsControlRoomAsync(
            $"/api/v1/alerts/{id}/resolve", new { finding = "false-alarm", note = "whole" });
        var all = (await pk.GetAsync("/api/v1/alerts?state=all", "control-room"))["items"]!.AsArray();
        Assert.Equal("resolved",
            all.Single(a => a!["id"]!.GetValue<string>() == id)!["state"]!.GetValue<string>());
    }

    static async Task<JsonNode?> InStateAsync(ServedNode node, string office, string mrn, string state)
    {
        var list = (await node.GetAsync("/api/v1/movements?limit=50", "officer", office))["items"]!.AsArray();
        var item = list.SingleOrDefault(i => i!["mrn"]!.GetValue<string>() == mrn);
        return item?["units"]!.AsArray().All(u => u!["state"]!.GetValue<string>() == state) == true ? item : null;
    }

    /// <summary>What reads the boards: each statement runs on the node's engine.</summary>
    static async Task AskEverythingAsync(ServedNode node)
    {
        Assert.Equal("ready", await node.Http.GetStringAsync("/readyz"));
        foreach (var path in new[]
            { "/api/v1/guarantees", "/api/v1/closures", "/api/v1/positions", "/api/v1/measures", "/api/v1/corridor" })
            await node.GetAsync(path, "auditor");
        Assert.NotEmpty(await node.Http.GetStringAsync("/metrics"));
    }
}
