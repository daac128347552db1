namespace Rahdari.Guarantees;

/// <summary>An amount in minor units of one ISO 4217 currency.</summary>
public readonly record struct Money(long Minor, string Currency)
{
    public static Money operator +(Money a, Money b) => new(checked(a.Minor + Same(a, b).Minor), a.Currency);
    public static Money operator -(Money a, Money b) => new(checked(a.Minor - Same(a, b).Minor), a.Currency);

    /// <summary>A part in a million, rounded once, half away from zero.</summary>
    public Money PerMillion(int perMillion)
    {
        var product = (Int128)Minor * perMillion;
        var half = product >= 0 ? 500_000 : -500_000;
        return new(checked((long)((product + half) / 1_000_000)), Currency);
    }

    static Money Same(Money a, Money b) => a.Currency == b.Currency
        ? b
        : throw new InvalidOperationException($"{a.Currency} and {b.Currency} do not add up");
}
