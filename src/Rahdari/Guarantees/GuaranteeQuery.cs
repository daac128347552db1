using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Transparency;

namespace Rahdari.Guarantees;

sealed record GuaranteeItem(
    Grn Grn, string Type, Money Limit, Money Free, Money Locked, Money Called, DateTimeOffset ValidUntil,
    string? GuarantorRating);

/// <summary>A guarantee as far as a reader may see it.</summary>
/// <param name="Locks">Those of movements the reader may see; the balances count all.</param>
sealed record SeenGuarantee(GuaranteeAccount Account, IReadOnlyList<GuaranteeLock> Locks);

sealed record LockItem(UnitId Unit, Money Amount, LockState State);

/// <summary>
/// Accounts of this administration. Customs sees them all, whoever brought one into the books sees it, and a declarant
/// those that cover the own firm's movements.
/// </summary>
static class GuaranteeQuery
{
    /// <summary>A guarantor has a few; more than this would be read by nobody at once.</summary>
    public const int MaxShown = 1000;

    sealed record Row(
        string Grn, string Type, string Currency, long LimitMinor, long FreeMinor, long LockedMinor, long CalledMinor,
        long ValidUntilMicros, string? Rating);

    /// <param name="after">The last GRN of the page before; empty for the first.</param>
    public static async Task<IReadOnlyList<GuaranteeItem>> ListAsync(
        IDesk desk, Sight sight, string after, CancellationToken cancel)
    {
        var rows = await desk.QueryAsync<Row>(
            $"""
            select grn, type, currency, limit_minor, free_minor, locked_minor, called_minor, valid_until_micros, rating
            from guarantee_balance g where grn > @after and (@everything = 1 or registrant = @party or exists (
                select 1 from guarantee_lock l join movement_board m on m.mrn = l.mrn
                where l.grn = g.grn and {Sight.Sql}))
            order by grn limit @rows
            """,
            new
            {
                after, rows = MaxShown, everything = sight.Everything, own = sight.Own.Value, party = sight.Party.Value,
            }, cancel);
        return [.. rows.Select(r => new GuaranteeItem(
            new Grn(r.Grn), r.Type, new(r.LimitMinor, r.Currency), new(r.FreeMinor, r.Currency),
            new(r.LockedMinor, r.Currency), new(r.CalledMinor, r.Currency), CorridorTime.FromMicros(r.ValidUntilMicros),
            r.Rating))];
    }

    /// <summary>
    /// Folded from its events; null where this administration has no such guarantee, or none the reader may see.
    /// </summary>
    public static async Task<SeenGuarantee?> FindAsync(IDesk desk, Sight sight, Grn grn, CancellationToken cancel)
    {
        var account = (await desk.FoldAsync<GuaranteeAccounts>(GuaranteeAccounts.Subject(grn), cancel)).Of(sight.Own);
        if (account?.Registered is null) return null;
        if (sight.Everything || account.Registered.Registrant == sight.Party)
            return new(account, [.. account.LocksInOrder]);
        var seen = (await desk.QueryAsync<string>(
            $"""
            select distinct l.mrn from guarantee_lock l join movement_board m on m.mrn = l.mrn
            where l.grn = @grn and {Sight.Sql}
            """,
            new { grn = grn.Value, everything = false, own = sight.Own.Value, party = sight.Party.Value }, cancel))
            .ToHashSet(StringComparer.Ordinal);
        return seen.Count == 0
            ? null
            : new(account, [.. account.LocksInOrder.Where(l => seen.Contains(l.Unit.Mrn.Value))]);
    }
}
