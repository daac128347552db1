using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Engines;
using Rahdari.Ledger;

namespace Rahdari.Benchmarks.Ledger;

/// <summary>
/// What one entry costs a log, by layer, each containing the one above: hashing and tiles in memory; the same with
/// files written, synchronised and renamed; the same read back, checked by the second path and signed. Entries are 33
/// bytes, a batch is the sequencer's.
/// </summary>
[SimpleJob(RunStrategy.Monitoring, warmupCount: 2, iterationCount: 8)]
public class LogAppend
{
    const int Batch = 4096;

    readonly byte[][] entries = [.. Enumerable.Range(0, Batch).Select(i =>
        (byte[])[1, .. Hash.Of([(byte)i, (byte)(i >> 8)]).ToArray()])];
    readonly NoteSigner signer = new("bench-2026.example.org", NoteAlgorithm.Ed25519, new SeedSigner(new byte[32]));
    DirectoryInfo folder = null!;
    LogDirectory log = null!;
    LogTail tail = LogTail.Empty;

    [IterationSetup]
    public void Open()
    {
        folder = Directory.CreateTempSubdirectory("rahdari-bench-");
        log = new(Path.Combine(folder.FullName, "log"), Path.Combine(folder.FullName, "drafts"));
        tail = LogTail.Empty;
    }

    [IterationCleanup]
    public void Close() => folder.Delete(recursive: true);

    [Benchmark(OperationsPerInvoke = Batch, Baseline = true)]
    public LogTail InMemory() => tail.Append(entries).Next;

    [Benchmark(OperationsPerInvoke = Batch)]
    public async Task<LogTail> Written()
    {
        var (next, files) = tail.Append(entries);
        await log.WriteAsync(files, default);
        return next;
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public async Task<SignedNote> Published()
    {
        var next = await Written();
        var frontier = new TreeFrontier();
        foreach (var bundle in TileId.GrownBundles(0, next.Size))
            foreach (var entry in await log.ReadBundleAsync(bundle, default)) frontier.Append(Hash.OfLeaf(entry));
        if (frontier.Root != next.Root) throw new InvalidOperationException("the files have another root");
        var text = new Checkpoint(signer.Key.Name, next.Size, next.Root).ToString();
        var note = new SignedNote(text, [await signer.SignAsync(text, default)]);
        await log.WriteAsync([new("checkpoint", note.ToBytes())], default);
        return note;
    }
}
