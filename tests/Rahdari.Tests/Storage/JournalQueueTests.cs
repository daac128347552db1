using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

/// <summary>What the writer's thread takes at once while two thousand devices speak: it waits for some of them, and for
/// nobody who does not come.</summary>
public sealed class JournalQueueTests
{
    const int Speaking = 2_000, Wanted = 500;

    readonly ManualTime time = new();
    readonly JournalQueue queue;

    public JournalQueueTests()
    {
        queue = new(8 << 20, 1 << 16, time);
        for (var i = 0; i < Speaking; i++) Put(i);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Speaking, Take());
    }

    [Fact]
    public async Task A_commit_waits_for_some_of_them()
    {
        // Each wait is short; on a busy machine it may end before the others came.
        for (var turn = 1; ; turn++)
        {
            Put(0);
            var taking = Task.Factory.StartNew(Take, TaskCreationOptions.LongRunning);
            for (var i = 1; i < Wanted; i++) Put(i);
            var taken = await taking;
            if (taken == Wanted) return;
            Assert.InRange(turn, 1, 100);
            for (var left = Wanted - taken; left > 0;) left -= Take();
            for (var i = 0; i < Wanted; i++) Put(i);
            Take();
        }
    }

    [Fact]
    public void Who_does_not_come_is_not_waited_for_long()
    {
        Put(0);
        Assert.Equal(1, Take());
    }

    [Fact]
    public void What_is_to_be_done_between_commits_waits_for_nobody()
    {
        Put(0);
        queue.Put(() => { });
        Assert.Equal(1, Take(out var control));
        Assert.NotNull(control);
    }

    [Fact]
    public void A_queue_without_room_waits_for_nobody()
    {
        var small = new JournalQueue(8 << 20, 2, time);
        for (var i = 0; i < 3; i++) small.Put(Append(i), CancellationToken.None);
        Assert.True(small.Take(out var batch, out _));
        Assert.Equal(2, batch.Count);
    }

    void Put(int device) => queue.Put(Append(device), CancellationToken.None);

    static PendingAppend Append(int device) =>
        new([Samples.Entry("a") with { Device = $"jt600:{device}" }]);

    int Take() => Take(out _);

    int Take(out Action? control)
    {
        Assert.True(queue.Take(out var batch, out control));
        queue.Release(batch);
        return batch.Count;
    }
}
