using System.Security.Cryptography;
using System.Text;

namespace Rahdari.Devices.Jt808;

/// <summary>
/// The authentication code a registration is answered with: HMAC-SHA256 of the terminal's id under the node's own
/// secret. It need not be kept anywhere, and nobody can tell the code of one id from that of another.
/// </summary>
static class Jt808Registration
{
    /// <summary>
    /// Printable characters of a code, 6 bits each: 120 bits. The standard sets no limit; the one-byte length of 2019
    /// and small terminals do.
    /// </summary>
    public const int CodeCharacters = 20;

    static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8;

    public static byte[] Code(ReadOnlySpan<byte> key, string deviceId)
    {
        var code = new byte[CodeCharacters];
        Write(key, deviceId, code);
        return code;
    }

    /// <param name="said">The body of an authentication: the code alone (2011, 2013), or its length and the code
    /// before other fields (2019). Zeros may follow the code.</param>
    public static bool Verify(ReadOnlySpan<byte> key, string deviceId, ReadOnlySpan<byte> said, bool is2019)
    {
        if (is2019)
        {
            if (said.IsEmpty || said.Length < 1 + said[0]) return false;
            said = said.Slice(1, said[0]);
        }
        said = said.TrimEnd((byte)0);
        Span<byte> code = stackalloc byte[CodeCharacters];
        Write(key, deviceId, code);
        return CryptographicOperations.FixedTimeEquals(said, code);
    }

    static void Write(ReadOnlySpan<byte> key, string deviceId, Span<byte> code)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        // The prefix keeps the code apart from anything else the secret may ever be used for.
        HMACSHA256.HashData(key, Encoding.ASCII.GetBytes("jt808 registration:" + deviceId), mac);
        for (var i = 0; i < code.Length; i++) code[i] = Alphabet[mac[i] & 0x3F];
    }
}
