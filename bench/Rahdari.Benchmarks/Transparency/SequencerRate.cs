using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Rahdari.Ledger;
using Rahdari.Storage;
using Rahdari.Storage.Embedded;
using Rahdari.Transparency.Sequencing;

namespace Rahdari.Benchmarks.Transparency;

/// <summary>
/// Entries a second that one step of the sequencer takes from committed to published on SQLite and the real disk:
/// indices in their own transactions, files synchronised, read back and checked, head signed and kept.
/// </summary>
[SimpleJob(RunStrategy.Monitoring, warmupCount: 1, iterationCount: 6)]
public class SequencerRate
{
    const int Entries = 16_384;
    const string Origin = "bench-2026.example.org";

    DirectoryInfo folder = null!;
    Store store = null!;
    Lease lease = null!;
    Sequencer sequencer = null!;

    [IterationSetup]
    public void Open()
    {
        folder = Directory.CreateTempSubdirectory("rahdari-bench-");
        OpenAsync().GetAwaiter().GetResult();
    }

    [IterationCleanup]
    public void Close()
    {
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        folder.Delete(recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Entries)]
    public async Task Step()
    {
        var step = await sequencer.StepAsync(lease, default);
        if (step.Size != Entries) throw new InvalidOperationException($"{step.Size} entries were published");
    }

    async Task OpenAsync()
    {
        store = await EmbeddedStore.OpenAsync(
            Path.Combine(folder.FullName, "data"), new() { Time = TimeProvider.System, OnFatal = _ => { } }, default);
        await LogTables.PrepareAsync(store.Record, default);
        lease = (await store.Leases.TryAcquireAsync("log", "bench", TimeSpan.FromHours(1), default))!;
        var log = new LogDirectory(Path.Combine(folder.FullName, "log"), Path.Combine(folder.FullName, "drafts"));
        sequencer = new(store.Record, log, new NoteSigner(Origin, NoteAlgorithm.Ed25519, new SeedSigner(new byte[32])));
        await store.Record.WriteAsync(async t =>
        {
            foreach (var rows in Enumerable.Range(1, Entries).Select(Row).Chunk(1000)) await t.AppendAsync(rows,
                default);
            return 0;
        }, default);
    }

    static EventRow Row(int number)
    {
        var hash = Hash.Of(BitConverter.GetBytes(number)).ToArray();
        return new("pk/bench", number, $"e-{number}", "bench", 1, number, hash, null, null, [1, .. hash]);
    }
}
