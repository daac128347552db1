using System.Diagnostics.CodeAnalysis;
using Rahdari.Movements;

namespace Rahdari.Guarantees;

/// <summary>Guarantee reference number: 17 characters, the last one a check digit over the first 16.</summary>
public readonly record struct Grn(string Value) : IParsable<Grn>
{
    public override string ToString() => Value;

    public static Grn Parse(string s, IFormatProvider? provider = null) =>
        TryParse(s, provider, out var grn) ? grn : throw new FormatException($"'{s}' is no GRN");

    public static bool TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Grn result)
    {
        var ok = HasGrnForm(s) && CheckDigit.Of(s.AsSpan(0, 16)) == s[16] - '0';
        result = ok ? new(s!) : default;
        return ok;
    }

    /// <summary>True where only the check digit may be wrong.</summary>
    public static bool HasGrnForm([NotNullWhen(true)] string? s) => s is { Length: 17 }
        && char.IsAsciiDigit(s[0]) && char.IsAsciiDigit(s[1]) && char.IsAsciiLetterUpper(s[2])
        && char.IsAsciiLetterUpper(s[3]) && s.All(c => char.IsAsciiLetterUpper(c) || char.IsAsciiDigit(c))
        && char.IsAsciiDigit(s[16]);
}
