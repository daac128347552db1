using System.Globalization;
using Rahdari.Parties;

namespace Rahdari.Movements.Declaring;

/// <summary>
/// Makes movement reference numbers: two digits of the year in the office's zone, the administration's letters, twelve
/// characters from a drawn number, J (no safety data), the check digit (DGXXI/0879/99; NCTS rule R0410).
/// </summary>
static class MrnIssue
{
    const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    const int Characters = 12;

    /// <summary>36 to the power of 12: numbers are drawn below it.</summary>
    public const long Numbers = 4_738_381_338_321_616_896;

    /// <param name="number">Drawn, from 0 and below <see cref="Numbers"/>.</param>
    public static Mrn Make(AdministrationId administration, DateTimeOffset now, TimeZoneInfo zone, long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(number, Numbers);
        Span<char> text = stackalloc char[17];
        (TimeZoneInfo.ConvertTime(now, zone).Year % 100).TryFormat(text, out _, "00", CultureInfo.InvariantCulture);
        text[2] = char.ToUpperInvariant(administration.Value[0]);
        text[3] = char.ToUpperInvariant(administration.Value[1]);
        for (var i = 3 + Characters; i > 3; i--, number /= Alphabet.Length)
            text[i] = Alphabet[(int)(number % Alphabet.Length)];
        text[16] = 'J';
        return Mrn.Parse(string.Create(CultureInfo.InvariantCulture, $"{text}{CheckDigit.Of(text)}"));
    }
}
