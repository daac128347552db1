using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

/// <summary>One engine with one empty database that a test opens, closes and opens again.</summary>
abstract class Engine : IAsyncDisposable
{
    /// <summary>Where a store's callbacks go.</summary>
    public List<StorageFatalException> Fatal { get; } = [];

    /// <summary>True where two transactions can be open for writing at once.</summary>
    public abstract bool WritersOverlap { get; }

    /// <summary>True where a failed commit stops the store; false where it is an outage the engine recovers from.
    /// </summary>
    public abstract bool FailedCommitIsFatal { get; }

    public StoreSettings Settings => new() { Time = Time, OnFatal = Fatal.Add };

    /// <summary>Machine time of the stores opened here.</summary>
    public abstract TimeProvider Time { get; }

    public Task<Store> OpenAsync(StoreSettings? settings = null) =>
        OpenAsync(settings ?? Settings, CancellationToken.None);

    public abstract Task<Store> OpenAsync(StoreSettings settings, CancellationToken cancel);

    /// <summary>The record alone, beside whoever serves it.</summary>
    public abstract Task<IRecordStore> OpenRecordAsync();

    /// <summary>Lets machine time go by for the engine's leases, until every loop it woke waits again or
    /// <paramref name="ended"/>, the end of one of them, has come.</summary>
    public abstract Task PassAsync(TimeSpan time, Task? ended = null);

    /// <summary>Arguments with which a child process opens the same database.</summary>
    public abstract string[] ChildArguments { get; }

    public abstract ValueTask DisposeAsync();
}
