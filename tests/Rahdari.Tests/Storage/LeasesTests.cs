using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

/// <summary>Leases, fencing and the gate of a standby. Runs on every engine.</summary>
public abstract class LeasesTests : StoreTests
{
    static readonly TimeSpan Short = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan Long = TimeSpan.FromMinutes(10);

    private protected LeasesTests(Func<Engine> engine) : base(engine) { }

    ILeases Leases => Store.Leases;

    [StoreFact]
    public async Task A_lease_is_held_by_one_until_it_is_given_back()
    {
        var mine = await Leases.TryAcquireAsync("work", "me", Long, None);
        Assert.Equal(new Lease("work", "me", 1), mine);
        Assert.Null(await Leases.TryAcquireAsync("work", "you", Long, None));
        Assert.NotNull(await Leases.TryAcquireAsync("other work", "you", Long, None));
        Assert.True(await Leases.RenewAsync(mine!, Long, None));
        await Leases.ReleaseAsync(mine!, None);
        Assert.Equal(2, (await Leases.TryAcquireAsync("work", "you", Long, None))!.Epoch);
        Assert.False(await Leases.RenewAsync(mine!, Long, None));
    }

    [StoreFact]
    public async Task A_lease_that_is_not_renewed_expires_and_the_next_epoch_is_larger()
    {
        var mine = (await Leases.TryAcquireAsync("work", "me", Short, None))!;
        var yours = await EventuallyAsync(() => Leases.TryAcquireAsync("work", "you", Long, None));
        Assert.Equal(mine.Epoch + 1, yours.Epoch);
        Assert.False(await Leases.RenewAsync(mine, Long, None));
    }

    [StoreFact]
    public async Task The_effects_of_a_lost_lease_do_not_happen()
    {
        var mine = (await Leases.TryAcquireAsync("work", "me", Short, None))!;
        await WriteAsync(t => EffectAsync(t, mine, 1));
        var yours = await EventuallyAsync(() => Leases.TryAcquireAsync("work", "you", Long, None));
        await Assert.ThrowsAsync<FencedException>(() => WriteAsync(t => EffectAsync(t, mine, 2)));
        Assert.Equal(1, await ReadAsync(r => r.WatermarkAsync("effect", None)));
        await WriteAsync(t => EffectAsync(t, yours, 3));
        Assert.Equal(3, await ReadAsync(r => r.WatermarkAsync("effect", None)));
    }

    [StoreFact]
    public async Task The_effects_of_a_lease_given_back_do_not_happen()
    {
        var mine = (await Leases.TryAcquireAsync("work", "me", Long, None))!;
        await Leases.ReleaseAsync(mine, None);
        await Assert.ThrowsAsync<FencedException>(() => WriteAsync(t => EffectAsync(t, mine, 1)));
    }

    [StoreFact]
    public async Task A_lease_cannot_be_taken_between_the_fence_and_the_commit()
    {
        var mine = (await Leases.TryAcquireAsync("work", "me", Short, None))!;
        var fenced = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var mayCommit = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var effect = WriteAsync(async t =>
        {
            await EffectAsync(t, mine, 1);
            fenced.TrySetResult();
            await mayCommit.Task;
        });
        await fenced.Task.WaitAsync(Patience);
        await Engine.PassAsync(Short * 2);
        var taking = Leases.TryAcquireAsync("work", "you", Long, None);
        Assert.False(taking.IsCompleted);
        mayCommit.SetResult();
        await effect.WaitAsync(Patience);
        Assert.NotNull(await taking.WaitAsync(Patience));
        Assert.Equal(1, await ReadAsync(r => r.WatermarkAsync("effect", None)));
    }

    [StoreFact]
    public async Task A_standby_waits_and_follows_when_the_holder_goes()
    {
        var waited = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var holder = await EnterAsync();
        var standby = EnterAsync(onStandby: waited.SetResult);
        await waited.Task.WaitAsync(Patience);
        // The holder renews for longer than one lifetime: the standby goes on waiting.
        for (var passed = TimeSpan.Zero; passed < StandbyGate.TimeToLive * 1.5; passed += StandbyGate.TimeToLive / 8)
            await Engine.PassAsync(StandbyGate.TimeToLive / 8);
        Assert.False(standby.IsCompleted);
        await holder.DisposeAsync();
        await using var next = await EventuallyAsync(standby);
        Assert.Equal(holder.Lease.Epoch + 1, next.Lease.Epoch);
    }

    [StoreFact]
    public async Task A_standby_follows_a_holder_that_died_when_its_lease_has_expired()
    {
        // It took the lease and never renews it.
        var dead = (await Leases.TryAcquireAsync("gate", "dead", Short, None))!;
        var standby = EnterAsync();
        await using var next = await EventuallyAsync(standby);
        await Assert.ThrowsAsync<FencedException>(() => WriteAsync(t => EffectAsync(t, dead, 1)));
        await WriteAsync(t => EffectAsync(t, next.Lease, 2));
    }

