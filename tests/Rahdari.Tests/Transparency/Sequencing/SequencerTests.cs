using Rahdari.Ledger;
using Rahdari.Storage;
using Rahdari.Transparency.Sequencing;

namespace Rahdari.Tests.Transparency.Sequencing;

public sealed class SequencerTests
{
    [Fact]
    public async Task Pending_leaves_get_dense_indices_and_a_signed_head_covers_them()
    {
        await using var bench = await LogBench.OpenAsync();
        Assert.Equal(new(0, 0, true), await bench.StepAsync());
        Assert.Equal(new(0, 0, false), await bench.StepAsync());
        await bench.RecordAsync("a", 3);
        await bench.RecordAsync("b", 2);
        Assert.Equal(new(5, 5, true), await bench.StepAsync());
        await bench.CheckAsync(5);
        await bench.RecordAsync("a", 300);
        Assert.Equal(new(300, 305, true), await bench.StepAsync());
        await bench.CheckAsync(305);
        Assert.Equal($"{LogBench.Signer.Key}\n", StrictText.Utf8.GetString(bench.Files.Files["keys"]));
    }

    [Fact]
    public async Task More_than_a_batch_waits_for_no_second_beat()
    {
        await using var bench = await LogBench.OpenAsync();
        await bench.RecordAsync("a", Sequencer.MaxBatch + 100);
        Assert.Equal(new(Sequencer.MaxBatch + 100, Sequencer.MaxBatch + 100, true), await bench.StepAsync());
        await bench.CheckAsync(Sequencer.MaxBatch + 100);
    }

