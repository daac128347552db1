namespace Rahdari.Storage;

/// <summary>A right to do one kind of background work, fenced by its epoch.</summary>
public sealed record Lease(string Name, string Holder, long Epoch);

/// <summary>Leases of one store. Time here is machine time.</summary>
public interface ILeases
{
    /// <summary>Takes the lease if it is free or expired; null when somebody else holds it.</summary>
    Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan timeToLive, CancellationToken cancel);

    /// <summary>Extends a held lease; false when it was lost.</summary>
    Task<bool> RenewAsync(Lease lease, TimeSpan timeToLive, CancellationToken cancel);

    /// <summary>Gives it back at once, for a graceful stop.</summary>
    Task ReleaseAsync(Lease lease, CancellationToken cancel);
}
