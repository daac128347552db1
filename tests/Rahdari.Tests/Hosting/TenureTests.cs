using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Tests.Storage;

namespace Rahdari.Tests.Hosting;

public sealed class TenureTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-").FullName;
    readonly List<long> epochs = [];
    Store store = null!;
    Tenure mine = null!, yours = null!;

    public async Task InitializeAsync()
    {
        store = await TestStore.OpenAsync(folder, e => throw e);
        (mine, yours) = (new(store.Leases, "work", "me"), new(store.Leases, "work", "you"));
    }

    public async Task DisposeAsync()
    {
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    Task RunAsync(Tenure tenure, Exception? fails = null) => tenure.RunAsync(
        (lease, _) =>
        {
            epochs.Add(lease.Epoch);
            return fails is null ? Task.CompletedTask : Task.FromException(fails);
        }, default);

    /// <summary>A round in which the node stops.</summary>
    async Task StopAsync(Tenure tenure, Exception? fails = null, Action<string>? told = null)
    {
        using var stopping = new CancellationTokenSource();
        await tenure.UntilStoppedAsync(
            (lease, _) =>
            {
                epochs.Add(lease.Epoch);
                stopping.Cancel();
                return fails is null ? Task.CompletedTask : Task.FromException(fails);
            }, TimeSpan.FromHours(1), TimeProvider.System, stopping.Token, told ?? (why => throw new IOException(why)));
    }

    [Fact]
    public async Task The_one_that_has_the_lease_does_the_rounds_until_it_gives_it_back()
    {
        await RunAsync(mine);
        await RunAsync(yours);
        await RunAsync(mine);
        Assert.True(await mine.RenewAsync(default));
        Assert.False(await yours.RenewAsync(default));
        Assert.Equal([1, 1], epochs);
        await StopAsync(mine);
        Assert.False(await mine.RenewAsync(default));
        await RunAsync(yours);
        await RunAsync(mine);
        Assert.Equal([1, 1, 1, 2], epochs);
    }

    [Fact]
    public async Task It_is_given_back_where_a_bug_ends_the_rounds()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(() => StopAsync(mine, new InvalidOperationException()));
        await RunAsync(yours);
        Assert.Equal([1, 2], epochs);
    }

    [Fact]
    public async Task A_store_that_is_away_at_the_end_is_told_and_leaves_it_to_run_out()
    {
        var leases = new AwayAtTheEnd(store.Leases);
        var told = new List<string>();
        await StopAsync(new(leases, "work", "me"), told: told.Add);
        Assert.Equal("away", Assert.Single(told));
        leases.Failure = new StorageFatalException("gone", new IOException());
        await StopAsync(new(leases, "other", "me"), told: told.Add);
        Assert.Single(told);
        await RunAsync(yours);
        Assert.Equal([1, 1], epochs);
    }

    [Fact]
    public async Task A_lease_lost_unnoticed_is_taken_anew_when_it_is_free()
    {
        await RunAsync(mine);
        await store.Leases.ReleaseAsync(new Lease("work", "me", 1), default);
        await RunAsync(mine);
        Assert.Equal([1, 2], epochs);
    }

    [Fact]
    public async Task A_fenced_round_ends_quietly_and_the_lease_is_not_kept()
    {
        await RunAsync(mine, new FencedException("work"));
        Assert.False(await mine.RenewAsync(default));
        await RunAsync(mine);
        Assert.Equal([1], epochs);
    }

    [Fact]
    public async Task What_is_held_stays_held_through_an_outage()
    {
        await Assert.ThrowsAsync<StorageOutageException>(
            () => RunAsync(mine, new StorageOutageException("away", outcomeUnknown: false)));
        await RunAsync(yours);
        await RunAsync(mine);
        Assert.Equal([1, 1], epochs);
    }

    sealed class AwayAtTheEnd(ILeases inner) : ILeases
    {
        public Exception Failure { get; set; } = new StorageOutageException("away", outcomeUnknown: true);

        public Task<Lease?> TryAcquireAsync(
            string name, string holder, TimeSpan timeToLive, CancellationToken cancel) =>
            inner.TryAcquireAsync(name, holder, timeToLive, cancel);

        public Task<bool> RenewAsync(Lease lease, TimeSpan timeToLive, CancellationToken cancel) =>
            inner.RenewAsync(lease, timeToLive, cancel);

        public Task ReleaseAsync(Lease lease, CancellationToken cancel) => Task.FromException(Failure);
    }
}
