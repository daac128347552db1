using Microsoft.Extensions.DependencyInjection;
using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Tests.EndToEnd;
using Rahdari.Tests.Storage;
using Rahdari.Tests.Storage.Cluster;
using Rahdari.Tests.Transparency;

namespace Rahdari.Tests.Hosting;

/// <summary>A whole node that stops, and what the next process finds. Runs on every engine.</summary>
public abstract class GivenBackLeasesTests(Func<ClusterSettings?> cluster) : IDisposable
{
    /// <summary>Work that goes on while a node runs, each part under its lease.</summary>
    static readonly string[] Work =
        ["discharge/pk", "escalation/pk", "log/pk-2026.demo.example", "retention/pk", "segments/pk"];

    /// <summary>Who serves a PostgreSQL database; kept by the gate for as long as the store is open.</summary>
    const string Serving = "serve";

    readonly string folder = Directory.CreateTempSubdirectory("rahdari-leases-").FullName;

    [StoreFact]
    public async Task What_a_stopping_node_worked_at_another_process_takes_over_at_once()
    {
        var settings = Settings();
        var pack = CorridorPackLoader.Load(Path.Combine(Checkout.Root, "corridors", "pk-af")).OrThrow();
        await using (var node = await NodeHost.StartAsync(
            settings, pack, new SettableClock(DeskFixture.Start), TimeProvider.System, new(TextWriter.Null), default))
        {
            var record = node.Services.GetRequiredService<IRecordStore>();
            using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
            using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
            while (!Work.All((await TakenAsync(record)).Contains)) await look.WaitForNextTickAsync(patience.Token);
        }

        // Beside the store: whoever opens one to serve it ends every lease of the process before.
        await using (var record = await NodeStore.OpenRecordAsync(
            settings, new() { Time = TimeProvider.System, OnFatal = e => throw e }, default))
            Assert.Empty(await NamesAsync(record, "holder <> '' or until_micros > 0"));

        var (store, held) = await NodeStore.OpenAsync(
            settings, TimeProvider.System, e => throw e, what => throw new IOException(what), default);
        await using (held)
        await using (store)
        {
            Assert.Equal(Work, await TakenAsync(store.Record));
            foreach (var name in Work)
                Assert.True(await store.Leases.TryAcquireAsync(name, "next", TimeSpan.FromMinutes(1), default)
                    is { Epoch: 2 }, $"{name} is still held");
        }
    }

    static Task<IReadOnlyList<string>> TakenAsync(IRecordStore record) => NamesAsync(record, "epoch > 0");

    static async Task<IReadOnlyList<string>> NamesAsync(IRecordStore record, string where) => await record.ReadAsync(
        r => r.QueryAsync<string>(
            $"select name from lease where name <> @Serving and ({where}) order by name", new { Serving }, default),
        default);

    NodeSettings Settings() => new()
    {
        Node = "pk",
        Administration = new("pk"),
        DataDirectory = Path.Combine(folder, "pk"),
        Url = "http://127.0.0.1:0",
        Origin = "pk-2026.demo.example",
        MasterKeyFile = Path.Combine(folder, "master.seed"),
        Cluster = cluster(),
    };

    public void Dispose() => Directory.Delete(folder, recursive: true);
}

public sealed class SqliteGivenBackLeasesTests() : GivenBackLeasesTests(() => null);

[NeedsPostgres, Collection("Served on PostgreSQL")]
public sealed class PostgresGivenBackLeasesTests(PostgresServer server) : GivenBackLeasesTests(server.NewSchema);
