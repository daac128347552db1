using System.Buffers.Text;
using System.Text;

namespace Rahdari.Ledger;

/// <summary>
/// Readers that accept one spelling only. The runtime's own accept several (blanks and loose end bits in base64, signs,
/// blanks and other scripts' digits in numbers), which would let two texts carry one signature.
/// </summary>
public static class StrictText
{
    /// <summary>UTF-8 without a mark in front; throws on bytes or text that have no form in it.</summary>
    public static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Standard base64 (RFC 4648, section 4) with padding and without anything else.</summary>
    public static bool TryBase64(ReadOnlySpan<char> text, out byte[] bytes)
    {
        bytes = [];
        if (text.Length % 4 != 0) return false;
        var buffer = new byte[text.Length / 4 * 3];
        if (!Convert.TryFromBase64Chars(text, buffer, out var written)) return false;
        var decoded = buffer.AsSpan(0, written);
        if (!text.SequenceEqual(Convert.ToBase64String(decoded))) return false;
        bytes = decoded.ToArray();
        return true;
    }

    /// <summary>One SHA-256 value in base64: 44 characters.</summary>
    public static bool TryHash(ReadOnlySpan<char> text, out Hash hash)
    {
        hash = default;
        if (text.Length != Base64.GetMaxEncodedToUtf8Length(Hash.Size)) return false;
        if (!TryBase64(text, out var bytes) || bytes.Length != Hash.Size) return false;
        hash = new(bytes);
        return true;
    }

    /// <summary>A decimal from 0 to 2^63 - 1 in ASCII digits, without sign, blank or leading zero.</summary>
    public static bool TryDecimal(ReadOnlySpan<char> text, out long value)
    {
        value = 0;
        // 19 digits hold every long; a longer one is out of range whatever its digits.
        if (text.Length is 0 or > 19 || (text[0] == '0' && text.Length > 1)) return false;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c)) return false;
            var next = unchecked((ulong)value * 10 + (ulong)(c - '0'));
            if (next > long.MaxValue) return false;
            value = (long)next;
        }
        return true;
    }
}
