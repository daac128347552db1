using System.Text.RegularExpressions;

namespace Rahdari.Transparency.Verifying;

/// <summary>The form of an entry of a Rahdari log: 33 bytes, the first of them the version.</summary>
static partial class RahdariEntries
{
    /// <summary>Version byte and SHA-256.</summary>
    const int Length = 33;

    /// <summary>What is wrong with an entry; null where nothing is, or where the log is not a Rahdari log.</summary>
    public static string? Fault(string origin, byte[] entry) =>
        !Origin().IsMatch(origin) || (entry.Length == Length && entry[0] == EventCodec.LeafVersion)
            ? null
            : $"an entry of a Rahdari log has {Length} bytes and begins with {EventCodec.LeafVersion:x2}";

    /// <summary>One path segment, new each year: <c>pk-2026.example.org</c>.</summary>
    [GeneratedRegex(@"^[a-z][a-z0-9-]*-20[0-9]{2}\.[a-z0-9.-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex Origin();
}
