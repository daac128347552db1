namespace Rahdari.Devices;

/// <summary>Checksums of 16 bits, all with the lowest bit first.</summary>
static class Crc16
{
    static readonly ushort[] Polynomial8005 = Build(0xA001), Polynomial1021 = Build(0x8408);

    /// <summary>CRC-16/IBM (also called ARC): polynomial 0x8005, start 0, no final inversion.</summary>
    public static ushort Ibm(ReadOnlySpan<byte> bytes) => Compute(Polynomial8005, 0, bytes);

    /// <summary>CRC-16/MODBUS: polynomial 0x8005, start 0xFFFF, no final inversion.</summary>
    public static ushort Modbus(ReadOnlySpan<byte> bytes) => Compute(Polynomial8005, 0xFFFF, bytes);

    /// <summary>CRC-16/X-25 (makers call it CRC-ITU): polynomial 0x1021, start 0xFFFF, inverted at the end.</summary>
    public static ushort X25(ReadOnlySpan<byte> bytes) => (ushort)~Compute(Polynomial1021, 0xFFFF, bytes);

    static ushort Compute(ushort[] table, ushort crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes) crc = (ushort)(crc >> 8 ^ table[(crc ^ b) & 0xFF]);
        return crc;
    }

    static ushort[] Build(ushort reflected)
    {
        var table = new ushort[256];
        for (var i = 0; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? value >> 1 ^ reflected : value >> 1;
            table[i] = (ushort)value;
        }
        return table;
    }
}
