using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

/// <summary>What the writer's thread takes at once while two thousand devices speak: it waits for some of them, and for
/// nobody who does not come.</summary>
public sealed class JournalQueueTests
{
    const int Speaking = 2_000, Wanted = 500, Room = 600;

    /// <summary>Milliseconds. Whoever waits so long waits for ever; what comes back did not wait.</summary>
    const int Ever = 24 * 60 * 60 * 1_000, Briefly = 1;

    readonly ManualTime time = new();

    [Fact]
    public async Task A_commit_waits_for_some_of_them()
    {
        var queue = New(Ever);
        Put(queue, 0);
        var taking = Task.Factory.StartNew(() => Take(queue), TaskCreationOptions.LongRunning);
        for (var i = 1; i < Wanted; i++) Put(queue, i);

        Assert.Equal(Wanted, await taking);
    }

    [Fact]
    public void Who_does_not_come_is_not_waited_for_long()
    {
        var queue = New(Briefly);
        Put(queue, 0);

        Assert.Equal(1, Take(queue));
    }

    [Fact]
    public void What_is_to_be_done_between_commits_waits_for_nobody()
    {
        var queue = New(Ever);
        Put(queue, 0);
        queue.Put(() => { });

        Assert.Equal(1, Take(queue, out var control));
        Assert.NotNull(control);
    }

    [Fact]
    public void A_queue_without_room_waits_for_nobody()
    {
        var queue = New(Ever);
        PutTogether(queue, 300);
        PutTogether(queue, 400);

        Assert.Equal(1, Take(queue));
    }

    [Fact]
    public void As_many_rows_as_a_commit_is_worth_wait_for_nobody()
    {
        var queue = New(Ever);
        PutTogether(queue, CommitSize.Most);

        Assert.Equal(1, Take(queue));
    }

    [Fact]
    public void A_queue_that_closes_waits_for_nobody()
    {
        var queue = New(Ever);
        Put(queue, 0);
        queue.Close();

        Assert.Equal(1, Take(queue));
    }

    /// <summary>A queue that has heard two thousand devices in a second.</summary>
    JournalQueue New(int gathering)
    {
        var queue = new JournalQueue(8 << 20, Room, time, gathering);
        for (var i = 0; i < Speaking; i++)
        {
            Put(queue, i);
            if ((i + 1) % Wanted != 0) continue;
            if (i + 1 == Speaking) time.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(Wanted, Take(queue));
        }
        return queue;
    }

    static void Put(JournalQueue queue, int device) => queue.Put(new([Entry(device)]), CancellationToken.None);

    static void PutTogether(JournalQueue queue, int entries) =>
        queue.Put(new([.. Enumerable.Repeat(Entry(0), entries)]), CancellationToken.None);

    static JournalEntry Entry(int device) => Samples.Entry("a") with { Device = $"jt600:{device}" };

    static int Take(JournalQueue queue) => Take(queue, out _);

    static int Take(JournalQueue queue, out Action? control)
    {
        Assert.True(queue.Take(out var batch, out control));
        queue.Release(batch);
        return batch.Count;
    }
}
