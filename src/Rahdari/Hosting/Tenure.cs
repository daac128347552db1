using Rahdari.Storage;

namespace Rahdari.Hosting;

/// <summary>
/// A lease kept from round to round: of several processes the one that has it does the work. Not for use from several
/// threads.
/// </summary>
/// <param name="name">Of the lease.</param>
/// <param name="holder">This process.</param>
sealed class Tenure(ILeases leases, string name, string holder)
{
    /// <summary>
    /// Machine time after which a holder that died is followed: ten missed rounds of a second, longer than a garbage
    /// collection or a slow disk.
    /// </summary>
    static readonly TimeSpan LeaseTime = TimeSpan.FromSeconds(10);

    Lease? lease;

    /// <summary>
    /// Renews the lease or takes it, and runs the round where it is held; not at all while somebody else has it. A
    /// round that is fenced lost it, and a later one takes it when it is free.
    /// </summary>
    /// <exception cref="StorageOutageException">The store cannot be used now; what is held stays held.</exception>
    public async Task RunAsync(Func<Lease, CancellationToken, Task> round, CancellationToken cancel)
    {
        try
        {
            if (lease is null || !await leases.RenewAsync(lease, LeaseTime, cancel))
                lease = await leases.TryAcquireAsync(name, holder, LeaseTime, cancel);
            if (lease is not null) await round(lease, cancel);
        }
        catch (FencedException)
        {
            lease = null;
        }
    }

    /// <summary>As one long round goes on; false where somebody else has it by now.</summary>
    public async Task<bool> RenewAsync(CancellationToken cancel) =>
        lease is not null && await leases.RenewAsync(lease, LeaseTime, cancel);

    /// <summary>
    /// Does <see cref="RunAsync"/> as <see cref="Rounds"/> does it, and gives the lease back once the last round has
    /// ended, however it did, so that another process need not wait.
    /// </summary>
    public async Task UntilStoppedAsync(
        Func<Lease, CancellationToken, Task> round, TimeSpan every, TimeProvider machine, CancellationToken stopping,
        Action<string> outage)
    {
        try
        {
            await Rounds.RunAsync(cancel => RunAsync(round, cancel), every, machine, stopping, outage);
        }
        finally
        {
            await GiveBackAsync(outage);
        }
    }

    /// <summary>Not cancelled with the rounds: it is what is left to do when they are. The node waits for it no longer
    /// than for anything else that stops.</summary>
    async Task GiveBackAsync(Action<string> outage)
    {
        if (lease is not { } held) return;
        lease = null;
        try
        {
            await leases.ReleaseAsync(held, CancellationToken.None);
        }
        catch (StorageOutageException e)
        {
            outage(e.Message);
        }
        catch (StorageFatalException)
        {
            // Its store is gone for good, and the node with it: the lease runs out.
        }
    }
}
