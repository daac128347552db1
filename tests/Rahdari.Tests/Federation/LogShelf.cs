using Rahdari.Federation;
using Rahdari.Hosting;
using Rahdari.Tests.Transparency.Sequencing;
using Rahdari.Transparency;

namespace Rahdari.Tests.Federation;

/// <summary>A node's own log of 300 entries, really sequenced and signed, and a peer of which some was read.</summary>
sealed class LogShelf : IAsyncDisposable
{
    public const int Size = 300;
    public const string PeerOrigin = "af-2026.demo.example.org";

    readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("rahdari-shelf-");

    int held;

    LogShelf(LogBench bench) => Bench = bench;

    public LogBench Bench { get; }
    public KnownLogs Logs { get; private set; } = null!;
    public EntryProofs Proofs { get; private set; } = null!;

    public static async Task<LogShelf> OpenAsync()
    {
        var shelf = new LogShelf(await LogBench.OpenAsync());
        await shelf.Bench.RecordAsync("a", Size);
        await shelf.Bench.StepAsync();
        await shelf.Bench.Record.WriteAsync(async t =>
        {
            foreach (var own in new[] { ImportedEntries.Tables, PeerLog.Tables })
                await t.UpgradeTablesAsync(own.Name, own.Scripts, default);
            await ImportedEntries.PutAsync(t, "af/x-1", PeerOrigin, 7, [1, 2, 3], default);
            return 0;
        }, default);
        shelf.Hold(bytes => bytes.Clear());
        return shelf;
    }

    /// <summary>The node's keys; the bench signs with the seed of zeros.</summary>
    public void Hold(Entropy entropy)
    {
        var settings = new NodeSettings
        {
            Node = "pk",
            Administration = new("pk"),
            DataDirectory = folder.FullName,
            Url = "http://127.0.0.1:0",
            Origin = LogBench.Origin,
            MasterKeyFile = "none",
            Peers = [new(new("af"), PeerOrigin, "http://af.invalid/", $"{PeerOrigin}+00000000+AAAA", "none")],
        };
        var keys = KeyRing.Open(Path.Combine(folder.FullName, $"keys-{++held}"), [], entropy);
        Logs = new(settings, Bench.Record, keys);
        Proofs = new(settings, Bench.Record, Bench.Files, Logs);
    }

    public Task SavePeerAsync(PeerLog log) => Bench.Record.WriteAsync(async t =>
    {
        await log.SaveAsync(t, default);
        return 0;
    }, default);

    public async Task<Refusal> RefusedAsync(string asked) =>
        Assert.IsType<EntryAnswer.Refused>(await Proofs.FindAsync(asked, default)).Why;

    public async Task<EntryAnswer.Shown> ShownAsync(string asked) =>
        Assert.IsType<EntryAnswer.Shown>(await Proofs.FindAsync(asked, default));

    public async ValueTask DisposeAsync()
    {
        await Bench.DisposeAsync();
        folder.Delete(recursive: true);
    }
}
