using System.Collections.Immutable;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Guarantees;

enum LockState { Locked, Credited, Called }

sealed record GuaranteeLock(UnitId Unit, Money Amount, LockState State);

/// <summary>
/// One guarantee's account, by double entry: free + locked + called = limit after every event. An entry that does not
/// fit (no funds, another currency, no such lock) is counted in <see cref="Misfits"/> and moves nothing.
/// </summary>
sealed record GuaranteeAccount(AdministrationId Administration)
{
    public GuaranteeRegistered? Registered { get; private init; }
    public Money Limit => Registered?.Limit ?? default;
    public Money Free { get; private init; }
    public Money Locked { get; private init; }
    public Money Called { get; private init; }
    public ImmutableDictionary<UnitId, GuaranteeLock> Locks { get; private init; } =
        ImmutableDictionary<UnitId, GuaranteeLock>.Empty;
    public int Misfits { get; private init; }

    /// <summary>Types whose guarantor is rated are insurers'.</summary>
    public bool IsInsurance => Registered?.GuarantorRating is not null;

    public bool IsBalanced => (Int128)Free.Minor + Locked.Minor + Called.Minor == Limit.Minor
        && Free.Minor >= 0 && Locked.Minor >= 0 && Called.Minor >= 0;

    /// <summary>The two sums against the locks they are made of; looks at every lock.</summary>
    public bool LocksAddUp => SumOf(LockState.Locked) == Locked.Minor && SumOf(LockState.Called) == Called.Minor;

    public IEnumerable<GuaranteeLock> LocksInOrder => Locks.Values
        .OrderBy(l => l.Unit.Mrn.Value, StringComparer.Ordinal).ThenBy(l => l.Unit.Number);

    /// <summary>
    /// An account from its sums and whichever locks are at hand: enough to apply an entry about one of these.
    /// </summary>
    public static GuaranteeAccount Restore(
        AdministrationId administration, GuaranteeRegistered registered, Money free, Money locked, Money called,
        IEnumerable<GuaranteeLock> locks) => new(administration)
        {
            Registered = registered,
            Free = free,
            Locked = locked,
            Called = called,
            Locks = locks.ToImmutableDictionary(l => l.Unit),
        };

    public GuaranteeAccount Apply(EventBody body)
    {
        var next = body switch
        {
            GuaranteeRegistered e => Register(e),
            LockPlaced e => Place(new(e.Mrn, e.Unit), e.Amount),
            LockCredited e => End(new(e.Mrn, e.Unit), e.Amount, LockState.Credited),
            LockCalled e => End(new(e.Mrn, e.Unit), e.Amount, LockState.Called),
            _ => this,
        };
        return next.IsBalanced
            ? next
            : throw new InvalidOperationException($"the books of {Registered?.Grn} do not balance after {body}");
    }

    GuaranteeAccount Register(GuaranteeRegistered e) => Registered is not null || e.Limit.Minor < 0
        ? Misfit()
        : this with { Registered = e, Free = e.Limit, Locked = new(0, e.Limit.Currency),
            Called = new(0, e.Limit.Currency) };

    GuaranteeAccount Place(UnitId unit, Money amount) =>
        Registered is null || amount.Currency != Limit.Currency || amount.Minor < 0 || amount.Minor > Free.Minor
            || Locks.TryGetValue(unit, out var old) && old.State != LockState.Credited
            ? Misfit()
            : this with
            {
                Free = Free - amount,
                Locked = Locked + amount,
                Locks = Locks.SetItem(unit, new(unit, amount, LockState.Locked)),
            };

    GuaranteeAccount End(UnitId unit, Money amount, LockState state)
    {
        if (!Locks.TryGetValue(unit, out var held) || held.State != LockState.Locked || held.Amount != amount)
            return Misfit();
        var next = this with { Locked = Locked - amount, Locks = Locks.SetItem(unit, held with { State = state }) };
        return state == LockState.Credited
            ? next with { Free = Free + amount }
            : next with { Called = Called + amount };
    }

    GuaranteeAccount Misfit() => this with { Misfits = Misfits + 1 };

    Int128 SumOf(LockState state) =>
        Locks.Values.Where(l => l.State == state).Aggregate((Int128)0, (sum, l) => sum + l.Amount.Minor);
}

/// <summary>
/// What every administration says under one GRN. An account belongs to the administration that registered it: nobody
/// else's statement moves it.
/// </summary>
sealed record GuaranteeAccounts : IFold<GuaranteeAccounts>
{
    public static GuaranteeAccounts Empty { get; } = new();

    ImmutableDictionary<AdministrationId, GuaranteeAccount> ByAdministration { get; init; } =
        ImmutableDictionary<AdministrationId, GuaranteeAccount>.Empty;

    public static string Subject(Grn grn) => $"guarantee:{grn}";

    /// <summary>Null where this administration registered no such guarantee.</summary>
    public GuaranteeAccount? Of(AdministrationId administration) =>
        ByAdministration.GetValueOrDefault(administration) is { Registered: not null } account ? account : null;

    public GuaranteeAccounts Apply(Recorded recorded)
    {
        var side = recorded.Header.Stream.Administration;
        var account = ByAdministration.GetValueOrDefault(side) ?? new GuaranteeAccount(side);
        return this with { ByAdministration = ByAdministration.SetItem(side, account.Apply(recorded.Body)) };
    }
}
