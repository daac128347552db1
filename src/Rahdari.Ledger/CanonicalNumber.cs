using System.Globalization;

namespace Rahdari.Ledger;

/// <summary>
/// The one spelling of a number in RFC 8785, which is that of ECMAScript (ECMA-262, Number::toString).
/// </summary>
static class CanonicalNumber
{
    /// <summary>2^53 - 1: above it, whole numbers are no longer told apart by every reader of JSON.</summary>
    public const long MaxWhole = 9_007_199_254_740_991;

    /// <param name="literal">A number as JSON spells it.</param>
    public static string Respell(string literal, CanonicalNumbers numbers) =>
        numbers == CanonicalNumbers.WholeOnly ? Whole(literal) : Format(ParseDouble(literal));

    /// <summary>ECMAScript's spelling of a finite double.</summary>
    public static string Format(double value)
    {
        if (!double.IsFinite(value)) throw Bad($"{value} has no form in JSON");
        if (value == 0) return "0";
        var (digits, exponent) = ShortestDigits(Math.Abs(value));
        return (value < 0 ? "-" : "") + Place(digits, exponent);
    }

    static string Whole(string literal)
    {
        var digits = literal.AsSpan(literal.StartsWith('-') ? 1 : 0);
        var plain = !digits.IsEmpty && !digits.ContainsAnyExceptInRange('0', '9')
            && (digits[0] != '0' || literal == "0");
        if (!plain || digits.Length > 16
            || long.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture) > MaxWhole)
            throw Bad($"{literal} is not a whole number within 2^53 - 1, the only numbers a signed document holds");
        return literal;
    }

    static double ParseDouble(string literal)
    {
        var value = double.Parse(literal, NumberStyles.Float, CultureInfo.InvariantCulture);
        return double.IsFinite(value) ? value : throw Bad($"{literal} is beyond the range of a double");
    }

    /// <summary>The fewest digits that read back as the value, and n such that value = 0.digits x 10^n.</summary>
    static (string Digits, int Exponent) ShortestDigits(double value)
    {
        var parts = value.ToString("R", CultureInfo.InvariantCulture).Split('E');
        var point = parts[0].IndexOf('.');
        var whole = point < 0 ? parts[0] : parts[0][..point];
        var digits = parts[0].Replace(".", "", StringComparison.Ordinal);
        var leading = digits.Length - digits.TrimStart('0').Length;
        var scale = parts is [_, var e] ? int.Parse(e, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : 0;
        return (digits.Trim('0'), whole.Length - leading + scale);
    }

    static string Place(string digits, int n) => n switch
    {
        _ when digits.Length <= n && n <= 21 => digits + new string('0', n - digits.Length),
        > 0 and <= 21 => $"{digits[..n]}.{digits[n..]}",
        > -6 and <= 0 => $"0.{new string('0', -n)}{digits}",
        _ => $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(n > 0 ? "+" : "-")}{Math.Abs(n - 1)}",
    };

    static LedgerFormatException Bad(string message) => new("json-number", message);
}
