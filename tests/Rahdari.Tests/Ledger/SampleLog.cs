using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

/// <summary>
/// A small signed and cosigned log with everything a log has: full and partial tiles on two levels, and partial files
/// of an earlier size that were not tidied away.
/// </summary>
static class SampleLog
{
    public const string Origin = "pk-2026.example.org";
    public const int Size = 300;

    public static byte[][] Entries { get; } =
        [.. SomeLeaves.Of(Size + 5).Select(l => (byte[])[1, .. Hash.Of(l).ToArray()])];

    public static NoteSigner Log { get; } = new(Origin, NoteAlgorithm.Ed25519, new SeedSigner(Seed(1)));

    public static NoteSigner Witness { get; } =
        new("af-witness.example.org", NoteAlgorithm.Cosignature, new SeedSigner(Seed(2)));

    public static async Task<MemoryLogStore> WriteAsync(int size = Size, bool cosigned = true)
    {
        var store = new MemoryLogStore();
        var tail = LogTail.Empty;
        foreach (var step in new[] { size / 2, size - size / 20, size })
        {
            (tail, var files) = tail.Append(Entries[(int)tail.Size..step]);
            await store.WriteAsync(files, default);
        }
        await store.DeleteAsync(
            [.. store.Files.Keys.Where(k => k.Contains("/000.p/1", StringComparison.Ordinal) && size >= 256
            && !k.StartsWith("tile/1", StringComparison.Ordinal))], default);
        await SignAsync(store, tail, cosigned);
        return store;
    }

    public static async Task SignAsync(MemoryLogStore store, LogTail tail, bool cosigned)
    {
        var text = new Checkpoint(Origin, tail.Size, tail.Root).ToString();
        var lines = new List<NoteSignature> { await Log.SignAsync(text, default) };
        if (cosigned)
            lines.Add(await Witness.CosignAsync(text, DateTimeOffset.FromUnixTimeSeconds(1_780_000_000), default));
        var keys = cosigned ? $"{Log.Key}\n{Witness.Key}\n" : $"{Log.Key}\n";
        await store.WriteAsync(
            [new("checkpoint", new SignedNote(text, lines).ToBytes()), new("keys", StrictText.Utf8.GetBytes(keys))],
                default);
    }

    public static byte[] Seed(byte fill) => [.. Enumerable.Repeat(fill, 32)];
}
