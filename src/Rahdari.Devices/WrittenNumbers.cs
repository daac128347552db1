using System.Buffers;

namespace Rahdari.Devices;

/// <summary>Numbers in the binary frames that encoders write.</summary>
static class WrittenNumbers
{
    /// <summary>Writes the low bytes of a number, the highest of them first.</summary>
    /// <param name="size">1 to 8 bytes.</param>
    public static void Number(this ArrayBufferWriter<byte> buffer, long value, int size)
    {
        var span = buffer.GetSpan(size);
        for (var i = size - 1; i >= 0; i--, value >>= 8) span[i] = (byte)value;
        buffer.Advance(size);
    }
}
