using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Guarantees;

/// <summary>Asks the guarantor to pay what is locked for one unit: locked becomes called.</summary>
sealed record CallGuarantee(Grn Grn, UnitId Unit, string Reason) : IOperation
{
    public string Subject => GuaranteeAccounts.Subject(Grn);

    public static Decision Decide(GuaranteeAccount? account, CallGuarantee command)
    {
        if (account is null) return Decision.Refuse("guarantee-unknown", "grn");
        if (account.Locks.GetValueOrDefault(command.Unit) is not { State: LockState.Locked } held)
            return Decision.Refuse(new Refusal("lock-unknown", "unit").With("unit", command.Unit));
        return Decision.Accept(new NewEvent(command.Subject, new LockCalled(
            command.Grn, command.Unit.Mrn, command.Unit.Number, held.Amount, command.Reason)));
    }

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        var accounts = await reader.FoldAsync<GuaranteeAccounts>(Subject, cancel);
        return Decide(accounts.Of(reader.Own), this);
    }
}
