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

    [Fact]
    public async Task The_one_that_has_the_lease_does_the_rounds_until_it_gives_it_back()
    {
        await RunAsync(mine);
        await RunAsync(yours);
        await RunAsync(mine);
        Assert.True(await mine.RenewAsync(default));
        Assert.False(await yours.RenewAsync(default));
        Assert.Equal([1, 1], epochs);
        await mine.ReleaseAsync(default);
        Assert.False(await mine.RenewAsync(default));
        await RunAsync(yours);
        await RunAsync(mine);
        Assert.Equal([1, 1, 2], epochs);
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
}
