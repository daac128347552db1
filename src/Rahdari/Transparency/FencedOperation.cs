using Rahdari.Parties;
using Rahdari.Storage;

namespace Rahdari.Transparency;

/// <summary>An operation of background work: it is decided only while the lease is held, in the same
/// transaction.</summary>
sealed record FencedOperation(IOperation Inner, Lease Lease) : IOperation
{
    public string Subject => Inner.Subject;

    public async Task<IOperation> PrepareAsync(IDesk desk, Actor actor, CancellationToken cancel) =>
        this with { Inner = await Inner.PrepareAsync(desk, actor, cancel) };

    /// <exception cref="FencedException">Somebody else has the lease.</exception>
    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        // Read, not locked: were the lease taken before the commit, the engine lets this transaction come before it, or
        // not at all.
        var held = await reader.QueryAsync<long>(
            "select epoch from lease where name = @Name and holder = @Holder and epoch = @Epoch", Lease, cancel);
        if (held.Count == 0) throw new FencedException(Lease.Name);
        return await Inner.DecideAsync(reader, actor, cancel);
    }
}