    [Fact]
    public async Task Partial_tiles_go_when_the_full_one_is_published()
    {
        await using var bench = await LogBench.OpenAsync();
        foreach (var count in new[] { 100, 100, 55 })
        {
            await bench.RecordAsync("a", count);
            await bench.StepAsync();
        }
        Assert.Contains("tile/0/000.p/100", bench.Files.Files.Keys);
        Assert.Contains("tile/entries/000.p/200", bench.Files.Files.Keys);
        await bench.RecordAsync("a", 1);
        await bench.StepAsync();
        Assert.Equal(
            ["checkpoint", "keys", "tile/0/000", "tile/1/000.p/1", "tile/entries/000"], bench.Files.Files.Keys);
        await bench.CheckAsync(256);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_disk_failure_at_any_file_operation_is_made_good_by_the_next_step(bool happened)
    {
        for (var at = 0; ; at++)
        {
            await using var bench = await LogBench.OpenAsync();
            bench.Files.FailAt = at;
            bench.Files.FailAfter = happened;
            var failures = 0;
            foreach (var count in new[] { 0, 3, 250, 10, 1 })
            {
                await bench.RecordAsync("a", count);
                try
                {
                    await bench.StepAsync();
                }
                catch (IOException)
                {
                    failures++;
                    bench.Restart();
                }
            }
            await bench.StepAsync();
            await bench.CheckAsync(264);
            if (failures == 0) return;
            Assert.InRange(at, 0, 100);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_death_at_any_commit_is_made_good_by_the_next_step(bool happened)
    {
        for (var at = 0; ; at++)
        {
            await using var bench = await LogBench.OpenAsync();
            var failures = 0;
            var store = new DyingStore(bench.Record, at, happened);
            var sequencer = new Sequencer(store, bench.Files, LogBench.Signer);
            foreach (var count in new[] { 3, 260, 1 })
            {
                await bench.RecordAsync("a", count);
                try
                {
                    await sequencer.StepAsync(bench.Lease, default);
                }
                catch (StorageOutageException)
                {
                    failures++;
                }
            }
            await bench.StepAsync();
            await bench.CheckAsync(264);
            if (failures == 0) return;
            Assert.InRange(at, 0, 20);
        }
    }

    [Fact]
    public async Task Restarting_between_steps_changes_nothing()
    {
        await using var once = await LogBench.OpenAsync();
        await using var often = await LogBench.OpenAsync();
        foreach (var count in new[] { 5, 251, 0, 1, 600 })
        {
            await once.RecordAsync("a", count);
            await often.RecordAsync("a", count);
            await once.StepAsync();
            often.Restart();
            await often.StepAsync();
            often.Restart();
            await often.StepAsync();
        }
        Assert.Equal(once.Files.Files.Keys, often.Files.Files.Keys);
        foreach (var (path, bytes) in once.Files.Files) Assert.Equal(bytes, often.Files.Files[path]);
    }

    [Fact]
    public async Task Lost_files_are_written_again_from_the_record()
    {
        await using var bench = await LogBench.OpenAsync();
        await bench.RecordAsync("a", 700);
        await bench.StepAsync();
        var before = bench.Files.Files.ToDictionary();
        bench.Files = new();
        bench.Restart();
        await bench.StepAsync();
        foreach (var (path, bytes) in before) Assert.Equal(bytes, bench.Files.Files[path]);
        await bench.RecordAsync("a", 1);
        await bench.StepAsync();
        await bench.CheckAsync(701);
    }

    [Fact]
    public async Task A_record_restored_from_an_old_copy_signs_nothing()
    {
        await using var bench = await LogBench.OpenAsync();
        await using var old = await LogBench.OpenAsync();
        await old.RecordAsync("a", 3);
        await old.StepAsync();
        await bench.RecordAsync("a", 10);
        await bench.StepAsync();
        // The newer files meet the older record, which goes on with other events.
        old.Files = bench.Files;
        await old.RecordAsync("b", 20);
        old.Restart();
        var published = bench.Files.Files["checkpoint"];
        var error = await Assert.ThrowsAsync<LogHaltedException>(old.StepAsync);
        Assert.Equal("record-rolled-back", error.Code);
        Assert.Equal(published, bench.Files.Files["checkpoint"]);
    }

    [Fact]
    public async Task A_record_that_lost_signed_entries_signs_nothing()
    {
        await using var bench = await LogBench.OpenAsync();
        await bench.RecordAsync("a", 10);
        await bench.StepAsync();
        await bench.Record.WriteAsync(t =>
            t.ExecuteAsync("delete from log_entry where log_index > 7", null, default), default);
        bench.Restart();
        Assert.Equal("record-rolled-back", (await Assert.ThrowsAsync<LogHaltedException>(bench.StepAsync)).Code);
    }

    [Fact]
    public async Task Rows_that_do_not_make_the_signed_root_are_not_signed_again()
    {
        await using var bench = await LogBench.OpenAsync();
        await bench.RecordAsync("a", 10);
        await bench.StepAsync();
        await bench.Record.WriteAsync(
            t => t.ExecuteAsync("update event set leaf = (select leaf from event where version = 3) where version = 4",
                null, default),
            default);
        bench.Files = new();
        bench.Restart();
        Assert.Equal("files-differ", (await Assert.ThrowsAsync<LogHaltedException>(bench.StepAsync)).Code);
        Assert.Empty(bench.Files.Published);
    }

    [Fact]
    public async Task A_flipped_bit_in_a_written_file_is_found_before_signing()
    {
        foreach (var path in new[] { "tile/0/000.p/8", "tile/entries/000.p/8" })
        {
            await using var bench = await LogBench.OpenAsync();
            await bench.RecordAsync("a", 5);
            await bench.StepAsync();
            await bench.RecordAsync("a", 3);
            var flipping = new FlippingStore(bench.Files, path);
            var error = await Assert.ThrowsAsync<LogHaltedException>(
                () => new Sequencer(bench.Record, flipping, LogBench.Signer).StepAsync(bench.Lease, default));
            Assert.Equal("files-differ", error.Code);
            Assert.Single(bench.Files.Published);
        }
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_published_again_and_one_of_another_key_stops_the_log()
    {
        await using var bench = await LogBench.OpenAsync();
        await bench.RecordAsync("a", 5);
        await bench.StepAsync();
        var whole = bench.Files.Files["checkpoint"];
        bench.Files.Files["checkpoint"] = whole[..^3];
        bench.Restart();
        await bench.StepAsync();
        Assert.Equal(whole, bench.Files.Files["checkpoint"]);
        var other = new NoteSigner(LogBench.Origin, NoteAlgorithm.Ed25519,
            new SeedSigner([.. Enumerable.Repeat((byte)7, 32)]));
        var halted = await Assert.ThrowsAsync<LogHaltedException>(
            () => new Sequencer(bench.Record, bench.Files, other).StepAsync(bench.Lease, default));
        Assert.Equal("log-of-another-key", halted.Code);
    }

    [Fact]
    public async Task Without_the_lease_nothing_is_given_an_index_or_signed()
    {
        await using var bench = await LogBench.OpenAsync();
        var stale = bench.Lease;
        await bench.Leases.ReleaseAsync(stale, default);
        var fresh = await bench.Leases.TryAcquireAsync(stale.Name, "other", TimeSpan.FromHours(1), default);
        await bench.RecordAsync("a", 5);
        await Assert.ThrowsAsync<FencedException>(bench.StepAsync);
        Assert.Empty(bench.Files.Published);
        bench.Lease = fresh!;
        await bench.StepAsync();
        await bench.CheckAsync(5);
    }

    [Fact]
    public async Task An_entry_has_its_index_before_a_head_covers_it()
    {
        await using var bench = await LogBench.OpenAsync();
        await bench.StepAsync();
        await bench.RecordAsync("a", 2);
        Assert.Equal((0, 0), await SizesAsync(bench));
        bench.Files.FailAt = bench.Files.Operations;
        await Assert.ThrowsAsync<IOException>(bench.StepAsync);
        Assert.Equal((2, 0), await SizesAsync(bench));
        await bench.StepAsync();
        Assert.Equal((2, 2), await SizesAsync(bench));
    }

    static Task<(long Indexed, long Signed)> SizesAsync(LogBench bench) => bench.Record.ReadAsync(
        async r => (await r.LogSizeAsync(LogBench.Origin, default),
            (await r.LogHeadAsync(LogBench.Origin, default))?.Size ?? 0), default);

    /// <summary>Loses the outcome of one write transaction, as a process that dies there does.</summary>
    sealed class DyingStore(IRecordStore inner, int at, bool happened) : IRecordStore
    {
        int writes;

        public string Engine => inner.Engine;

        public async Task<T> WriteAsync<T>(Func<IRecordTransaction, Task<T>> work, CancellationToken cancel)
        {
            if (writes++ != at) return await inner.WriteAsync(work, cancel);
            if (happened) await inner.WriteAsync(work, cancel);
            throw new StorageOutageException("gone, as the test asked", outcomeUnknown: true);
        }

        public Task<T> ReadAsync<T>(Func<IRecordReader, Task<T>> work, CancellationToken cancel) =>
            inner.ReadAsync(work, cancel);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }

    /// <summary>Keeps one file with a bit changed, as bad memory or a bad disk does.</summary>
    sealed class FlippingStore(ILogStore inner, string path) : ILogStore
    {
        public ValueTask<byte[]?> ReadAsync(string file, CancellationToken cancel) => inner.ReadAsync(file, cancel);

        public ValueTask WriteAsync(IReadOnlyList<LogFile> files, CancellationToken cancel) =>
            inner.WriteAsync([.. files.Select(f => f.Path == path ? f with { Bytes = Flipped(f.Bytes) } : f)], cancel);

        public ValueTask DeleteAsync(IReadOnlyList<string> paths, CancellationToken cancel) =>
            inner.DeleteAsync(paths, cancel);

        public ValueTask<IReadOnlyList<string>> ListAsync(string folder, CancellationToken cancel) =>
            inner.ListAsync(folder, cancel);

        static byte[] Flipped(byte[] bytes)
        {
            byte[] flipped = [.. bytes];
            flipped[^1] ^= 1;
            return flipped;
        }
    }
}
