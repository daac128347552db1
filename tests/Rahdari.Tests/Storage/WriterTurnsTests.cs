using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

public sealed class WriterTurnsTests
{
    const int AtOnce = 4;

    [Fact]
    public async Task One_alone_waits_for_all_inside_and_keeps_all_others_out()
    {
        using var turns = new WriterTurns(AtOnce);
        var (inside, most) = (0, 0);
        var mayLeave = new TaskCompletionSource();
        var together = Enumerable.Range(0, AtOnce).Select(_ => turns.RunAsync(WaitInsideAsync, default)).ToList();
        var alone = turns.RunAloneAsync(CountAsync, default);
        var secondAlone = turns.RunAloneAsync(CountAsync, default);
        var after = turns.RunAsync(CountAsync, default);
        Assert.False(alone.IsCompleted || secondAlone.IsCompleted || after.IsCompleted);
        mayLeave.SetResult();
        await Task.WhenAll(together);
        var seen = await Task.WhenAll(alone, secondAlone, after);
        Assert.All(seen, count => Assert.Equal(1, count));
        Assert.Equal(AtOnce, most);

        async Task<int> WaitInsideAsync()
        {
            most = Math.Max(most, Interlocked.Increment(ref inside));
            await mayLeave.Task;
            return Interlocked.Decrement(ref inside);
        }

        async Task<int> CountAsync()
        {
            var count = Interlocked.Increment(ref inside);
            await Task.Yield();
            Interlocked.Decrement(ref inside);
            return count;
        }
    }

    [Fact]
    public async Task One_alone_who_gives_up_waiting_gives_back_what_it_had()
    {
        using var turns = new WriterTurns(AtOnce);
        using var impatience = new CancellationTokenSource();
        var mayLeave = new TaskCompletionSource<int>();
        var inside = turns.RunAsync(() => mayLeave.Task, default);
        var alone = turns.RunAloneAsync(() => Task.FromResult(0), impatience.Token);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => alone);
        mayLeave.SetResult(7);
        Assert.Equal(7, await inside);
        Assert.Equal(8, await turns.RunAloneAsync(() => Task.FromResult(8), default));
    }

    [Fact]
    public async Task A_write_within_a_write_is_refused_alone_too()
    {
        using var turns = new WriterTurns(AtOnce);
        await Assert.ThrowsAsync<InvalidOperationException>(() => turns.RunAloneAsync(
            () => turns.RunAsync(() => Task.FromResult(0), default), default));
        Assert.Equal(1, await turns.RunAloneAsync(() => Task.FromResult(1), default));
    }
}
