using System.Security.Cryptography;
using System.Text;

namespace Rahdari.Guarantees;

/// <summary>
/// The secret a guarantor gives with a GRN. Kept as salt and slow hash: 16 bytes of salt, then 32 of PBKDF2-SHA-256,
/// base64.
/// </summary>
static class AccessCode
{
    public const int SaltBytes = 16;

    /// <summary>Common transit has 4; longer ones are welcome, they are harder to guess.</summary>
    public const int MinLength = 4, MaxLength = 24;

    /// <summary>
    /// About 5 ms on the machine this was built on: a guess costs that, and so does each reservation.
    /// </summary>
    const int Rounds = 20_000;

    /// <summary>What the code of an unknown guarantee is checked against, so that both answers take as long.</summary>
    static readonly string OfNobody = Hash("", new byte[SaltBytes]);

    public static string Hash(string code, ReadOnlySpan<byte> salt) => Convert.ToBase64String(
        [.. salt,
            .. Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(code), salt, Rounds, HashAlgorithmName.SHA256, 32)]);

    /// <param name="hash">Null where there is no such guarantee; the answer is then no, as slowly.</param>
    public static bool Fits(string code, string? hash)
    {
        var known = Convert.FromBase64String(hash ?? OfNobody);
        var tried = Convert.FromBase64String(Hash(code, known.AsSpan(0, SaltBytes)));
        return CryptographicOperations.FixedTimeEquals(known, tried) && hash is not null;
    }
}
