using Rahdari.Corridors;
using Rahdari.Guarantees;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Movements.Guaranteeing;

/// <summary>Asks for the movement to be covered by a guarantee; what is locked is split over its units.</summary>
/// <param name="Guesses">Counts wrong codes; null where nobody does.</param>
sealed record ReserveGuarantee(Mrn Mrn, Grn Grn, string Code, CodeGuesses? Guesses = null) : IOperation
{
    const string WrongCode = "guarantee-unknown-or-code";

    public string Subject => Mrn.Value;

    /// <summary>
    /// An unknown GRN and a wrong access code have one answer: nobody learns here which numbers exist.
    /// </summary>
    /// <param name="account">Null where this administration has no such guarantee.</param>
    public static Decision Decide(
        MovementState movement, GuaranteeAccount? account, ReserveGuarantee command, AdministrationId own,
        DateTimeOffset now, CorridorPack pack)
    {
        if (Requests.RefuseUnlessOwn(movement, own) is { } refused) return refused;
        if (movement.Guarantee is { } reserved)
            return Decision.Refuse(new Refusal("guarantee-already-reserved").With("grn", reserved));
        if (pack.Guarantee.At(now) is not { } rules) return Decision.Refuse("rules-unknown");
        if (Cover(movement, rules.Value) is not { } whole) return Decision.Refuse("movement-erased");
        // The other side may have seen a unit come before anything covered it: what is discharged locks nothing.
        var locks = Split(whole, [.. movement.Units.Values.Where(u => u.GrossMass.Value > 0).Select(u => u.Number)])
            .Where(l => movement.Find(l.Unit)?.Discharge is null).ToList();
        if (locks.Count == 0) return Decision.Refuse("unit-discharged");
        var cover = locks.Aggregate(new Money(0, whole.Currency), (sum, l) => sum + l.Amount);
        if (!AccessCode.Fits(command.Code,
            account?.Registered?.AccessCodeHash.Or("") is { Length: > 0 } hash ? hash : null))
            return Decision.Refuse(WrongCode, "grn");
        if (CheckTerms(account!, rules.Value, now, cover) is { } terms) return Decision.Refuse(terms);
        return Decision.Accept(
        [
            new NewEvent(command.Mrn.Value, new GuaranteeReserved(command.Mrn, command.Grn, cover, locks)
            {
                Type = account!.Registered!.Type,
                GuarantorRating = account.Registered.GuarantorRating,
            }),
            .. locks.Select(l => new NewEvent(
                GuaranteeAccounts.Subject(command.Grn), new LockPlaced(command.Grn, command.Mrn, l.Unit, l.Amount))),
        ]);
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        if (Guesses?.WaitOf(actor.Id) is { } wait)
            return Decision.Refuse(
                new Refusal("access-code-wait", "accessCode").With("minutes", (int)Math.Ceiling(wait.TotalMinutes)));
        var movement = await reader.FoldAsync<MovementState>(Mrn.Value, cancel);
        var accounts = await reader.FoldAsync<GuaranteeAccounts>(GuaranteeAccounts.Subject(Grn), cancel);
        var decision = Decide(movement, accounts.Of(reader.Own), this, reader.Own, reader.Now, reader.Pack);
        if (decision is Decision.Accepted or Decision.Refused { Why.Code: WrongCode })
            Guesses?.Tried(actor.Id, right: decision is Decision.Accepted);
        return decision;
    }

    /// <summary>Splits exactly: equal parts, and the minor units left over one each to the first.</summary>
    public static IReadOnlyList<UnitLock> Split(Money amount, IReadOnlyList<int> units)
    {
        var (part, rest) = Math.DivRem(amount.Minor, units.Count);
        return [.. units.Select((u, i) => new UnitLock(u, new Money(part + (i < rest ? 1 : 0), amount.Currency)))];
    }

    /// <summary>The rules' part of the duty at risk; null where the goods were erased.</summary>
    static Money? Cover(MovementState movement, GuaranteeRules rules)
    {
        if (movement.Parties?.Goods is not { HasValue: true } goods) return null;
        var duty = goods.Or([]).Aggregate(new Money(0, rules.Currency), (sum, g) => sum + g.DutyAtRisk);
        return duty.PerMillion(rules.AmountPerMillionOfDuty);
    }

    static Refusal? CheckTerms(GuaranteeAccount account, GuaranteeRules rules, DateTimeOffset now, Money cover)
    {
        var registered = account.Registered!;
        if (registered.ValidUntil <= now)
            return new Refusal("guarantee-expired", "grn")
                .With("validUntil", registered.ValidUntil.ToString("yyyy-MM-dd"));
        if (!rules.AcceptedTypes.Contains(registered.Type))
            return new Refusal("guarantee-type-not-accepted", "grn").With("type", registered.Type);
        if (account.IsInsurance && !rules.AcceptsInsurers) return new Refusal("insurer-not-accepted", "grn");
        if (registered.GuarantorRating is { } rating && rules.InsurerRatings.Count > 0
            && !rules.InsurerRatings.Contains(rating))
            return new Refusal("guarantor-rating-not-accepted", "grn").With("rating", rating);
        if (registered.Limit.Currency != cover.Currency)
            return new Refusal("currency-not-accepted", "grn").With("accepted", cover.Currency);
        return account.Free.Minor >= cover.Minor
            ? null
            : new Refusal("guarantee-too-small", "grn").With("free", account.Free.Minor).With("needed", cover.Minor)
                .With("currency", cover.Currency);
    }
}
