using System.Buffers.Binary;

namespace Rahdari.Devices.Gt06;

/// <summary>
/// Finds GT06 frames: 78 78 and a length of one byte, or 79 79 and one of two; protocol number, content, serial 2,
/// checksum 2, 0D 0A. The length counts protocol number to checksum, the checksum is over length to serial.
/// </summary>
static class Gt06Frame
{
    /// <summary>
    /// Limit of one frame. Short ones have 260 bytes at most; of the long ones, parts of photographs have some 1,100,
    /// and the longest recorded other one 257.
    /// </summary>
    public const int MaxBytes = 2048;

    public const byte Short = 0x78, Long = 0x79;

    /// <summary>Protocol number, serial and checksum.</summary>
    const int LeastLength = 5;

    /// <summary>Bytes that some firmware leaves out of the length.</summary>
    const int Uncounted = 2;

    public static FrameScan Scan(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty) return FrameScan.NeedMore;
        if (buffer[0] is not (Short or Long) || buffer.Length > 1 && buffer[1] != buffer[0]) return Garbage(buffer);
        if (buffer.Length < HeadBytes(buffer[0])) return FrameScan.NeedMore;
        var length = WholeLength(buffer);
        if (length == 0) return Garbage(buffer);
        if (buffer.Length < length) return FrameScan.NeedMore;
        if (Ends(buffer[..length])) return FrameScan.Frame(length);
        if (buffer.Length < length + Uncounted) return FrameScan.NeedMore;
        var longer = buffer[..(length + Uncounted)];
        return Ends(longer) && IsIntact(longer) ? FrameScan.Frame(longer.Length) : Garbage(buffer);
    }

    /// <summary>Start and length.</summary>
    public static int HeadBytes(byte start) => start == Short ? 3 : 4;

    /// <summary>The whole frame's length by its header; 0 where the header cannot be one.</summary>
    public static int WholeLength(ReadOnlySpan<byte> frame)
    {
        int told = frame[0] == Short ? frame[2] : BinaryPrimitives.ReadUInt16BigEndian(frame[2..]);
        var length = HeadBytes(frame[0]) + told + 2;
        return told >= LeastLength && length <= MaxBytes ? length : 0;
    }

    public static bool Ends(ReadOnlySpan<byte> frame) => frame.EndsWith("\r\n"u8);

    /// <summary>Whether the checksum before the end mark is that of the bytes before it.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> frame) =>
        frame.Length >= HeadBytes(frame[0]) + LeastLength + 2
        && Crc16.X25(frame[2..^4]) == BinaryPrimitives.ReadUInt16BigEndian(frame[^4..]);

    static FrameScan Garbage(ReadOnlySpan<byte> buffer)
    {
        var next = buffer[1..].IndexOfAny(Short, Long);
        return FrameScan.Garbage(next < 0 ? buffer.Length : next + 1);
    }
}
