namespace Rahdari.Devices.Meitrack;

/// <summary>
/// Finds frames on a Meitrack stream: <c>$$</c>, a flag, the length in decimal (from the first comma to the end), a
/// comma, the content, <c>*</c>, two digits of checksum, carriage return and line feed. The content may be binary.
/// </summary>
static class MeitrackFrame
{
    /// <summary>Limit of one frame: the longest recorded one has 1,102 bytes, and so have parts of
    /// photographs.</summary>
    public const int MaxBytes = 4096;

    /// <summary>Star, checksum, line end.</summary>
    public const int TailBytes = 5;

    const int MaxLengthDigits = 4;

    public static FrameScan Scan(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty) return FrameScan.NeedMore;
        if (!MayStart(buffer)) return Garbage(buffer);
        var end = DeclaredEnd(buffer);
        if (end < 0 || buffer.Length < end) return FrameScan.NeedMore;
        if (EndsAt(buffer, end)) return FrameScan.Frame(end);
        // The length lies: some firmware counts wrongly. The frame is what ends as one does, if its checksum holds.
        end = NextEnd(buffer);
        if (end > 0 && IsIntact(buffer[..(end - 2)])) return FrameScan.Frame(end);
        if (end > 0) return Garbage(buffer[..end]);
        return buffer.Length < MaxBytes ? FrameScan.NeedMore : Garbage(buffer);
    }

    /// <summary>Whether the frame, without its line end, ends with the checksum of all before it.</summary>
    public static bool IsIntact(ReadOnlySpan<byte> frame) =>
        frame.Length > 3 && frame[^3] == '*' && Hex(frame[^2]) is var high and >= 0
            && Hex(frame[^1]) is var low and >= 0 && (high << 4 | low) == Sum(frame[..^2]);

    /// <summary>The sum of the bytes up to and with the star, modulo 256.</summary>
    public static byte Sum(ReadOnlySpan<byte> bytes)
    {
        var sum = 0;
        foreach (var b in bytes) sum += b;
        return (byte)sum;
    }

    /// <summary>Where the frame ends by its own count; -1 where the count is not there yet.</summary>
    public static int DeclaredEnd(ReadOnlySpan<byte> buffer)
    {
        if (buffer.Length < 4) return -1;
        var comma = buffer[3..].IndexOf((byte)',');
        return comma < 0 ? -1 : 3 + comma + (Decimals.Whole(buffer.Slice(3, comma)) ?? 0);
    }

    static bool MayStart(ReadOnlySpan<byte> bytes)
    {
        if (bytes[0] != '$' || bytes.Length > 1 && bytes[1] != '$') return false;
        if (bytes.Length > 2 && bytes[2] is <= 0x20 or > 0x7E) return false;
        for (var i = 3; i < bytes.Length; i++)
        {
            if (bytes[i] == ',')
                return i > 3 && DeclaredEnd(bytes) is var end && end > i + TailBytes && end <= MaxBytes;
            if (!char.IsAsciiDigit((char)bytes[i]) || i >= 3 + MaxLengthDigits) return false;
        }
        return true;
    }

    static bool EndsAt(ReadOnlySpan<byte> buffer, int end) =>
        buffer[end - TailBytes] == '*' && buffer[end - 2] == '\r' && buffer[end - 1] == '\n'
            && Hex(buffer[end - 4]) >= 0 && Hex(buffer[end - 3]) >= 0;

    static int NextEnd(ReadOnlySpan<byte> buffer)
    {
        for (var end = TailBytes; end <= Math.Min(buffer.Length, MaxBytes); end++)
            if (EndsAt(buffer, end)) return end;
        return -1;
    }

    static FrameScan Garbage(ReadOnlySpan<byte> buffer)
    {
        for (var i = 1; i < buffer.Length; i++)
            if (MayStart(buffer[i..])) return FrameScan.Garbage(i);
        return FrameScan.Garbage(buffer.Length);
    }

    static int Hex(byte digit) => digit switch
    {
        >= (byte)'0' and <= (byte)'9' => digit - '0',
        >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
        _ => -1,
    };
}
