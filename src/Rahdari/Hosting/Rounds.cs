using Rahdari.Storage;

namespace Rahdari.Hosting;

/// <summary>What a node does again and again while it runs, on machine time.</summary>
static class Rounds
{
    /// <summary>
    /// Runs a round at once and then each so long, until the node stops or its store fails for good: what a round did
    /// not come to is done after the next start. A bug ends the node.
    /// </summary>
    /// <param name="outage">Told why where the store cannot be used now; the next round tries again. Null where the
    /// round sees to it.</param>
    public static async Task RunAsync(
        Func<CancellationToken, Task> round, TimeSpan every, TimeProvider machine, CancellationToken stopping,
        Action<string>? outage = null)
    {
        using var look = new PeriodicTimer(every, machine);
        await RunAsync(round, async cancel => await look.WaitForNextTickAsync(cancel), stopping, outage);
    }

    /// <summary>The same where not only time begins a round.</summary>
    /// <param name="wait">Completes when the next round is to begin.</param>
    public static async Task RunAsync(
        Func<CancellationToken, Task> round, Func<CancellationToken, Task> wait, CancellationToken stopping,
        Action<string>? outage = null)
    {
        try
        {
            while (true)
            {
                try
                {
                    await round(stopping);
                }
                catch (StorageOutageException e) when (outage is not null)
                {
                    outage(e.Message);
                }
                await wait(stopping);
            }
        }
        catch (Exception e) when (e is StorageFatalException
            || (e is OperationCanceledException && stopping.IsCancellationRequested))
        {
            // The node stops.
        }
    }
}
