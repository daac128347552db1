using Rahdari.Hosting;
using Rahdari.Storage;

namespace Rahdari.Tests.Hosting;

public sealed class RoundsTests
{
    static readonly TimeSpan Every = TimeSpan.FromMilliseconds(1);

    readonly CancellationTokenSource stopping = new();
    readonly List<string> told = [];
    int rounds;

    /// <summary>Rounds that fail as said by their number, from 1; the fourth stops the node.</summary>
    Task RunAsync(Func<int, Exception?> failure, bool tells = true) => Rounds.RunAsync(
        _ =>
        {
            if (++rounds == 4) stopping.Cancel();
            return failure(rounds) is { } e ? Task.FromException(e) : Task.CompletedTask;
        }, Every, TimeProvider.System, stopping.Token, tells ? told.Add : null);

    [Fact]
    public async Task An_outage_ends_one_round_and_is_told()
    {
        await RunAsync(n => n == 2 ? new StorageOutageException("away", outcomeUnknown: false) : null);
        Assert.Equal((4, "away"), (rounds, Assert.Single(told)));
    }

    [Fact]
    public async Task A_store_that_failed_for_good_ends_the_rounds_quietly()
    {
        await RunAsync(n => n == 2 ? new StorageFatalException("gone", new IOException()) : null);
        Assert.Equal(2, rounds);
        Assert.Empty(told);
    }

    [Fact]
    public async Task A_bug_and_an_outage_nobody_is_told_of_end_them_with_their_exception()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(_ => new InvalidOperationException()));
        await Assert.ThrowsAsync<StorageOutageException>(
            () => RunAsync(_ => new StorageOutageException("away", outcomeUnknown: false), tells: false));
        await Assert.ThrowsAsync<OperationCanceledException>(() => RunAsync(_ => new OperationCanceledException()));
    }
}
