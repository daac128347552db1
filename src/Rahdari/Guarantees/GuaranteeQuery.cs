using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Guarantees;

sealed record GuaranteeItem(
    Grn Grn, string Type, Money Limit, Money Free, Money Locked, Money Called, DateTimeOffset ValidUntil,
    string? GuarantorRating);

sealed record LockItem(UnitId Unit, Money Amount, LockState State);

/// <summary>Accounts of this administration.</summary>
static class GuaranteeQuery
{
    /// <summary>A guarantor has a few; more than this would be read by nobody at once.</summary>
    public const int MaxShown = 1000;

    sealed record Row(
        string Grn, string Type, string Currency, long LimitMinor, long FreeMinor, long LockedMinor, long CalledMinor,
        long ValidUntilMicros, string? Rating);

    /// <param name="after">The last GRN of the page before; empty for the first.</param>
    public static async Task<IReadOnlyList<GuaranteeItem>> ListAsync(IDesk desk, string after, CancellationToken cancel)
    {
        var rows = await desk.QueryAsync<Row>(
            """
            select grn, type, currency, limit_minor, free_minor, locked_minor, called_minor, valid_until_micros, rating
            from guarantee_balance where grn > @after order by grn limit @rows
            """, new { after, rows = MaxShown }, cancel);
        return [.. rows.Select(r => new GuaranteeItem(
            new Grn(r.Grn), r.Type, new(r.LimitMinor, r.Currency), new(r.FreeMinor, r.Currency),
            new(r.LockedMinor, r.Currency), new(r.CalledMinor, r.Currency), CorridorTime.FromMicros(r.ValidUntilMicros),
            r.Rating))];
    }

    /// <summary>Folded from its events; null where this administration has no such guarantee.</summary>
    public static async Task<GuaranteeAccount?> FindAsync(
        IDesk desk, AdministrationId own, Grn grn, CancellationToken cancel) =>
        (await desk.FoldAsync<GuaranteeAccounts>(GuaranteeAccounts.Subject(grn), cancel)).Of(own);
}
