using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Guarantees;

/// <summary>
/// Tables <c>guarantee_balance</c> and <c>guarantee_lock</c> of the own administration's accounts; entries are applied
/// by the account's own code.
/// </summary>
sealed class GuaranteeTable(NodeSettings node) : IProjection
{
    sealed record BalanceRow(
        string Type, string Currency, long LimitMinor, long FreeMinor, long LockedMinor, long CalledMinor,
        long ValidUntilMicros, string? Rating);

    sealed record LockRow(string Mrn, int Unit, long AmountMinor, string Currency, string State);

    public string Schema =>
        """
        create table if not exists guarantee_balance (
            grn text primary key, type text not null, currency text not null, limit_minor bigint not null,
            free_minor bigint not null, locked_minor bigint not null, called_minor bigint not null,
            valid_until_micros bigint not null, rating text, registrant text);
        create table if not exists guarantee_lock (
            grn text not null, mrn text not null, unit integer not null, amount_minor bigint not null,
            currency text not null, state text not null, primary key (grn, mrn, unit));
        """;

    public Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel)
    {
        if (recorded.Header.Stream.Administration != node.Administration) return Task.CompletedTask;
        return recorded.Body switch
        {
            GuaranteeRegistered e => RegisterAsync(transaction, e, cancel),
            LockPlaced e => EnterAsync(transaction, e.Grn, new(e.Mrn, e.Unit), e, cancel),
            LockCredited e => EnterAsync(transaction, e.Grn, new(e.Mrn, e.Unit), e, cancel),
            LockCalled e => EnterAsync(transaction, e.Grn, new(e.Mrn, e.Unit), e, cancel),
            _ => Task.CompletedTask,
        };
    }

    static Task RegisterAsync(IRecordTransaction transaction, GuaranteeRegistered e, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            insert into guarantee_balance (grn, type, currency, limit_minor, free_minor, locked_minor, called_minor,
                valid_until_micros, rating, registrant)
            values (@grn, @type, @currency, @limit, @limit, 0, 0, @until, @rating, @registrant)
            on conflict (grn) do nothing
            """,
            new
            {
                grn = e.Grn.Value, type = e.Type, currency = e.Limit.Currency, limit = e.Limit.Minor,
                until = e.ValidUntil.ToMicros(), rating = e.GuarantorRating, registrant = e.Registrant?.Value,
            }, cancel);

    async Task EnterAsync(
        IRecordTransaction transaction, Grn grn, UnitId unit, EventBody entry, CancellationToken cancel)
    {
        var balances = await transaction.QueryAsync<BalanceRow>(
            """
            select type, currency, limit_minor, free_minor, locked_minor, called_minor, valid_until_micros, rating
            from guarantee_balance where grn = @grn
            """, new { grn = grn.Value }, cancel);
        if (balances.Count == 0) return;
        var locks = await transaction.QueryAsync<LockRow>(
            """
            select mrn, unit, amount_minor, currency, state from guarantee_lock
            where grn = @grn and mrn = @mrn and unit = @unit
            """,
            new { grn = grn.Value, mrn = unit.Mrn.Value, unit = unit.Number }, cancel);
        var after = Restore(grn, balances[0], locks).Apply(entry);
        if (after.Misfits > 0) return;
        await transaction.ExecuteAsync(
            """
            update guarantee_balance set free_minor = @free, locked_minor = @locked, called_minor = @called
            where grn = @grn
            """,
            new { free = after.Free.Minor, locked = after.Locked.Minor, called = after.Called.Minor, grn = grn.Value },
            cancel);
        var held = after.Locks[unit];
        await transaction.ExecuteAsync(
            """
            insert into guarantee_lock (grn, mrn, unit, amount_minor, currency, state)
            values (@grn, @mrn, @unit, @amount, @currency, @state)
            on conflict (grn, mrn, unit) do update set amount_minor = excluded.amount_minor, state = excluded.state
            """,
            new
            {
                grn = grn.Value, mrn = unit.Mrn.Value, unit = unit.Number, amount = held.Amount.Minor,
                currency = held.Amount.Currency, state = held.State.ToString(),
            }, cancel);
    }

    GuaranteeAccount Restore(Grn grn, BalanceRow row, IReadOnlyList<LockRow> locks)
    {
        Money Of(long minor) => new(minor, row.Currency);
        var registered = new GuaranteeRegistered(
            grn, row.Type, Of(row.LimitMinor), CorridorTime.FromMicros(row.ValidUntilMicros), Sealed<string>.Erased,
            row.Rating, Sealed<string>.Erased);
        return GuaranteeAccount.Restore(
            node.Administration, registered, Of(row.FreeMinor), Of(row.LockedMinor), Of(row.CalledMinor),
            locks.Select(l => new GuaranteeLock(
                new(new Mrn(l.Mrn), l.Unit), new Money(l.AmountMinor, l.Currency), Enum.Parse<LockState>(l.State))));
    }
}
