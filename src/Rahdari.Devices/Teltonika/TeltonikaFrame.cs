using System.Buffers.Binary;

namespace Rahdari.Devices.Teltonika;

/// <summary>
/// Finds frames on a Teltonika TCP stream: a login (length 2, IMEI), a packet (four zero bytes, length 4, data,
/// checksum 4), or the single byte of a ping.
/// </summary>
static class TeltonikaFrame
{
    /// <summary>
    /// Limit of one frame. The maker's limit of a packet of records is 1,280 bytes; the longest recorded frame, a part
    /// of a photograph sent as a command's answer, has 2,079.
    /// </summary>
    public const int MaxBytes = 4096;

    public const byte Ping = 0xFF;

    /// <summary>Preamble and length.</summary>
    public const int HeaderBytes = 8;

    public const int ChecksumBytes = 4;

    /// <summary>Codec, count, count.</summary>
    public const int MinDataBytes = 3;

    /// <summary>An IMEI has 15 digits, 16 with its software version; the rest is room for other ids.</summary>
    public const int MinIdDigits = 10, MaxIdDigits = 20;

    public static FrameScan Scan(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty) return FrameScan.NeedMore;
        if (buffer[0] == Ping) return FrameScan.Frame(1);
        if (buffer[0] != 0) return Garbage(buffer);
        if (buffer.Length < 2) return FrameScan.NeedMore;
        return buffer[1] == 0 ? ScanPacket(buffer) : ScanLogin(buffer);
    }

    static FrameScan ScanPacket(ReadOnlySpan<byte> buffer)
    {
        var preamble = buffer[..Math.Min(buffer.Length, 4)];
        if (preamble.ContainsAnyExcept((byte)0)) return Garbage(buffer);
        if (buffer.Length < HeaderBytes) return FrameScan.NeedMore;
        var data = BinaryPrimitives.ReadUInt32BigEndian(buffer[4..]);
        if (data is < MinDataBytes or > MaxBytes - HeaderBytes - ChecksumBytes) return Garbage(buffer);
        var length = HeaderBytes + (int)data + ChecksumBytes;
        return buffer.Length >= length ? FrameScan.Frame(length) : FrameScan.NeedMore;
    }

    static FrameScan ScanLogin(ReadOnlySpan<byte> buffer)
    {
        int digits = buffer[1];
        if (digits is < MinIdDigits or > MaxIdDigits) return Garbage(buffer);
        var there = buffer[2..Math.Min(buffer.Length, 2 + digits)];
        if (there.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return Garbage(buffer);
        return there.Length == digits ? FrameScan.Frame(2 + digits) : FrameScan.NeedMore;
    }

    /// <summary>Up to the next byte that may start a frame: nothing that comes later may change what it is.</summary>
    static FrameScan Garbage(ReadOnlySpan<byte> buffer)
    {
        var next = buffer[1..].IndexOfAny((byte)0, Ping);
        return FrameScan.Garbage(next < 0 ? buffer.Length : next + 1);
    }
}
