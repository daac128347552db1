using System.Security.Cryptography;
using System.Text;
using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

/// <summary>Rows and entries to write, told apart by their names.</summary>
static class Samples
{
    /// <summary>2026-03-01T00:00:00Z in microseconds.</summary>
    public const long FirstDay = 1_772_323_200_000_000;

    public const long Second = 1_000_000;
    public const long Day = 86_400 * Second;

    public static EventRow Event(string stream, long version, string? id = null, bool leaf = true) => new(
        stream, version, id ?? $"{stream}#{version}", "seal-fitted", 1, FirstDay + (version * Second),
        Encoding.UTF8.GetBytes($"body of {stream} {version}"), [1, 2, 3], "key-1",
        leaf ? Digest($"{stream}#{version}") : null);

    public static JournalEntry Entry(
        string text, string stream = "pk/live", string device = "jt600:1", long at = FirstDay, long? fix = null) =>
        new(stream, device, at, fix, Digest($"{device} {text}"), Encoding.UTF8.GetBytes(text), [7]);

    public static byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));
}
