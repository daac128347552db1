using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

/// <summary>The journal with many callers: how many commits they cost, and what happens when there is no room. Runs on
/// every engine.</summary>
public abstract class GroupCommitTests : StoreTests
{
    readonly ManualResetEventSlim open = new(initialState: true);
    int commits;

    private protected GroupCommitTests(Func<Engine> engine) : base(engine) { }

    [StoreFact]
    public async Task A_hundred_that_wait_for_one_commit_share_the_next()
    {
        await ReopenAsync(Gated());
        open.Reset();
        var first = AppendAsync("first");
        await CommitUnderWayAsync(1);
        var others = Enumerable.Range(0, 100).Select(i => AppendAsync($"other {i}")).ToArray();
        open.Set();
        await first.WaitAsync(Patience);
        var numbers = (await Task.WhenAll(others).WaitAsync(Patience)).Select(j => j.Single().Number);
        Assert.Equal(Enumerable.Range(2, 100).Select(n => (long)n), numbers.Order());
        Assert.Equal(2, commits);
    }

    [StoreFact]
    public async Task Nobody_is_answered_and_nothing_is_seen_before_the_commit()
    {
        await ReopenAsync(Gated());
        open.Reset();
        var append = AppendAsync("a");
        await CommitUnderWayAsync(1);
        Assert.False(append.IsCompleted);
        Assert.Empty(await Journal.ReadAsync("pk/live", 0, 10, None));
        Assert.Equal(0, Journal.Head("pk/live"));
        open.Set();
        await append.WaitAsync(Patience);
        Assert.Single(await Journal.ReadAsync("pk/live", 0, 10, None));
        Assert.Equal(1, Journal.Head("pk/live"));
    }

    [StoreFact]
    public async Task A_full_queue_makes_callers_wait_in_order_and_drops_nothing()
    {
        await ReopenAsync(Gated() with { JournalQueueEntries = 3 });
        open.Reset();
        var appends = new List<Task<IReadOnlyList<Journaled>>> { AppendAsync("0") };
        await CommitUnderWayAsync(1);
        for (var i = 1; i < 10; i++) appends.Add(AppendAsync($"{i}"));
        open.Set();
        var numbers = (await Task.WhenAll(appends).WaitAsync(Patience)).Select(j => j.Single().Number);
        Assert.Equal(Enumerable.Range(1, 10).Select(n => (long)n), numbers);
        // One alone, then three at a time: the first two of them had room beside it.
        Assert.Equal(4, commits);
    }

    [StoreFact]
    public async Task A_queue_full_of_bytes_waits_too_and_one_larger_than_the_queue_goes_alone()
    {
        await ReopenAsync(Gated() with { JournalQueueBytes = 1000 });
        open.Reset();
        var large = Journal.AppendAsync([Large("0"), Large("1")], None).AsTask();
        await CommitUnderWayAsync(1);
        var next = Enumerable.Range(2, 3).Select(i => Journal.AppendAsync([Large($"{i}")], None).AsTask()).ToArray();
        open.Set();
        await large.WaitAsync(Patience);
        await Task.WhenAll(next).WaitAsync(Patience);
        Assert.Equal(4, commits);
        Assert.Equal(5, Journal.Head("pk/live"));

        static JournalEntry Large(string text) => Samples.Entry(text) with { Raw = new byte[800] };
    }

    [StoreFact]
    public async Task Who_gives_up_before_there_is_room_has_written_nothing()
    {
        await ReopenAsync(Gated() with { JournalQueueEntries = 1 });
        open.Reset();
        var first = AppendAsync("first");
        await CommitUnderWayAsync(1);
        using var giveUp = new CancellationTokenSource();
        var given = Journal.AppendAsync([Samples.Entry("given up")], giveUp.Token).AsTask();
        var last = AppendAsync("last");
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given.WaitAsync(Patience));
        open.Set();
        await Task.WhenAll(first, last).WaitAsync(Patience);
        Assert.Equal([Samples.Entry("first").Digest, Samples.Entry("last").Digest],
            (await Journal.ReadAsync("pk/live", 0, 10, None)).Select(r => r.Entry.Digest));
    }

    [StoreFact]
    public async Task What_is_queued_when_the_store_closes_is_still_committed()
    {
        await ReopenAsync(Gated() with { JournalQueueEntries = 2 });
        open.Reset();
        var appends = new List<Task<IReadOnlyList<Journaled>>> { AppendAsync("0") };
        await CommitUnderWayAsync(1);
        for (var i = 1; i < 6; i++) appends.Add(AppendAsync($"{i}"));
        var closing = Store.DisposeAsync().AsTask();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => AppendAsync("too late"));
        open.Set();
        await closing.WaitAsync(Patience);
        await Task.WhenAll(appends).WaitAsync(Patience);
        await ReopenAsync();
        Assert.Equal(6, Journal.Head("pk/live"));
    }

    StoreSettings Gated() => Engine.Settings with { Commits = OnCommit };

    void OnCommit(CommitPoint point)
    {
        if (point != CommitPoint.JournalBefore) return;
        Interlocked.Increment(ref commits);
        Assert.True(open.Wait(Patience), "the gate stayed shut");
    }

    Task<IReadOnlyList<Journaled>> AppendAsync(string text) =>
        Journal.AppendAsync([Samples.Entry(text)], None).AsTask();

    Task CommitUnderWayAsync(int number) =>
        Task.Factory.StartNew(() => SpinWait.SpinUntil(() => Volatile.Read(ref commits) >= number, Patience),
            TaskCreationOptions.LongRunning);
}
