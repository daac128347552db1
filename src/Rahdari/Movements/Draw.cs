using System.Buffers.Binary;
using Rahdari.Transparency;

namespace Rahdari.Movements;

/// <summary>Numbers drawn at the edge, as arguments of decisions.</summary>
static class Draw
{
    /// <summary>A number from 0 and below <paramref name="bound"/>, every one as likely.</summary>
    public static long Below(this Entropy entropy, long bound)
    {
        Span<byte> bytes = stackalloc byte[8];
        var range = (ulong)bound;
        // Draws from the incomplete last run of the range would favour small numbers: they are drawn again.
        var unfair = (0 - range) % range;
        while (true)
        {
            entropy(bytes);
            var drawn = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
            if (drawn >= unfair) return (long)(drawn % range);
        }
    }
}
