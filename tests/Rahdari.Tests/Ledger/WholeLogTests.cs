using System.Text;
using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class WholeLogTests
{
    [VectorsFact]
    public async Task A_published_log_verifies_in_every_checkpoint_entry_and_pair_of_sizes()
    {
        var row = Assert.Single(Vectors.Read("whole_logs.jsonl"));
        var files = row["files"]!.AsObject().ToDictionary(f => f.Key, f => Convert.FromBase64String((string)f.Value!));
        var log = new MemoryLog(files);
        var entries = row["entries"]!.AsArray().Select(e => Encoding.UTF8.GetBytes((string)e!)).ToArray();
        var key = NoteKey.Parse(row.Text("vkey"));
        var roots = new Dictionary<long, Hash>();
        foreach (var (path, bytes) in files.Where(f => f.Key.StartsWith("checkpoint", StringComparison.Ordinal)))
        {
            var note = SignedNote.Parse(bytes);
            Assert.True(note.Open([key]).Accepted, path);
            var checkpoint = Checkpoint.Parse(note.Text);
            Assert.Equal("example.com/log/testdata", checkpoint.Origin);
            roots[checkpoint.Size] = checkpoint.Root;
        }
        Assert.Equal(16, roots.Count);
        foreach (var (size, root) in roots) await CheckAsync(log, entries, (int)size, root, roots);
    }

    static async Task CheckAsync(
        ILogSource log, byte[][] entries, int size, Hash root, IReadOnlyDictionary<long, Hash> roots)
    {
        Assert.Equal(NaiveTree.RootOf(entries[..size]), root);
        var tree = new TileTree(log, size);
        Assert.Equal(root, await tree.RootAsync(default));
        foreach (var bundle in TileId.GrownBundles(0, size))
            Assert.Equal(entries[..size], await log.ReadBundleAsync(bundle, default));
        for (var index = 0; index < size; index++)
        {
            var proof = await tree.InclusionAsync(index, default);
            Assert.True(MerkleProof.VerifyInclusion(Hash.OfLeaf(entries[index]), index, size, proof, root));
        }
        for (var older = 1; older <= size; older++)
        {
            var proof = await tree.ConsistencyAsync(older, default);
            Assert.True(MerkleProof.VerifyConsistency(older, size, proof, roots[older], root));
        }
    }
}
