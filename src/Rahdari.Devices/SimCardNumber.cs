using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace Rahdari.Devices;

/// <summary>
/// The number of a SIM card (ITU-T E.118): 89, then country, issuer, account and perhaps a check digit, 18 to 20
/// characters in all. They are digits; some issuers write the letters A to F, too. A card keeps it in 20 half bytes,
/// filled up with F (3GPP TS 31.102, EF ICCID), and devices send the filling along.
/// </summary>
public sealed record SimCardNumber
{
    public const int MinLength = 18, MaxLength = 20;

    /// <summary>Bytes of the number as a card keeps it.</summary>
    internal const int PackedBytes = MaxLength / 2;

    /// <summary>Digits in the first of two numbers that it is split into.</summary>
    const int FirstHalf = 10;

    const ulong TenDigits = 10_000_000_000;

    SimCardNumber(string value) => Value = value;

    /// <summary>Upper case, without the filling.</summary>
    public string Value { get; }

    /// <summary>Enough to find a card by, and not to say its number by.</summary>
    public string End => Value[^4..];

    /// <summary>
    /// Whether both name one card: what is printed and what a device tells may differ by the check digit behind, and by
    /// a zero that a device which tells two halves leaves out between them.
    /// </summary>
    public bool IsSame(SimCardNumber other)
    {
        string[] these = Forms(), those = other.Forms();
        return these.Any(one => those.Any(two =>
            one == two || one.AsSpan(0, one.Length - 1).SequenceEqual(two)
            || two.AsSpan(0, two.Length - 1).SequenceEqual(one)));
    }

    string[] Forms() => Value[FirstHalf] == '0' ? [Value, Value.Remove(FirstHalf, 1)] : [Value];

    public override string ToString() => Value;

    /// <exception cref="FormatException">It is none.</exception>
    public static SimCardNumber Parse(string text) =>
        TryParse(text, out var number) ? number : throw new FormatException($"'{text}' is no number of a SIM card");

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out SimCardNumber? number)
    {
        number = null;
        if (text is null || text.Length > MaxLength) return false;
        var value = text.ToUpperInvariant().TrimEnd('F');
        if (value.Length < MinLength || !value.StartsWith("89", StringComparison.Ordinal)
            || !value.All(char.IsAsciiHexDigitUpper)) return false;
        number = new(value);
        return true;
    }

    /// <summary>Null where the characters are none; a device without a card sends zeros or nothing.</summary>
    /// <param name="text">ASCII.</param>
    internal static SimCardNumber? Read(ReadOnlySpan<byte> text) =>
        text.Length is >= MinLength and <= MaxLength && TryParse(Encoding.ASCII.GetString(text), out var number)
            ? number
            : null;

    /// <summary>Two characters a byte, the first in the high half; or in the low half, as a card keeps them.</summary>
    internal static SimCardNumber? ReadPacked(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != PackedBytes) return null;
        var text = Convert.ToHexString(bytes);
        return TryParse(bytes[0] == 0x98 ? Swapped(text) : text, out var number) ? number : null;
    }

    /// <summary>
    /// Of two numbers: the first ten digits, and the nine or ten behind. It is not told whether a zero stands before
    /// nine of them, and taken that none does. A number that is 0 was not told: half a number is no card.
    /// </summary>
    internal static SimCardNumber? ReadHalves(ulong first, ulong second) =>
        first / (TenDigits / 100) == 89 && second is > 0 and < TenDigits
            ? new(string.Create(CultureInfo.InvariantCulture, $"{first}{second:D9}"))
            : null;

    /// <summary>As <see cref="ReadHalves"/> reads it; null where it has letters.</summary>
    internal (long First, long Second)? Halves() =>
        long.TryParse(Value[..FirstHalf], CultureInfo.InvariantCulture, out var first)
        && long.TryParse(Value[FirstHalf..], CultureInfo.InvariantCulture, out var second)
            ? (first, second)
            : null;

    static string Swapped(string text) => string.Create(text.Length, text, (target, source) =>
    {
        for (var i = 0; i + 1 < source.Length; i += 2) (target[i], target[i + 1]) = (source[i + 1], source[i]);
    });
}
