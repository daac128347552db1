using System.Collections.Concurrent;
using Rahdari.Hosting;
using Rahdari.Tests.Storage;
using Rahdari.Tests.Storage.Cluster;

namespace Rahdari.Tests.EndToEnd;

/// <summary>The server is killed during traffic of every protocol, again and again, on one store. Runs on every
/// engine.</summary>
public abstract class KillTests : IAsyncLifetime
{
    const int Devices = 4, CutEvery = 40;

    /// <summary>RAHDARI_LONG=1 makes it a hundred.</summary>
    readonly int rounds;

    readonly Func<ClusterSettings?> cluster;
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-kill-").FullName;
    readonly ConcurrentQueue<string> acknowledged = [];
    ServedNode node = null!;
    string config = "";

    private protected KillTests(Func<ClusterSettings?> cluster, int rounds, int inCi)
    {
        this.cluster = cluster;
        this.rounds = Environment.GetEnvironmentVariable("RAHDARI_LONG") == "1" ? 100
            : Environment.GetEnvironmentVariable("CI") == "true" ? inCi : rounds;
    }

    [StoreFact]
    public async Task No_acknowledged_record_is_missing_no_alarm_comes_twice_and_books_and_log_hold_after_every_kill()
    {
        var devices = Enumerable.Range(1, Devices).Select(n => node.Device(n, acknowledged)).ToList();
        var dice = new Random(20_260_901);
        using var stop = new CancellationTokenSource();
        await using (var first = await node.StartAsync(config)) await node.SendOffAsync(Devices);
        var others = MixedDevice.All(node.Settings.DevicePorts!.Value, ServedNode.Now, acknowledged);
        var traffic = devices.Select(d => d.RunAsync(CutEvery, stop.Token))
            .Concat(others.Select(d => d.RunAsync(stop.Token))).ToList();
        for (var round = 0; round < rounds; round++)
        {
            await using var server = await node.StartAsync(config);
            var seen = acknowledged.Count;
            await server.UntilAsync<object>(
                () => Task.FromResult<object?>(acknowledged.Count > seen + 50
                    ? "traffic" : null), TimeSpan.FromSeconds(30));
            await Task.Delay(dice.Next(0, 400));
            await server.KillAsync();
        }
        await using (var last = await node.StartAsync(config))
        {
            await stop.CancelAsync();
            await Task.WhenAll(traffic);
            Assert.All(devices, d => Assert.True(d.Cuts > 0));
            Assert.All(others, d => Assert.True(d.Answered >= rounds, $"{d.Protocol}: {d.Answered} answers"));
            var alerts = await last.UntilAsync(async () => await node.RopeCutsAsync(Devices), TimeSpan.FromSeconds(60));
            // Twice would be the same cause of the same unit under two ids, or more alerts than cuts.
            Assert.Equal(alerts.Count,
                alerts.Select(a => (a["unit"]!.GetValue<string>(), a["from"]!.GetValue<string>())).Distinct().Count());
            Assert.True(alerts.Count <= devices.Sum(d => d.Cuts), $"{alerts.Count} alerts");
            Assert.True(await node.BooksBalanceAsync() > 0);
            // Who seals segments was killed with the rest; whoever follows waits until the lease has run out.
            await last.UntilAsync<object>(
                async () => await node.HasSegmentAsync(alerts[0]["unit"]!.GetValue<string>()) ? "a segment" : null,
                TimeSpan.FromSeconds(60));
        }
        await ServedNode.FsckAsync(config);
        Assert.True(acknowledged.Count > rounds * 50);
        await node.JournalHoldsAsync(acknowledged);
        Assert.True(await KeptEvidence.SegmentsHoldAsync(node.Settings) > 0);
    }

    public async Task InitializeAsync()
    {
        node = await ServedNode.CreateAsync(folder, "pk", RahdariProcess.FreePorts(), cluster());
        config = await node.ConfigureAsync("node.yaml");
    }

    public Task DisposeAsync()
    {
        node.Dispose();
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }
}

public sealed class SqliteKillTests() : KillTests(() => null, rounds: 10, inCi: 20);

[NeedsPostgres, Collection("Served on PostgreSQL")]
public sealed class PostgresKillTests(PostgresServer server) : KillTests(server.NewSchema, rounds: 3, inCi: 10);
