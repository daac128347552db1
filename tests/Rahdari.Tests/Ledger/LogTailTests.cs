using FsCheck;
using FsCheck.Fluent;
using Rahdari.Ledger;

namespace Rahdari.Tests.Ledger;

public sealed class LogTailTests
{
    [Fact]
    public void A_log_grown_in_any_steps_has_the_defined_tiles_and_bundles_and_root()
    {
        var steps = Gen.Choose(0, 700).Select(n => n % 5 == 0 ? 256 : n).ListOf().Resize(6);
        Prop.ForAll(steps.ToArbitrary(), sizes =>
        {
            var leaves = SomeLeaves.Of(sizes.Sum());
            var files = Grow(leaves, sizes, out var tail);
            var naive = new NaiveTree(leaves);
            Assert.Equal(naive.Root(leaves.Length), tail.Root);
            Assert.Equal(leaves.Length, tail.Size);
            foreach (var tile in TileId.Grown(0, leaves.Length))
                Assert.Equal(MemoryLog.NaiveTile(naive, tile), files[TilePath.Format(tile)]);
            foreach (var bundle in TileId.GrownBundles(0, leaves.Length))
                Assert.Equal(
                    EntryBundle.Encode([.. leaves.Skip((int)bundle.Index * 256).Take(bundle.Width)]),
                    files[TilePath.Format(bundle)]);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(25));
    }

    [Fact]
    public void Each_step_writes_exactly_the_files_the_longer_log_has_more()
    {
        var leaves = SomeLeaves.Of(1100);
        var tail = LogTail.Empty;
        for (var at = 0; at < leaves.Length;)
        {
            var next = Math.Min(leaves.Length, at + 1 + at % 301);
            (var grown, var files) = tail.Append(leaves[at..next]);
            var expected = TileId.GrownBundles(at, next).Concat(TileId.Grown(at, next)).Select(t => t.ToString());
            Assert.Equal(expected.Order(StringComparer.Ordinal),
                files.Select(f => f.Path).Order(StringComparer.Ordinal));
            (tail, at) = (grown, next);
        }
    }

    [Fact]
    public void The_same_entries_on_the_same_tail_give_the_same_bytes_again()
    {
        var leaves = SomeLeaves.Of(900);
        var (tail, _) = LogTail.Empty.Append(leaves[..300]);
        var (once, again) = (tail.Append(leaves[300..]).Files, tail.Append(leaves[300..]).Files);
        Assert.Equal(once.Select(f => f.Path), again.Select(f => f.Path));
        foreach (var (a, b) in once.Zip(again)) Assert.Equal(a.Bytes, b.Bytes);
    }

    [Fact]
    public async Task A_tail_read_back_from_the_files_goes_on_as_if_never_stopped()
    {
        var leaves = SomeLeaves.Of(600);
        foreach (var stop in new[] { 0, 1, 255, 256, 257, 512, 600 })
        {
            var files = Grow(leaves, [stop], out var before);
            var read = await LogTail.ReadAsync(new MemoryLog(files), stop, default);
            Assert.Equal((before.Size, before.Root), (read.Size, read.Root));
            var (whole, expected) = before.Append(leaves[stop..]);
            var (next, output) = read.Append(leaves[stop..]);
            Assert.Equal(whole.Root, next.Root);
            foreach (var (a, b) in expected.Zip(output)) Assert.Equal((a.Path, Convert.ToHexString(a.Bytes)),
                (b.Path, Convert.ToHexString(b.Bytes)));
        }
    }

    [Fact]
    public async Task A_tail_is_not_read_from_missing_or_short_files()
    {
        var files = Grow(SomeLeaves.Of(300), [300], out _);
        foreach (var path in new[] { "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44" })
        {
            var without = files.Where(f => f.Key != path).ToDictionary();
            await Assert.ThrowsAsync<LedgerFormatException>(async () =>
                await LogTail.ReadAsync(new MemoryLog(without), 300, default));
            var cut = new Dictionary<string, byte[]>(files) { [path] = files[path][..^1] };
            await Assert.ThrowsAsync<LedgerFormatException>(async () =>
                await LogTail.ReadAsync(new MemoryLog(cut), 300, default));
        }
    }

    static Dictionary<string, byte[]> Grow(byte[][] leaves, IEnumerable<int> steps, out LogTail tail)
    {
        var files = new Dictionary<string, byte[]>();
        tail = LogTail.Empty;
        foreach (var step in steps)
        {
            (tail, var written) = tail.Append(leaves[(int)tail.Size..((int)tail.Size + step)]);
            foreach (var file in written) files[file.Path] = file.Bytes;
        }
        return files;
    }
}
