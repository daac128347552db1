namespace Rahdari.Storage;

/// <summary>
/// Lets one process serve a database and keeps the others waiting: a lease that is renewed while the process lives.
/// It is the right to serve, not the proof of it: whatever background work does is fenced by <see cref="Lease"/> in its
/// own transaction.
/// </summary>
public sealed class StandbyGate : IAsyncDisposable
{
    /// <summary>A holder that died is followed after this long; a longer pause of a living one hands the work over.
    /// </summary>
    public static readonly TimeSpan TimeToLive = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A holder that cannot ask for this long gives up, so that whoever started it starts it anew. Until then a lease
    /// nobody has taken is still its own, however late it is renewed: a busy machine or disk keeps a renewal waiting
    /// for longer than a lifetime, and where another process did take it, the epoch in every transaction keeps this
    /// one from writing. A server that fails over is back within this time.
    /// </summary>
    public static readonly TimeSpan GiveUpAfter = TimeSpan.FromSeconds(10);

    // Four renewals a lifetime: one may be lost and one be slow.
    static readonly TimeSpan Beat = TimeToLive / 4;

    readonly ILeases leases;
    readonly TimeProvider time;
    readonly Action onLost;
    readonly CancellationTokenSource stopping = new();
    readonly Task renewing;

    StandbyGate(ILeases leases, Lease lease, long heldSince, TimeProvider time, Action onLost)
    {
        (this.leases, Lease, this.time, this.onLost) = (leases, lease, time, onLost);
        renewing = RenewAsync(heldSince);
    }

    /// <summary>The lease held; its epoch is larger than that of every holder before.</summary>
    public Lease Lease { get; }

    /// <summary>Waits for the lease and then keeps it.</summary>
    /// <param name="leases">Where the lease is.</param>
    /// <param name="name">Its name: what is being served.</param>
    /// <param name="holder">Who asks, for an operator to read.</param>
    /// <param name="time">Machine time.</param>
    /// <param name="onStandby">Called once before the first wait.</param>
    /// <param name="onLost">Called once when somebody else has the lease, or it could not be asked for in
    /// <see cref="GiveUpAfter"/>.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async Task<StandbyGate> EnterAsync(
        ILeases leases, string name, string holder, TimeProvider time, Action? onStandby, Action onLost,
        CancellationToken cancel)
    {
        for (var first = true; ; first = false)
        {
            // The lifetime is counted from before the asking, so that it never ends later here than in the database.
            var asked = time.GetTimestamp();
            try
            {
                if (await leases.TryAcquireAsync(name, holder, TimeToLive, cancel) is { } lease)
                    return new(leases, lease, asked, time, onLost);
            }
            catch (StorageOutageException) when (!first)
            {
                // A standby outlives a database that is away for a while.
            }
            if (first) onStandby?.Invoke();
            await Task.Delay(Beat, time, cancel);
        }
    }

    /// <summary>Stops renewing and gives the lease back, so that a standby follows at once.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await renewing;
        try
        {
            await leases.ReleaseAsync(Lease, CancellationToken.None);
        }
        catch (StorageOutageException)
        {
            // It expires by itself.
        }
        stopping.Dispose();
    }

    async Task RenewAsync(long heldSince)
    {
        while (true)
        {
            try
            {
                await Task.Delay(Beat, time, stopping.Token);
                var asked = time.GetTimestamp();
                if (!await RenewOnceAsync()) break;
                heldSince = asked;
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is StorageOutageException or OperationCanceledException
                && time.GetElapsedTime(heldSince) < GiveUpAfter)
            {
                // Late, and nobody has said that it is another's: the next beat asks again.
            }
            catch (Exception e)
                when (e is StorageOutageException or StorageFatalException or OperationCanceledException)
            {
                break;
            }
        }
        onLost();
    }

    async Task<bool> RenewOnceAsync()
    {
        // An engine that does not answer is asked again: a wait without end would be no beat.
        using var ending = new CancellationTokenSource(TimeToLive, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ending.Token, stopping.Token);
        return await leases.RenewAsync(Lease, TimeToLive, either.Token).WaitAsync(either.Token);
    }
}
