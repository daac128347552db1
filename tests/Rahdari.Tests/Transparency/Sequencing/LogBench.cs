using System.Buffers.Binary;
using Rahdari.Ledger;
using Rahdari.Storage;
using Rahdari.Tests.Ledger;
using Rahdari.Tests.Storage;
using Rahdari.Transparency.Sequencing;

namespace Rahdari.Tests.Transparency.Sequencing;

/// <summary>A real record, a log in memory, and a sequencer that can be restarted; checks the whole after each step.
/// </summary>
sealed class LogBench : IAsyncDisposable
{
    public const string Origin = "pk-2026.demo.example.org";

    readonly DirectoryInfo folder;
    readonly Store store;
    Sequencer sequencer;

    LogBench(DirectoryInfo folder, Store store, Lease lease)
    {
        (this.folder, this.store, Lease, Files) = (folder, store, lease, new());
        sequencer = NewSequencer();
    }

    public static NoteSigner Signer { get; } = new(Origin, NoteAlgorithm.Ed25519, new SeedSigner(new byte[32]));

    public MemoryLogStore Files { get; set; }

    public IRecordStore Record => store.Record;

    public ILeases Leases => store.Leases;

    public Lease Lease { get; set; }

    public static async Task<LogBench> OpenAsync()
    {
        var folder = Directory.CreateTempSubdirectory("rahdari-sequencer-");
        var store = await TestStore.OpenAsync(Path.Combine(folder.FullName, "data"), _ => { });
        await LogTables.PrepareAsync(store.Record, default);
        var lease = await store.Leases.TryAcquireAsync("log/" + Origin, "test", TimeSpan.FromHours(1), default);
        return new(folder, store, lease!);
    }

    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        folder.Delete(recursive: true);
    }

    /// <summary>As after the death of the process: nothing is remembered.</summary>
    public void Restart() => sequencer = NewSequencer();

    public Task<SequencerStep> StepAsync() => sequencer.StepAsync(Lease, default);

    /// <summary>Records events of one stream, each with a leaf of Rahdari's form.</summary>
    public Task RecordAsync(string stream, int count) => RecordAsync(Record, stream, count);

    public static Task RecordAsync(IRecordStore record, string stream, int count) => record.WriteAsync(async t =>
    {
        var version = await t.StreamVersionAsync($"pk/{stream}", default);
        var rows = Enumerable.Range(1, count).Select(i => Row(stream, version + i)).ToArray();
        await t.AppendAsync(rows, default);
        return 0;
    }, default);

    /// <summary>Checks record, files and every checkpoint ever published against each other.</summary>
    public async Task CheckAsync(long size)
    {
        var rows = await Record.ReadAsync(r => r.LogRowsAsync(Origin, 0, int.MaxValue, default), default);
        Assert.Equal(Enumerable.Range(0, rows.Count), rows.Select(r => (int)r.LogIndex));
        Assert.Equal(rows.Count, rows.Select(r => r.EventId).Distinct().Count());
        Assert.Equal(size, rows.Count);
        var leaves = rows.Select(r => r.Leaf).ToArray();
        var head = Read(Files.Files["checkpoint"]);
        Assert.Equal(size, head.Size);
        CheckPublished(leaves);
        var (tail, defined) = LogTail.Empty.Append(leaves);
        Assert.Equal(tail.Root, head.Root);
        foreach (var file in defined) Assert.Equal(file.Bytes, Files.Files[file.Path]);
        CheckLeftovers(defined);
    }

    /// <summary>Each head fits the entries, and none is smaller than one before.</summary>
    void CheckPublished(byte[][] leaves)
    {
        var largest = 0L;
        foreach (var checkpoint in Files.Published.Select(Read))
        {
            Assert.True(checkpoint.Size >= largest);
            largest = checkpoint.Size;
            Assert.Equal(LogTail.Empty.Append(leaves[..(int)largest]).Next.Root, checkpoint.Root);
        }
    }

    /// <summary>Other files are partial tiles of tiles that are not full, and begin as the longer ones.</summary>
    void CheckLeftovers(IReadOnlyList<LogFile> defined)
    {
        var known = defined.Select(f => f.Path).ToHashSet();
        foreach (var (path, bytes) in Files.Files.Where(f =>
            !known.Contains(f.Key) && f.Key is not ("checkpoint" or "keys")))
        {
            var tile = TilePath.Parse(path)!.Value;
            var longest = defined.Single(f =>
                TilePath.Parse(f.Path) is { } t && (t.Level, t.Index) == (tile.Level, tile.Index));
            Assert.False(TilePath.Parse(longest.Path)!.Value.IsFull, $"{path} should have been deleted");
            Assert.Equal(longest.Bytes.AsSpan(0, bytes.Length).ToArray(), bytes);
        }
    }

    static Checkpoint Read(byte[] bytes)
    {
        var note = SignedNote.Parse(bytes);
        Assert.True(note.Open([Signer.Key]).Accepted);
        return Checkpoint.Parse(note.Text);
    }

    Sequencer NewSequencer() => new(Record, Files, Signer);

    static EventRow Row(string stream, long version)
    {
        var id = $"{stream}-{version}";
        var leaf = new byte[33];
        leaf[0] = 1;
        BinaryPrimitives.WriteInt64BigEndian(leaf.AsSpan(1), version);
        Hash.Of(StrictText.Utf8.GetBytes(id)).Span[8..].CopyTo(leaf.AsSpan(9));
        return new($"pk/{stream}", version, id, "test", 1, version, StrictText.Utf8.GetBytes(id), null, null, leaf);
    }
}
