using System.Buffers.Binary;

namespace Rahdari.Devices.Jt600;

/// <summary>Finds frames on a Jointech stream: binary ones start with <c>$</c>, text ones stand in brackets.</summary>
static class Jt600Frame
{
    /// <summary>
    /// Limit of one frame. A binary record frame of the long form has at most 265 bytes; the short form carries up to
    /// 75 records in this limit (the longest recorded frame carries 15).
    /// </summary>
    public const int MaxBytes = 2048;

    public const byte BinaryStart = (byte)'$';
    public const byte TextStart = (byte)'(';
    public const byte TextEnd = (byte)')';

    /// <summary>Bytes of a short-form record: the fix block and ten bytes that depend on the version.</summary>
    public const int ShortRecordBytes = 27;

    /// <summary>Bytes before the body of the long form: start, id, version, type, length.</summary>
    public const int LongHeaderBytes = 10;

    /// <summary>Bytes before the body of the short form: start, id, type, length.</summary>
    public const int ShortHeaderBytes = 9;

    /// <summary>The shortest long body: fix, mileage, satellites, vehicle, status, battery, cell, serial.</summary>
    public const int LongBodyMinBytes = 35;

    public static FrameScan Scan(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty) return FrameScan.NeedMore;
        return buffer[0] switch
        {
            BinaryStart => ScanBinary(buffer),
            TextStart => ScanText(buffer),
            _ => Garbage(buffer),
        };
    }

    /// <summary>
    /// The long form has its length in bytes 8 and 9 and never more than 255 of it; byte 8 of the short form is the
    /// low byte of a length that is a multiple of 27, so it is 0 only at 256 records, beyond the limit.
    /// </summary>
    public static bool IsShortForm(ReadOnlySpan<byte> frame) => frame[8] != 0;

    /// <summary>The whole frame's length by its header (10 bytes at least); 0 where the header cannot be one.</summary>
    public static int BinaryLength(ReadOnlySpan<byte> frame)
    {
        if (!Bcd.IsDecimal(frame.Slice(1, 5))) return 0;
        if (IsShortForm(frame))
        {
            var records = BinaryPrimitives.ReadUInt16BigEndian(frame[7..]);
            var total = ShortHeaderBytes + records + 1;
            return records % ShortRecordBytes == 0 && total <= MaxBytes ? total : 0;
        }
        int body = frame[9];
        return body >= LongBodyMinBytes ? LongHeaderBytes + body : 0;
    }

    static FrameScan ScanBinary(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length >= 6 && !Bcd.IsDecimal(buffer.Slice(1, 5))) return Garbage(buffer);
        if (buffer.Length < LongHeaderBytes) return FrameScan.NeedMore;
        var length = BinaryLength(buffer);
        if (length == 0) return Garbage(buffer);
        return buffer.Length >= length ? FrameScan.Frame(length) : FrameScan.NeedMore;
    }

    static FrameScan ScanText(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length > 1 && !char.IsAsciiDigit((char)buffer[1])) return Garbage(buffer);
        var window = buffer[..Math.Min(buffer.Length, MaxBytes)];
        // A bracket inside a text frame is escaped, so a second opening one says that the first frame was cut off.
        var end = window[1..].IndexOfAny(TextStart, TextEnd) + 1;
        if (end == 0) return buffer.Length >= MaxBytes ? Garbage(buffer) : FrameScan.NeedMore;
        return buffer[end] == TextEnd ? FrameScan.Frame(end + 1) : FrameScan.Garbage(end);
    }

    static FrameScan Garbage(ReadOnlySpan<byte> buffer)
    {
        var next = buffer[1..].IndexOfAny(BinaryStart, TextStart);
        return FrameScan.Garbage(next < 0 ? buffer.Length : next + 1);
    }
}
