namespace Rahdari.Movements;

/// <summary>
/// The check digit of MRN, GRN and container numbers (ISO 6346; DGXXI/0879/99 Rev.1): letters count from 10, leaving
/// out multiples of 11; each value times 2 to the power of its place from the left; remainder by 11, where 10 is 0.
/// </summary>
static class CheckDigit
{
    /// <param name="text">Upper-case ASCII letters and digits, at most 24 of them.</param>
    public static int Of(ReadOnlySpan<char> text)
    {
        long sum = 0;
        for (var i = 0; i < text.Length; i++) sum += (long)ValueOf(text[i]) << i;
        return (int)(sum % 11 % 10);
    }

    static int ValueOf(char c)
    {
        if (char.IsAsciiDigit(c)) return c - '0';
        var value = 10 + c - 'A';
        // Multiples of 11 are left out: from B on one more, from L on two, from V on three.
        return value + (c >= 'V' ? 3 : c >= 'L' ? 2 : c >= 'B' ? 1 : 0);
    }
}
