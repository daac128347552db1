using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

/// <summary>
/// A commit that fails, in both ways: it did not happen, and it happened but nobody was told. Runs on every engine: the
/// embedded one stops for good, the other one is back as soon as its server is.
/// </summary>
public abstract class FailureTests : StoreTests
{
    CommitPoint? failing;

    private protected FailureTests(Func<Engine> engine) : base(engine) { }

    [StoreFact]
    public Task A_record_commit_that_failed_and_did_not_happen() => RecordFailsAsync(CommitPoint.RecordBefore, false);

    [StoreFact]
    public Task A_record_commit_that_failed_but_happened() => RecordFailsAsync(CommitPoint.RecordAfter, true);

    [StoreFact]
    public Task A_journal_commit_that_failed_and_did_not_happen() =>
        JournalFailsAsync(CommitPoint.JournalBefore, false);

    [StoreFact]
    public Task A_journal_commit_that_failed_but_happened() => JournalFailsAsync(CommitPoint.JournalAfter, true);

    [StoreFact]
    public Task A_drop_that_failed_and_did_not_happen() => DropFailsAsync(CommitPoint.DropBefore, false);

    [StoreFact]
    public Task A_drop_that_failed_but_happened() => DropFailsAsync(CommitPoint.DropAfter, true);

    [StoreFact]
    public async Task After_a_failed_disk_every_call_says_why_and_the_host_is_told_once()
    {
        if (!Engine.FailedCommitIsFatal) return;
        await ReopenAsync(Failing());
        failing = CommitPoint.JournalBefore;
        var waiting = Journal.WaitAsync("pk/live", 0, TimeSpan.FromDays(1), None);
        await Assert.ThrowsAsync<StorageFatalException>(() => SendAsync("a"));
        failing = null;
        await Assert.ThrowsAsync<StorageFatalException>(() => waiting.WaitAsync(Patience));
        Func<Task>[] calls =
        [
            () => SendAsync("b"), () => Journal.ReadAsync("pk/live", 0, 1, None), () => StreamAsync("pk/a"),
            () => AppendAsync(Samples.Event("pk/a", 1)), () => Journal.DropBeforeAsync(0, 1, None),
            () => Store.Leases.TryAcquireAsync("x", "me", TimeSpan.FromSeconds(1), None),
        ];
        foreach (var call in calls)
            Assert.Contains("the test's disk failed", (await Assert.ThrowsAsync<StorageFatalException>(call)).Message,
                StringComparison.Ordinal);
        Assert.Single(Engine.Fatal);
    }

    async Task RecordFailsAsync(CommitPoint point, bool happened)
    {
        await ReopenAsync(Failing());
        await AppendAsync(Samples.Event("pk/a", 1));
        failing = point;
        await AssertFailsAsync(() => AppendAsync(Samples.Event("pk/a", 2)));
        failing = null;
        if (Engine.FailedCommitIsFatal) await ReopenAsync();
        // The caller finds out by reading, and goes on from there.
        Assert.Equal(happened ? 2 : 1, (await StreamAsync("pk/a")).Count);
        await AppendAsync(Samples.Event("pk/a", happened ? 3 : 2));
    }

    async Task JournalFailsAsync(CommitPoint point, bool happened)
    {
        await ReopenAsync(Failing());
        await SendAsync("first");
        failing = point;
        await AssertFailsAsync(() => SendAsync("second"));
        failing = null;
        if (Engine.FailedCommitIsFatal) await ReopenAsync();
        // The device was not answered and sends again.
        Assert.Equal([new(2, happened)], await SendAsync("second"));
        Assert.Equal([new(3, false)], await SendAsync("third"));
        Assert.Equal([1, 2, 3], (await Journal.ReadAsync("pk/live", 0, 10, None)).Select(r => r.Number));
        Assert.Equal(3, Journal.Head("pk/live"));
    }

    async Task DropFailsAsync(CommitPoint point, bool happened)
    {
        await ReopenAsync(Failing());
        for (var day = 0; day < 3; day++)
            await Journal.AppendAsync([Samples.Entry($"{day}", at: Samples.FirstDay + (day * Samples.Day))], None);
        failing = point;
        await Assert.ThrowsAsync<StorageOutageException>(() => Journal.DropBeforeAsync(long.MaxValue, 1, None));
        failing = null;
        Assert.Empty(Engine.Fatal);
        Assert.Equal(happened ? 2 : 3, (await Journal.DaysAsync(None)).Count);
        // Nothing else is hurt, and whoever calls again goes on.
        await Journal.AppendAsync([Samples.Entry("more", at: Samples.FirstDay + (2 * Samples.Day))], None);
        await Journal.DropBeforeAsync(long.MaxValue, 2, None);
        Assert.Single(await Journal.DaysAsync(None));
        await ReopenAsync();
        Assert.Single(await Journal.DaysAsync(None));
        Assert.Equal([3, 4], (await Journal.ReadAsync("pk/live", 0, 9, None)).Select(r => r.Number));
    }

    async Task AssertFailsAsync(Func<Task> call)
    {
        if (Engine.FailedCommitIsFatal)
        {
            await Assert.ThrowsAsync<StorageFatalException>(call);
            Assert.Single(Engine.Fatal);
        }
        else
        {
            var outage = await Assert.ThrowsAsync<StorageOutageException>(call);
            Assert.True(outage.OutcomeUnknown || failing == CommitPoint.JournalBefore);
            Assert.Empty(Engine.Fatal);
        }
    }

    StoreSettings Failing() => Engine.Settings with
    {
        Commits = point =>
        {
            if (point == failing) throw new IOException("the test's disk failed");
        },
    };

    Task<IReadOnlyList<Journaled>> SendAsync(string text) => Journal.AppendAsync([Samples.Entry(text)], None).AsTask();
}
