using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Guarantees;

/// <param name="Code"><c>unbalanced</c>, <c>misfit</c>, <c>board-differs</c> or <c>lock-of-discharged</c>.</param>
sealed record BookFinding(Grn Grn, string Code, string Detail);

/// <summary>
/// Checks all accounts of one administration: against themselves, their board and the movements they cover.
/// </summary>
static class GuaranteeBooks
{
    sealed record Stranded(string Grn, string Mrn, int Unit);

    /// <returns>Nothing where all books balance.</returns>
    public static async Task<IReadOnlyList<BookFinding>> CheckAsync(
        IDesk desk, AdministrationId own, CancellationToken cancel)
    {
        var (findings, sight) = (new List<BookFinding>(), Sight.OfNode(own));
        for (var after = ""; ;)
        {
            var page = await GuaranteeQuery.ListAsync(desk, sight, after, cancel);
            foreach (var item in page)
                findings.AddRange(Check(
                    item, (await GuaranteeQuery.FindAsync(desk, sight, item.Grn, cancel))?.Account));
            if (page.Count < GuaranteeQuery.MaxShown) break;
            after = page[^1].Grn.Value;
        }
        var stranded = await desk.QueryAsync<Stranded>(
            """
            select l.grn, l.mrn, l.unit from guarantee_lock l join unit_board u on u.mrn = l.mrn and u.unit = l.unit
            where l.state = @locked and u.state = 'discharged'
            """, new { locked = LockState.Locked.ToString() }, cancel);
        findings.AddRange(
            stranded.Select(s => new BookFinding(new Grn(s.Grn), "lock-of-discharged", $"{s.Mrn}/{s.Unit}")));
        return findings;
    }

    /// <summary>One account against its board.</summary>
    public static IEnumerable<BookFinding> Check(GuaranteeItem board, GuaranteeAccount? account)
    {
        if (account is null)
        {
            yield return new(board.Grn, "board-differs", "no such account");
            yield break;
        }
        if (!account.IsBalanced || !account.LocksAddUp)
            yield return new(board.Grn, "unbalanced",
                $"{account.Free} {account.Locked} {account.Called} of {account.Limit}");
        if (account.Misfits > 0) yield return new(board.Grn, "misfit", $"{account.Misfits}");
        if ((board.Limit, board.Free, board.Locked, board.Called)
            != (account.Limit, account.Free, account.Locked, account.Called))
            yield return new(board.Grn, "board-differs", $"{board.Free} {board.Locked} {board.Called}");
    }
}
