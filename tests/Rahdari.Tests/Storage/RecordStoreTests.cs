using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

/// <summary>The record, one caller at a time. Runs on every engine.</summary>
public abstract class RecordStoreTests : StoreTests
{
    private protected RecordStoreTests(Func<Engine> engine) : base(engine) { }

    [StoreFact]
    public async Task An_event_reads_back_as_it_was_written()
    {
        var full = Samples.Event("pk/26PK1", 1);
        var bare = new EventRow("pk/26PK1", 2, "e-2", "note", 3, -5, [], null, null, null);
        await AppendAsync(full, bare);
        await ReopenAsync();
        var rows = await StreamAsync("pk/26PK1");
        Assert.Equivalent(new[] { full, bare }, rows, strict: true);
        Assert.Null(rows[1].Sealed);
        Assert.Empty(rows[1].Body);
        Assert.Equal(2, await ReadAsync(r => r.StreamVersionAsync("pk/26PK1", None)));
        Assert.Equal(0, await ReadAsync(r => r.StreamVersionAsync("pk/other", None)));
    }

    [StoreFact]
    public async Task A_stream_is_read_from_a_version_and_up_to_a_limit()
    {
        await AppendAsync([.. Enumerable.Range(1, 9).Select(v => Samples.Event("pk/a", v))]);
        var rows = await ReadAsync(r => r.ReadStreamAsync("pk/a", 3, 4, None));
        Assert.Equal([4, 5, 6, 7], rows.Select(r => r.Version));
    }

    [StoreFact]
    public async Task Versions_continue_the_stream_or_conflict_and_leave_nothing()
    {
        await AppendAsync(Samples.Event("pk/a", 1));
        foreach (var version in new long[] { 1, 3 })
        {
            var conflict = await Assert.ThrowsAsync<StreamConflictException>(() =>
                AppendAsync(Samples.Event("pk/b", 1), Samples.Event("pk/a", version, $"other-{version}")));
            Assert.Equal(("pk/a", version - 1, 1L), (conflict.Stream, conflict.Expected, conflict.Actual));
        }
        Assert.Single(await StreamAsync("pk/a"));
        Assert.Empty(await StreamAsync("pk/b"));
        Assert.Single(await DrainLeavesAsync());
    }

    [StoreFact]
    public async Task An_event_id_is_recorded_once()
    {
        await AppendAsync(Samples.Event("pk/a", 1, "the-id"));
        var doubled = await Assert.ThrowsAsync<DuplicateEventException>(() =>
            AppendAsync(Samples.Event("pk/b", 1), Samples.Event("pk/b", 2, "the-id")));
        Assert.Equal("the-id", doubled.EventId);
        Assert.Empty(await StreamAsync("pk/b"));
    }

    [StoreFact]
    public async Task What_the_work_throws_rolls_everything_back()
    {
        await Assert.ThrowsAsync<FormatException>(() => WriteAsync(async t =>
        {
            await t.AppendAsync([Samples.Event("pk/a", 1)], None);
            await t.SetWatermarkAsync("judge", 7, None);
            await t.EnqueueAsync(new("mail", "1", [1], 0), None);
            throw new FormatException("the work is wrong");
        }));
        Assert.Empty(await StreamAsync("pk/a"));
        Assert.Equal(0, await ReadAsync(r => r.WatermarkAsync("judge", None)));
        Assert.Empty(await TakeAsync(now: 0));
        await AppendAsync(Samples.Event("pk/a", 1));
    }

    [StoreFact]
    public async Task A_reader_keeps_its_snapshot_while_others_write()
    {
        await AppendAsync(Samples.Event("pk/a", 1));
        var (before, after) = await ReadAsync(async r =>
        {
            var first = await r.StreamVersionAsync("pk/a", None);
            await AppendAsync(Samples.Event("pk/a", 2));
            return (first, await r.StreamVersionAsync("pk/a", None));
        });
        Assert.Equal((1, 1), (before, after));
        Assert.Equal(2, await ReadAsync(r => r.StreamVersionAsync("pk/a", None)));
    }

