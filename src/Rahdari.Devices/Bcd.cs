namespace Rahdari.Devices;

/// <summary>Binary-coded decimals: two digits a byte, the first in the high nibble.</summary>
static class Bcd
{
    /// <summary>Reads whole bytes as one number of at most 18 digits; false when a nibble is no digit.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out long value)
    {
        value = 0;
        foreach (var b in bytes)
        {
            var (high, low) = (b >> 4, b & 0x0F);
            if (high > 9 || low > 9) return false;
            value = value * 100 + high * 10 + low;
        }
        return true;
    }

    public static bool IsDecimal(ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
            if (b >> 4 > 9 || (b & 0x0F) > 9) return false;
        return true;
    }

    /// <summary>Spells decimal digits, two a byte, into as many characters.</summary>
    public static void Spell(ReadOnlySpan<byte> bytes, Span<char> digits)
    {
        for (var i = 0; i < bytes.Length; i++)
            (digits[2 * i], digits[2 * i + 1]) = ((char)('0' + (bytes[i] >> 4)), (char)('0' + (bytes[i] & 0x0F)));
    }

    /// <summary>Writes a number into whole bytes, padded with zeros on the left.</summary>
    public static void Write(Span<byte> target, long value)
    {
        for (var i = target.Length - 1; i >= 0; i--, value /= 100)
            target[i] = (byte)((value / 10 % 10 << 4) | value % 10);
    }
}
