using Rahdari.Corridors;
using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Transparency;

namespace Rahdari.Guarantees;

/// <summary>Asks for a guarantee to be taken into the books of this administration.</summary>
/// <param name="Type">CL251.</param>
/// <param name="GuarantorRating">Where the guarantor is an insurer.</param>
/// <param name="Salt">Drawn, <see cref="Guarantees.AccessCode.SaltBytes"/> bytes.</param>
sealed record RegisterGuarantee(
    Grn Grn, string Type, Money Limit, DateTimeOffset ValidUntil, string Guarantor, string? GuarantorRating,
    string AccessCode, ReadOnlyMemory<byte> Salt) : IOperation
{
    /// <summary>CL251, without the kinds that no reference number of 17 characters exists for.</summary>
    static readonly string[] Types = ["0", "1", "2", "3", "5", "8", "9", "A", "B"];

    public string Subject => GuaranteeAccounts.Subject(Grn);

    public static Decision Decide(
        GuaranteeAccount? account, RegisterGuarantee command, PartyId registrant, DateTimeOffset now, CorridorPack pack)
    {
        if (account is not null) return Decision.Refuse(new Refusal("grn-exists", "grn").With("value", command.Grn));
        if (pack.Guarantee.At(now) is not { } rules) return Decision.Refuse("rules-unknown");
        var wrong = Check(command, rules.Value, now).OfType<Refusal>().ToList();
        if (wrong.Count > 0) return Decision.Refuse(Refusal.Of(wrong));
        return Decision.Accept(new NewEvent(command.Subject, new GuaranteeRegistered(
            command.Grn, command.Type, command.Limit, command.ValidUntil, command.Guarantor, command.GuarantorRating,
            Guarantees.AccessCode.Hash(command.AccessCode, command.Salt.Span))
        {
            Registrant = registrant,
        }));
    }

    /// <summary>Everything that is wrong with the form, in its own order.</summary>
    static IEnumerable<Refusal?> Check(RegisterGuarantee command, GuaranteeRules rules, DateTimeOffset now) =>
    [
        Types.Contains(command.Type) ? null : new Refusal("input-malformed", "type").With("value", command.Type),
        command.Limit.Minor < 0 ? new("input-negative", "limit.minor")
            : command.Limit.Minor is 0 or > Movement.MaxExact ? new("input-out-of-range", "limit.minor")
            : command.Limit.Currency != rules.Currency
                ? new Refusal("currency-not-accepted", "limit.currency").With("accepted", rules.Currency)
            : null,
        command.ValidUntil < now.AddDays(rules.MinimumValidityDays)
            ? new Refusal("validity-too-short", "validUntil").With("days", rules.MinimumValidityDays)
            : null,
        command.AccessCode.Length is < Guarantees.AccessCode.MinLength or > Guarantees.AccessCode.MaxLength
            ? new("input-malformed", "accessCode")
            : null,
    ];

    public async Task<Decision> DecideAsync(IDeskReader reader, Actor actor, CancellationToken cancel)
    {
        var accounts = await reader.FoldAsync<GuaranteeAccounts>(Subject, cancel);
        return Decide(accounts.Of(reader.Own), this, actor.Belongs, reader.Now, reader.Pack);
    }
}