    [StoreFact]
    public async Task A_reader_cannot_write()
    {
        await Assert.ThrowsAnyAsync<Exception>(() => ReadAsync(r => r.QueryAsync<string>(
            "insert into watermark (name, position) values ('x', 1) returning name", null, None)));
        Assert.Equal(0, await ReadAsync(r => r.WatermarkAsync("x", None)));
    }

    [StoreFact]
    public async Task A_write_within_a_write_is_refused_instead_of_waiting_for_itself() =>
        await Assert.ThrowsAsync<InvalidOperationException>(() =>
            WriteAsync(_ => AppendAsync(Samples.Event("pk/a", 1))));

    [StoreFact]
    public async Task Everything_is_read_in_order_of_stream_and_version_page_by_page()
    {
        await AppendAsync(Samples.Event("pk/b", 1), Samples.Event("pk/a", 1), Samples.Event("af/z", 1));
        await AppendAsync(Samples.Event("pk/b", 2), Samples.Event("pk/a", 2));
        var found = new List<(string, long)>();
        var (stream, version) = ("", 0L);
        while (await ReadAsync(r => r.ReadAllAsync(stream, version, 2, None)) is { Count: > 0 } page)
        {
            found.AddRange(page.Select(e => (e.Stream, e.Version)));
            (stream, version) = found[^1];
        }
        Assert.Equal([("af/z", 1), ("pk/a", 1), ("pk/a", 2), ("pk/b", 1), ("pk/b", 2)], found);
    }

    [StoreFact]
    public async Task Leaves_of_one_stream_keep_their_order_although_a_clock_went_back()
    {
        var early = Samples.FirstDay;
        await AppendAsync(
            Samples.Event("pk/a", 1) with { AtMicros = early + 50 }, Samples.Event("pk/a", 2) with { AtMicros = early },
            Samples.Event("pk/b", 1) with { AtMicros = early + 10 }, Samples.Event("pk/c", 1, leaf: false));
        var first = await ReadAsync(r => r.PendingLeavesAsync(2, None));
        Assert.Equal(["pk/b#1", "pk/a#1"], first.Select(l => l.EventId));
        Assert.Equal(["pk/b#1", "pk/a#1", "pk/a#2"], (await DrainLeavesAsync()).Select(l => l.EventId));
        Assert.Empty(await DrainLeavesAsync());
    }

    [StoreFact]
    public async Task An_outbox_item_is_taken_held_tried_again_and_done()
    {
        var item = new OutboxItem("mail", "k", [1, 2], 10);
        Assert.True(await Record.WriteAsync(t => t.EnqueueAsync(item, None), None));
        Assert.False(await Record.WriteAsync(t => t.EnqueueAsync(item with { Body = [9] }, None), None));
        Assert.True(await Record.WriteAsync(t => t.EnqueueAsync(item with { Kind = "webhook" }, None), None));
        Assert.Empty(await TakeAsync(now: 9));
        var taken = Assert.Single(await TakeAsync(now: 10, heldUntil: 20));
        Assert.Equal([1, 2], taken.Body);
        Assert.Equal(1, taken.Attempts);
        Assert.Empty(await TakeAsync(now: 19));
        taken = Assert.Single(await TakeAsync(now: 20, heldUntil: 30));
        Assert.True(await Record.WriteAsync(t => t.RetryAsync(taken, 25, "refused", None), None));
        taken = Assert.Single(await TakeAsync(now: 25));
        Assert.Equal(3, taken.Attempts);
        await WriteAsync(t => t.DoneAsync(taken, None));
        Assert.Empty(await TakeAsync(now: long.MaxValue));
    }

    [StoreFact]
    public async Task An_outbox_item_that_keeps_failing_is_given_up_and_shown()
    {
        await WriteAsync(t => t.EnqueueAsync(new("mail", "k", [1], 0), None));
        for (var attempt = 1; attempt <= Outbox.MaxAttempts; attempt++)
        {
            var taken = Assert.Single(await TakeAsync(now: attempt));
            var goesOn = await Record.WriteAsync(t => t.RetryAsync(taken, attempt + 1, "no answer", None), None);
            Assert.Equal(attempt < Outbox.MaxAttempts, goesOn);
        }
        Assert.Empty(await TakeAsync(now: long.MaxValue));
        Assert.Equal("k", Assert.Single(await ReadAsync(r => r.GivenUpAsync(10, None))).Key);
    }

