using BenchmarkDotNet.Attributes;
using Rahdari.Ledger;

namespace Rahdari.Benchmarks.Ledger;

/// <summary>Making and verifying one proof in a log of 300,000 entries, and one signature.</summary>
public class ProofCost
{
    const int Size = 300_000;

    readonly Memory source = new();
    readonly byte[] seed = new byte[32];
    readonly byte[] message = new byte[200];
    Hash root, leaf;
    IReadOnlyList<Hash> proof = [];
    byte[] publicKey = [], signature = [];

    [GlobalSetup]
    public async Task Fill()
    {
        var entries = Enumerable.Range(0, Size).Select(BitConverter.GetBytes).ToArray();
        var (tail, files) = LogTail.Empty.Append(entries);
        foreach (var file in files) source.Files[file.Path] = file.Bytes;
        (root, leaf) = (tail.Root, Hash.OfLeaf(entries[12_345]));
        proof = await MakeInclusion();
        (publicKey, signature) = (Ed25519.PublicKeyOf(seed), Ed25519.Sign(seed, message));
        if (!VerifyInclusion() || !VerifySignature()) throw new InvalidOperationException("the proof is wrong");
    }

    [Benchmark]
    public async Task<IReadOnlyList<Hash>> MakeInclusion() =>
        await new TileTree(source, Size).InclusionAsync(12_345, default);

    [Benchmark]
    public bool VerifyInclusion() => MerkleProof.VerifyInclusion(leaf, 12_345, Size, proof, root);

    [Benchmark]
    public byte[] Sign() => Ed25519.Sign(seed, message);

    [Benchmark]
    public bool VerifySignature() => Ed25519.Verify(publicKey, message, signature);

    sealed class Memory : ILogSource
    {
        public Dictionary<string, byte[]> Files { get; } = [];

        public ValueTask<byte[]?> ReadAsync(string path, CancellationToken cancel) =>
            ValueTask.FromResult(Files.GetValueOrDefault(path));
    }
}
