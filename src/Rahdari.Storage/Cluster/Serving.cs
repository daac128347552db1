namespace Rahdari.Storage.Cluster;

/// <summary>
/// Who serves, as a row that changes at a takeover only, unlike the lease, which is renewed twice a second: writers
/// read it without meeting the renewals. Its epoch never goes back.
/// </summary>
sealed class Serving(long epoch)
{
    /// <summary>The lease's name.</summary>
    public const string Name = "serve";

    /// <summary>What an operator reads.</summary>
    public const string Lost = "this process serves no more";

    /// <summary>The journal's check, as the last statement before its commit: the row is held until then, so that a
    /// takeover comes before or after the group.</summary>
    public const string JournalFence = "select epoch from serving where one = 1 and epoch = $1 for share";

    public long Epoch => epoch;

    /// <summary>Takes over: from its commit on, no transaction of an earlier epoch commits. Leases of background work
    /// held by whoever served before are void; their epochs go on and fence what it left undone.</summary>
    /// <returns>False where a later one has taken over already.</returns>
    public Task<bool> BeginAsync(IRecordStore record, CancellationToken cancel) => record.WriteAsync(async t =>
    {
        var begun = await t.ExecuteAsync(
            """
            insert into serving (one, epoch) values (1, @Epoch)
            on conflict (one) do update set epoch = excluded.epoch where serving.epoch < excluded.epoch
            """, new { Epoch = epoch }, cancel);
        await t.ExecuteAsync("update lease set until_micros = 0 where name <> @Name", new { Name }, cancel);
        return begun > 0;
    }, cancel);

    /// <exception cref="FencedException">Another process serves.</exception>
    public async Task FenceAsync(IRecordTransaction transaction, CancellationToken cancel)
    {
        var held = await transaction.QueryAsync<long>("select epoch from serving where one = 1", null, cancel);
        if (held is not [var now] || now != epoch) throw new FencedException(Name);
    }
}
