using System.Globalization;

namespace Rahdari.Simulator.Officiating;

/// <summary>Numbers that carry a check digit, as carriers, insurers and makers of trackers issue them.</summary>
static class CheckedNumber
{
    /// <summary>
    /// Container number (ISO 6346): each character's value times 2 to the power of its place, remainder by 11, 10
    /// written as 0. Letters count from 10 and leave out the multiples of 11. GRNs use the same digit.
    /// </summary>
    public static string WithIso6346(string text)
    {
        long sum = 0;
        for (var i = 0; i < text.Length; i++) sum += (long)Value(text[i]) << i;
        return text + (sum % 11 % 10).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>IMEI (3GPP TS 23.003 annex B): the Luhn digit over the first fourteen.</summary>
    public static string WithLuhn(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[i] - '0';
            if ((digits.Length - i) % 2 == 1) digit = digit * 2 > 9 ? digit * 2 - 9 : digit * 2;
            sum += digit;
        }
        return digits + ((10 - sum % 10) % 10).ToString(CultureInfo.InvariantCulture);
    }

    static int Value(char c)
    {
        if (char.IsAsciiDigit(c)) return c - '0';
        var value = 10;
        for (var letter = 'A'; letter < c; letter++)
        {
            value++;
            if (value % 11 == 0) value++;
        }
        return value;
    }
}
