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

    /// <summary>Gives it back at the end, so that another process need not wait.</summary>
    public async Task ReleaseAsync(CancellationToken cancel)
    {
        if (lease is not null) await leases.ReleaseAsync(lease, cancel);
        lease = null;
    }
}
