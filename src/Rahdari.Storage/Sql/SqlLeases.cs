namespace Rahdari.Storage.Sql;

/// <summary>
/// Leases as rows of the record. The epoch grows with every new holder and never goes back, so that an effect of an
/// old one is recognised in its own transaction.
/// </summary>
/// <param name="store">The record.</param>
/// <param name="now">The engine's machine time in microseconds: an SQL expression, with <c>@Now</c> for
/// <paramref name="clock"/>'s value.</param>
/// <param name="clock">Monotonic microseconds of this process; ignored by an engine with a clock of its own.</param>
sealed class SqlLeases(IRecordStore store, string now, Func<long> clock) : ILeases
{
    public Task<Lease?> TryAcquireAsync(string name, string holder, TimeSpan timeToLive, CancellationToken cancel) =>
        store.WriteAsync(async transaction =>
        {
            var epoch = await transaction.QueryAsync<long>(
                $"""
                insert into lease (name, holder, epoch, until_micros, fences)
                values (@Name, @Holder, 1, {now} + @Live, 0)
                on conflict (name) do update
                set holder = excluded.holder, epoch = lease.epoch + 1, until_micros = excluded.until_micros
                where lease.until_micros <= {now}
                returning epoch
                """, new { Name = name, Holder = holder, Live = Micros(timeToLive), Now = clock() }, cancel);
            return epoch is [var given] ? new Lease(name, holder, given) : null;
        }, cancel);

    public Task<bool> RenewAsync(Lease lease, TimeSpan timeToLive, CancellationToken cancel) =>
        store.WriteAsync(async transaction => await transaction.ExecuteAsync(
            $"""
            update lease set until_micros = {now} + @Live
            where name = @Name and holder = @Holder and epoch = @Epoch
            """, new { lease.Name, lease.Holder, lease.Epoch, Live = Micros(timeToLive), Now = clock() }, cancel) > 0,
            cancel);

    // Nobody's and due in the past: it fences its holder at once, and whoever asks next has it.
    public Task ReleaseAsync(Lease lease, CancellationToken cancel) =>
        store.WriteAsync(transaction => transaction.ExecuteAsync(
            """
            update lease set holder = '', until_micros = 0
            where name = @Name and holder = @Holder and epoch = @Epoch
            """, lease, cancel), cancel);

    static long Micros(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;
}
