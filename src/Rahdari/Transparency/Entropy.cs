using System.Security.Cryptography;

namespace Rahdari.Transparency;

/// <summary>Fills a buffer with unpredictable bytes. An argument everywhere, so that tests can repeat a run.</summary>
public delegate void Entropy(Span<byte> bytes);

static class SystemEntropy
{
    public static void Fill(Span<byte> bytes) => RandomNumberGenerator.Fill(bytes);
}