    [StoreFact]
    public async Task What_has_been_due_longest_is_taken_first_whatever_its_key()
    {
        foreach (var (key, due) in new[] { ("a", 30), ("b", 10), ("c", 20), ("d", 10) })
            await WriteAsync(t => t.EnqueueAsync(new("mail", key, [1], due), None));
        var taken = await Record.WriteAsync(t => t.TakeDueAsync("mail", 40, 50, 3, None), None);
        Assert.Equal(["b", "d", "c"], taken.Select(i => i.Key));
        Assert.All(taken, i => Assert.Equal((50, 1), (i.DueMicros, i.Attempts)));
        Assert.Equal("a", Assert.Single(await TakeAsync(now: 40)).Key);
    }

    [StoreFact]
    public async Task An_outbox_item_of_a_transaction_that_fails_was_never_queued()
    {
        await Assert.ThrowsAsync<FormatException>(() => WriteAsync(async t =>
        {
            await t.AppendAsync([Samples.Event("pk/a", 1)], None);
            await t.EnqueueAsync(new("mail", "k", [1], 0), None);
            throw new FormatException("the event is wrong");
        }));
        Assert.Empty(await TakeAsync(now: long.MaxValue));
        Assert.True(await Record.WriteAsync(t => t.EnqueueAsync(new("mail", "k", [1], 0), None), None));
    }

    [StoreFact]
    public async Task A_watermark_moves_with_what_was_concluded()
    {
        await WriteAsync(t => t.SetWatermarkAsync("judge:pk/live", 5, None));
        await WriteAsync(t => t.SetWatermarkAsync("judge:pk/live", 9, None));
        Assert.Equal(9, await ReadAsync(r => r.WatermarkAsync("judge:pk/live", None)));
        Assert.Equal(0, await ReadAsync(r => r.WatermarkAsync("judge:pk/late", None)));
    }

    [StoreFact]
    public async Task A_wrapped_key_is_kept_until_it_is_erased()
    {
        Assert.True(await Record.WriteAsync(t => t.PutWrappedKeyAsync("m-1", [1, 2, 3], None), None));
        Assert.False(await Record.WriteAsync(t => t.PutWrappedKeyAsync("m-1", [9], None), None));
        Assert.Equal([1, 2, 3], (await ReadAsync(r => r.WrappedKeyAsync("m-1", None)))!);
        Assert.True(await Record.WriteAsync(t => t.EraseKeyAsync("m-1", None), None));
        Assert.False(await Record.WriteAsync(t => t.EraseKeyAsync("m-1", None), None));
        Assert.Null(await ReadAsync(r => r.WrappedKeyAsync("m-1", None)));
        Assert.True(await ReadAsync(r => r.IsErasedAsync("m-1", None)));
        Assert.False(await ReadAsync(r => r.IsErasedAsync("m-2", None)));
    }

    [StoreFact]
    public async Task The_id_of_an_erased_key_takes_no_other_key()
    {
        await Record.WriteAsync(t => t.PutWrappedKeyAsync("m-1", [1, 2, 3], None), None);
        await Record.WriteAsync(t => t.EraseKeyAsync("m-1", None), None);
        Assert.False(await Record.WriteAsync(t => t.PutWrappedKeyAsync("m-1", [4], None), None));
        Assert.Null(await ReadAsync(r => r.WrappedKeyAsync("m-1", None)));
    }

    Task<IReadOnlyList<OutboxItem>> TakeAsync(long now, long heldUntil = long.MaxValue) =>
        Record.WriteAsync(
            t => t.TakeDueAsync("mail", now, heldUntil == long.MaxValue ? now : heldUntil, 10, None), None);
}
