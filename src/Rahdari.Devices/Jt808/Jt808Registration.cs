using System.Security.Cryptography;
using System.Text;

namespace Rahdari.Devices.Jt808;

/// <summary>Whose code a terminal showed.</summary>
enum Jt808Code
{
    /// <summary>None of this node's for this id.</summary>
    Wrong,

    /// <summary>The one that whoever asks is answered with, for any id: it proves nothing.</summary>
    OfAnybody,

    /// <summary>The one that only a registration from a known network is answered with.</summary>
    OfKnownNetwork,
}

/// <summary>
/// The authentication codes registrations are answered with: HMAC-SHA256 of the terminal's id under the node's own
/// secret, another one where the registration came from a known network. They need not be kept anywhere, and nobody can
/// tell one from another.
/// </summary>
static class Jt808Registration
{
    /// <summary>
    /// Printable characters of a code, 6 bits each: 120 bits. The standard sets no limit; the one-byte length of 2019
    /// and small terminals do.
    /// </summary>
    public const int CodeCharacters = 20;

    static ReadOnlySpan<byte> Alphabet => "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8;

    /// <param name="known">The registration came from a network that only known devices are in.</param>
    public static byte[] Code(ReadOnlySpan<byte> key, string deviceId, bool known)
    {
        var code = new byte[CodeCharacters];
        Write(key, deviceId, known, code);
        return code;
    }

    /// <param name="said">The body of an authentication: the code alone (2011, 2013), or its length and the code
    /// before other fields (2019). Zeros may follow the code.</param>
    public static Jt808Code Verify(ReadOnlySpan<byte> key, string deviceId, ReadOnlySpan<byte> said, bool is2019)
    {
        if (is2019)
        {
            if (said.IsEmpty || said.Length < 1 + said[0]) return Jt808Code.Wrong;
            said = said.Slice(1, said[0]);
        }
        said = said.TrimEnd((byte)0);
        Span<byte> code = stackalloc byte[CodeCharacters];
        Write(key, deviceId, known: true, code);
        if (CryptographicOperations.FixedTimeEquals(said, code)) return Jt808Code.OfKnownNetwork;
        Write(key, deviceId, known: false, code);
        return CryptographicOperations.FixedTimeEquals(said, code) ? Jt808Code.OfAnybody : Jt808Code.Wrong;
    }

    static void Write(ReadOnlySpan<byte> key, string deviceId, bool known, Span<byte> code)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        // The prefix keeps the codes apart from each other and from anything else the secret may ever be used for.
        var label = known ? "jt808 registration from a known network:" : "jt808 registration:";
        HMACSHA256.HashData(key, Encoding.ASCII.GetBytes(label + deviceId), mac);
        for (var i = 0; i < code.Length; i++) code[i] = Alphabet[mac[i] & 0x3F];
    }
}
