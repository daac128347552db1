using System.Text;

namespace Rahdari.Tests.Ledger;

/// <summary>Entries for trees in tests, all different.</summary>
static class SomeLeaves
{
    public static byte[][] Of(int count) =>
        [.. Enumerable.Range(0, count).Select(i => Encoding.ASCII.GetBytes($"entry {i}"))];
}
