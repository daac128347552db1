namespace Rahdari.Devices.Wialon;

/// <summary>
/// Finds packets on a Wialon IPS stream: <c>#TYPE#message</c> to the line end; a picture's or file's packet goes on
/// with as many bytes as its first field says.
/// </summary>
static class WialonFrame
{
    /// <summary>Limit of one packet: a batch of some hundred records of 80 characters, a part of a picture.</summary>
    public const int MaxBytes = 32 * 1024;

    const int MaxType = 4;

    public static FrameScan Scan(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty) return FrameScan.NeedMore;
        if (!MayStart(buffer)) return Garbage(buffer);
        var line = buffer.IndexOf("\r\n"u8);
        if (line < 0) return buffer.Length < MaxBytes ? FrameScan.NeedMore : Garbage(buffer);
        // A packet that lost its line end is followed by another one on the same line.
        var lost = LastStart(buffer[..line]);
        if (lost > 0) return FrameScan.Garbage(lost);
        var length = line + 2L + Attached(buffer[..line]);
        if (length > MaxBytes) return Garbage(buffer);
        return buffer.Length >= length ? FrameScan.Frame((int)length) : FrameScan.NeedMore;
    }

    /// <summary>The type between the two signs; empty where the text is no packet.</summary>
    public static ReadOnlySpan<byte> TypeOf(ReadOnlySpan<byte> packet)
    {
        if (packet is not [(byte)'#', ..]) return [];
        var end = packet[1..].IndexOf((byte)'#');
        return end is > 0 and <= MaxType ? packet.Slice(1, end) : [];
    }

    /// <summary>Bytes behind the line: only pictures (I) and files (T) have some.</summary>
    static int Attached(ReadOnlySpan<byte> line)
    {
        if (TypeOf(line) is not [(byte)'I' or (byte)'T']) return 0;
        var first = line[3..];
        var end = first.IndexOf((byte)';');
        return end < 0 ? 0 : Decimals.Whole(first[..end]) ?? 0;
    }

    static int LastStart(ReadOnlySpan<byte> line)
    {
        for (var i = line.Length - 1; i > 0; i--)
            if (line[i] == '#' && !TypeOf(line[i..]).IsEmpty && MayStart(line[i..])) return i;
        return -1;
    }

    /// <summary>Whether a packet may start with these bytes: the sign, one to four capitals, the sign.</summary>
    static bool MayStart(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] != '#') return false;
        for (var i = 1; i < Math.Min(bytes.Length, MaxType + 2); i++)
        {
            if (bytes[i] == '#') return i > 1;
            if (!char.IsAsciiLetterUpper((char)bytes[i])) return false;
        }
        return bytes.Length < MaxType + 2;
    }

    static FrameScan Garbage(ReadOnlySpan<byte> buffer)
    {
        for (var i = 1; i < buffer.Length; i++)
            if (MayStart(buffer[i..])) return FrameScan.Garbage(i);
        return FrameScan.Garbage(buffer.Length);
    }
}
