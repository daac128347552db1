using System.Collections.Concurrent;
using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

/// <summary>The record with many callers at once. Runs on every engine.</summary>
public abstract class ConcurrencyTests : StoreTests
{
    const int Writers = 64;
    const int EventsEach = 5;

    private protected ConcurrencyTests(Func<Engine> engine) : base(engine) { }

    [StoreFact]
    public async Task Sixty_four_writers_on_their_own_streams_lose_nothing()
    {
        await AtOnceAsync(Writers, async writer =>
        {
            for (var version = 1; version <= EventsEach; version++)
                await AppendAsync(Samples.Event($"pk/{writer}", version));
        });
        for (var writer = 0; writer < Writers; writer++)
            Assert.Equal(Enumerable.Range(1, EventsEach).Select(v => (long)v),
                (await StreamAsync($"pk/{writer}")).Select(e => e.Version));
        Assert.Equal(Writers * EventsEach, (await DrainLeavesAsync()).Count);
    }

    [StoreFact]
    public async Task Sixty_four_writers_on_one_stream_keep_it_dense_and_each_of_their_events_once()
    {
        var conflicts = 0;
        await AtOnceAsync(Writers, async writer =>
        {
            for (var at = 0; at < EventsEach;)
            {
                // As the desk does: read, decide, append at the version that was read, and again on a conflict.
                var seen = await ReadAsync(r => r.StreamVersionAsync("pk/one", None));
                try
                {
                    await AppendAsync(Samples.Event("pk/one", seen + 1, $"{writer}-{at}"));
                    at++;
                }
                catch (StreamConflictException)
                {
                    Interlocked.Increment(ref conflicts);
                }
            }
        });
        var rows = await StreamAsync("pk/one");
        Assert.Equal(Enumerable.Range(1, Writers * EventsEach).Select(v => (long)v), rows.Select(r => r.Version));
        Assert.Equal(Writers * EventsEach, rows.Select(r => r.EventId).Distinct().Count());
        Assert.True(conflicts > 0, "the writers never met");
    }

    [StoreFact]
    public async Task A_consumer_misses_nothing_of_transactions_that_commit_in_reverse_order()
    {
        var firstHasWritten = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var firstMayCommit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = WriteAsync(async t =>
        {
            await QueueBothAsync(t, "pk/first");
            firstHasWritten.TrySetResult();
            await firstMayCommit.Task;
        });
        await firstHasWritten.Task.WaitAsync(Patience);
        var second = WriteAsync(t => QueueBothAsync(t, "pk/second"));
        // Where writers take turns, the second cannot overtake: then the order of commits is the order of starts.
        if (!Engine.WritersOverlap) firstMayCommit.SetResult();
        await second.WaitAsync(Patience);
        var leaves = (await DrainLeavesAsync()).Select(l => l.EventId).ToList();
        var mails = await DrainOutboxAsync();
        if (Engine.WritersOverlap)
        {
            Assert.Equal(["pk/second#1"], leaves);
            Assert.Equal(["pk/second"], mails);
        }
        firstMayCommit.TrySetResult();
        await first.WaitAsync(Patience);
        leaves.AddRange((await DrainLeavesAsync()).Select(l => l.EventId));
        mails.AddRange(await DrainOutboxAsync());
        Assert.Equal(["pk/first#1", "pk/second#1"], leaves.Order());
        Assert.Equal(["pk/first", "pk/second"], mails.Order());
    }

    [StoreFact]
    public async Task Two_that_decide_on_each_others_streams_do_as_if_one_came_after_the_other()
    {
        // Each appends only if the other has not: both may not.
        var bothRead = new Barrier(2);
        var first = ClaimAsync("pk/mine", "pk/yours");
        var second = ClaimAsync("pk/yours", "pk/mine");
        var claims = await Task.WhenAll(first, second).WaitAsync(Patience);
        Assert.Single(claims, claimed => claimed);

        Task<bool> ClaimAsync(string mine, string other) => OnItsOwnAsync(() => Record.WriteAsync(async t =>
        {
            var taken = await t.StreamVersionAsync(other, None) > 0;
            // Meets the other where both can be open at once; whoever runs again has met it already.
            if (Engine.WritersOverlap && bothRead.ParticipantsRemaining > 0 && bothRead.CurrentPhaseNumber == 0)
                bothRead.SignalAndWait(Patience);
            if (taken) return false;
            await t.AppendAsync([Samples.Event(mine, 1)], None);
            return true;
        }, None));
    }

    [StoreFact]
    public async Task Takers_of_the_outbox_never_get_the_same_item()
    {
        const int Items = 40;
        await WriteAsync(async t =>
        {
            for (var i = 0; i < Items; i++) await t.EnqueueAsync(new("mail", $"{i}", [1], i), None);
        });
        var taken = new ConcurrentBag<string>();
        await AtOnceAsync(8, async _ =>
        {
            while (await TakeAsync(3) is { Count: > 0 } some)
                foreach (var item in some) taken.Add(item.Key);
        });
        var keys = taken.ToList();
        Assert.Equal(Items, keys.Count);
        Assert.Equal(Items, keys.Distinct().Count());
    }

    /// <summary>Real threads, away from the test runner's: callers that do meet.</summary>
    static Task AtOnceAsync(int callers, Func<int, Task> call) =>
        Task.WhenAll(Enumerable.Range(0, callers).Select(caller => OnItsOwnAsync(async () =>
        {
            await call(caller);
            return 0;
        })));

    static Task<T> OnItsOwnAsync<T>(Func<Task<T>> call) => Task.Factory.StartNew(
        call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap();

    static async Task QueueBothAsync(IRecordTransaction transaction, string stream)
    {
        await transaction.AppendAsync([Samples.Event(stream, 1)], None);
        await transaction.EnqueueAsync(new("mail", stream, [1], 0), None);
    }

    async Task<List<string>> DrainOutboxAsync()
    {
        var taken = await TakeAsync(100);
        await WriteAsync(async t =>
        {
            foreach (var item in taken) await t.DoneAsync(item, None);
        });
        return [.. taken.Select(i => i.Key)];
    }

    Task<IReadOnlyList<OutboxItem>> TakeAsync(int limit) =>
        Record.WriteAsync(t => t.TakeDueAsync("mail", 1000, 2000, limit, None), None);
}
