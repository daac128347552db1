namespace Rahdari.Devices.Ruptela;

/// <summary>CRC-16/KERMIT: polynomial 0x1021 reflected, start 0, no final inversion.</summary>
static class RuptelaChecksum
{
    const int Reflected = 0x8408;

    static readonly ushort[] Table = Build();

    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        ushort crc = 0;
        foreach (var b in bytes) crc = (ushort)(crc >> 8 ^ Table[(crc ^ b) & 0xFF]);
        return crc;
    }

    static ushort[] Build()
    {
        var table = new ushort[256];
        for (var i = 0; i < table.Length; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++) value = (value & 1) != 0 ? value >> 1 ^ Reflected : value >> 1;
            table[i] = (ushort)value;
        }
        return table;
    }
}
