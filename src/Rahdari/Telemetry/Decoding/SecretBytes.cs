using System.Buffers;
using Rahdari.Devices;
using Rahdari.Parties;

namespace Rahdari.Telemetry.Decoding;

/// <summary>
/// Covers what nobody may read in bytes that could not be kept as a record: they go to the journal of faults, to the
/// page of faults and, their beginning, to the log. Whatever port they came to, keys of vendors are covered, and
/// passwords as far as any protocol tells where they lie.
/// </summary>
static class SecretBytes
{
    static readonly SearchValues<byte> KeyBytes =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"u8);

    static readonly byte[] KeyPrefix = System.Text.Encoding.ASCII.GetBytes(KeyRegister.Prefix);

    /// <summary>The same bytes where nothing is to be covered, else a copy.</summary>
    public static ReadOnlySpan<byte> Cover(ReadOnlySpan<byte> bytes)
    {
        byte[]? covered = null;
        foreach (var protocol in Registry.Protocols)
            foreach (var place in protocol.SecretsIn(bytes)) Cover(bytes, ref covered, place);
        for (var at = 0; bytes[at..].IndexOf(KeyPrefix) is var next and >= 0;)
        {
            at += next + KeyPrefix.Length;
            var end = bytes[at..].IndexOfAnyExcept(KeyBytes);
            end = end < 0 ? bytes.Length : at + end;
            Cover(bytes, ref covered, at..end);
            at = end;
        }
        return covered is null ? bytes : covered;
    }

    static void Cover(ReadOnlySpan<byte> bytes, ref byte[]? covered, Range place) =>
        (covered ??= bytes.ToArray()).AsSpan(place).Fill((byte)'*');
}