    [StoreFact]
    public async Task A_holder_whose_lease_was_taken_is_told()
    {
        var lost = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var holder = await EnterAsync(onLost: () => lost.SetResult(true));
        await WriteAsync(t => t.ExecuteAsync("update lease set epoch = epoch + 1 where name = 'gate'", null, None));
        await EventuallyAsync(lost.Task);
    }

    [StoreFact]
    public async Task A_holder_that_renews_late_keeps_what_nobody_took()
    {
        var lost = false;
        var leases = new UnreachableLeases(Leases);
        await using var holder = await StandbyGate.EnterAsync(
            leases, "gate", "me", Engine.Time, null, () => lost = true, None);
        leases.Unreachable = true;
        // The machine was busy for longer than the lease lives.
        for (var passed = TimeSpan.Zero; passed < StandbyGate.TimeToLive * 1.5; passed += StandbyGate.TimeToLive / 8)
            await Engine.PassAsync(StandbyGate.TimeToLive / 8);
        Assert.True(leases.Refused > 0);
        var renewed = leases.Renewed;
        leases.Unreachable = false;
        // The second one after it: the first has come back.
        await EventuallyAsync(() => Task.FromResult(leases.Renewed > renewed + 1 ? leases : null));
        Assert.False(lost);
        Assert.Null(await Leases.TryAcquireAsync("gate", "you", Long, None));
    }

    [StoreFact]
    public async Task A_holder_that_renews_late_is_told_what_another_took()
    {
        var lost = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var leases = new UnreachableLeases(Leases);
        await using var holder = await StandbyGate.EnterAsync(
            leases, "gate", "me", Engine.Time, null, () => lost.SetResult(true), None);
        leases.Unreachable = true;
        await EventuallyAsync(() => Leases.TryAcquireAsync("gate", "you", Long, None));
        Assert.False(lost.Task.IsCompleted);
        await Assert.ThrowsAsync<FencedException>(() => WriteAsync(t => EffectAsync(t, holder.Lease, 1)));
        leases.Unreachable = false;
        await EventuallyAsync(lost.Task);
    }

    [StoreFact]
    public async Task A_holder_that_cannot_ask_for_long_is_told()
    {
        var lost = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var leases = new UnreachableLeases(Leases);
        await using var holder = await StandbyGate.EnterAsync(
            leases, "gate", "me", Engine.Time, null, () => lost.SetResult(true), None);
        leases.Unreachable = true;
        await EventuallyAsync(lost.Task);
        leases.Unreachable = false;
    }

    Task<StandbyGate> EnterAsync(Action? onStandby = null, Action? onLost = null) => StandbyGate.EnterAsync(
        Leases, "gate", "me", Engine.Time, onStandby, onLost ?? (() => { }), None);

    static async Task EffectAsync(IRecordTransaction transaction, Lease lease, long value)
    {
        await transaction.FenceAsync(lease, None);
        await transaction.SetWatermarkAsync("effect", value, None);
    }

    /// <summary>Lets time pass in small steps until an attempt finds something.</summary>
    async Task<T> EventuallyAsync<T>(Func<Task<T?>> attempt) where T : class
    {
        for (var passed = TimeSpan.Zero; passed < Patience; passed += Short / 4)
        {
            if (await attempt() is { } found) return found;
            await Engine.PassAsync(Short / 4);
        }
        throw new TimeoutException($"nothing after {Patience}");
    }

    /// <summary>Lets time pass in small steps until something has come.</summary>
    async Task<T> EventuallyAsync<T>(Task<T> coming)
    {
        for (var passed = TimeSpan.Zero; passed < Patience && !coming.IsCompleted; passed += Short / 4)
            await Engine.PassAsync(Short / 4, coming);
        Assert.True(coming.IsCompleted, $"nothing after {Patience}");
        return await coming;
    }

    sealed class UnreachableLeases(ILeases leases) : ILeases
    {
        public volatile bool Unreachable;
        public volatile int Refused, Renewed;

        public Task<Lease?> TryAcquireAsync(
            string name, string holder, TimeSpan timeToLive, CancellationToken cancel) =>
            leases.TryAcquireAsync(name, holder, timeToLive, cancel);

        public Task<bool> RenewAsync(Lease lease, TimeSpan timeToLive, CancellationToken cancel)
        {
            if (Unreachable)
            {
                Refused++;
                return Task.FromException<bool>(new StorageOutageException("unreachable", outcomeUnknown: false));
            }
            Renewed++;
            return leases.RenewAsync(lease, timeToLive, cancel);
        }

        public Task ReleaseAsync(Lease lease, CancellationToken cancel) => leases.ReleaseAsync(lease, cancel);
    }
}
