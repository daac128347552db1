using System.Buffers.Binary;

namespace Rahdari.Devices.Ruptela;

/// <summary>
/// Finds frames on a Ruptela TCP stream: length 2 (of what lies between it and the checksum), IMEI 8, command 1,
/// payload, checksum 2.
/// </summary>
static class RuptelaFrame
{
    /// <summary>
    /// Limit of one frame. The maker's limit of a packet of records is 1 kB; parts of files may be larger, so there is
    /// room for four times that.
    /// </summary>
    public const int MaxBytes = 4096;

    public const int LengthBytes = 2, ImeiBytes = 8, ChecksumBytes = 2;

    /// <summary>Length, IMEI and command.</summary>
    public const int HeaderBytes = LengthBytes + ImeiBytes + 1;

    /// <summary>A frame without payload, such as a heartbeat.</summary>
    public const int MinBytes = HeaderBytes + ChecksumBytes;

    /// <summary>The first number of 17 digits: an IMEI has 15, 16 with its software version.</summary>
    public const ulong IdLimit = 10_000_000_000_000_000;

    public static FrameScan Scan(ReadOnlySpan<byte> buffer)
    {
        if (!MayStart(buffer)) return Garbage(buffer);
        if (buffer.Length < LengthBytes) return FrameScan.NeedMore;
        var length = Length(buffer);
        return buffer.Length >= length ? FrameScan.Frame(length) : FrameScan.NeedMore;
    }

    /// <summary>The whole frame's length as its first two bytes tell it.</summary>
    public static int Length(ReadOnlySpan<byte> frame) =>
        LengthBytes + BinaryPrimitives.ReadUInt16BigEndian(frame) + ChecksumBytes;

    /// <summary>Whether a frame may start with these bytes, as far as there are any.</summary>
    static bool MayStart(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > 0 && bytes[0] > MaxBytes >> 8) return false;
        if (bytes.Length >= LengthBytes && Length(bytes) is < MinBytes or > MaxBytes) return false;
        for (var i = LengthBytes; i < Math.Min(bytes.Length, LengthBytes + ImeiBytes); i++)
        {
            var limit = (byte)(IdLimit >> 8 * (LengthBytes + ImeiBytes - 1 - i));
            if (bytes[i] != limit) return bytes[i] < limit;
        }
        return true;
    }

    /// <summary>Up to the next byte a frame may start with.</summary>
    static FrameScan Garbage(ReadOnlySpan<byte> buffer)
    {
        for (var i = 1; i < buffer.Length; i++)
            if (MayStart(buffer[i..])) return FrameScan.Garbage(i);
        return FrameScan.Garbage(buffer.Length);
    }
}
