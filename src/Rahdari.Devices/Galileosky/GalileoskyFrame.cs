using System.Buffers.Binary;

namespace Rahdari.Devices.Galileosky;

/// <summary>
/// Finds Galileosky packets: a kind, a length of two bytes (little-endian, the highest bit says that more is waiting in
/// the tracker), content, checksum 2. What comes by way of Iridium has a big-endian length and no checksum.
/// </summary>
static class GalileoskyFrame
{
    /// <summary>Limit of one packet: a tracker sends at most 1,000 bytes at a time, double that is kept free.</summary>
    public const int MaxBytes = 2048;

    public const byte Data = 0x01, Photo = 0x07, Compressed = 0x08;

    public const int HeadBytes = 3, ChecksumBytes = 2;

    /// <summary>
    /// Bytes that tell a packet from its look-alikes, and that no packet with content is shorter than.
    /// </summary>
    const int Enough = 6, NothingBytes = HeadBytes + ChecksumBytes;

    const int MoreWaiting = 0x8000;

    public static FrameScan Scan(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty) return FrameScan.NeedMore;
        if (!IsStart(buffer[0])) return Garbage(buffer);
        if (buffer.Length >= NothingBytes && IsNothing(buffer[..NothingBytes])) return FrameScan.Frame(NothingBytes);
        if (buffer.Length < Enough) return FrameScan.NeedMore;
        var length = WholeLength(buffer);
        if (length == 0 || buffer[0] == Data && GalileoskyTags.Length(buffer[3..]) == 0) return Garbage(buffer);
        return buffer.Length >= length ? FrameScan.Frame(length) : FrameScan.NeedMore;
    }

    /// <summary>The whole packet's length by its head (six bytes); 0 where the head cannot be one.</summary>
    public static int WholeLength(ReadOnlySpan<byte> packet)
    {
        var length = IsIridium(packet)
            ? HeadBytes + BinaryPrimitives.ReadUInt16BigEndian(packet[1..])
            : HeadBytes + (BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]) & ~MoreWaiting) + ChecksumBytes;
        return length is >= Enough and <= MaxBytes ? length : 0;
    }

    /// <summary>A packet without content: told by its checksum, as five bytes have little else.</summary>
    public static bool IsNothing(ReadOnlySpan<byte> packet) => packet is [Data, 0, 0 or 0x80, _, _]
        && Crc16.Modbus(packet[..HeadBytes]) == BinaryPrimitives.ReadUInt16LittleEndian(packet[HeadBytes..]);

    /// <summary>An Iridium session begins with an element of its own: 01, 28 bytes.</summary>
    public static bool IsIridium(ReadOnlySpan<byte> packet) => packet is [Data, _, _, 0x01, 0x00, 0x1C, ..];

    public static bool HasMoreWaiting(ReadOnlySpan<byte> packet) =>
        (BinaryPrimitives.ReadUInt16LittleEndian(packet[1..]) & MoreWaiting) != 0;

    static bool IsStart(byte value) => value is Data or Photo or Compressed;

    static FrameScan Garbage(ReadOnlySpan<byte> buffer)
    {
        var next = buffer[1..].IndexOfAny(Data, Photo, Compressed);
        return FrameScan.Garbage(next < 0 ? buffer.Length : next + 1);
    }
}
