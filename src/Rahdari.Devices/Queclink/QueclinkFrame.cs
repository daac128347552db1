namespace Rahdari.Devices.Queclink;

/// <summary>What the first bytes of a frame make it.</summary>
enum QueclinkForm { None, Report, Buffered, Acknowledgement, Binary }

/// <summary>
/// Finds frames on a Queclink @Track stream: text from <c>+RESP:</c>, <c>+BUFF:</c> or <c>+ACK:</c> to the dollar sign
/// behind the running number; the binary form by its length, so that it is skipped whole.
/// </summary>
static class QueclinkFrame
{
    /// <summary>
    /// Limit of one frame: the longest recorded one has 1,422 bytes, and a report of 15 positions some 1,400.
    /// </summary>
    public const int MaxBytes = 4096;

    /// <summary>Digits between the last comma and the end: a count has 4, an old version 10, a time 14.</summary>
    const int MinTailDigits = 4, MaxTailDigits = 14;

    static readonly byte[][] TextHeads = ["+RESP:"u8.ToArray(), "+BUFF:"u8.ToArray(), "+ACK:"u8.ToArray()];

    static readonly byte[][] BinaryHeads =
    [
        "+RSP"u8.ToArray(), "+BSP"u8.ToArray(), "+EVT"u8.ToArray(), "+BVT"u8.ToArray(), "+INF"u8.ToArray(),
        "+BNF"u8.ToArray(), "+HBD"u8.ToArray(), "+CRD"u8.ToArray(), "+BRD"u8.ToArray(), "+LGN"u8.ToArray(),
        "+ACK"u8.ToArray(),
    ];

    public static FrameScan Scan(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty) return FrameScan.NeedMore;
        if (!MayStart(buffer)) return Garbage(buffer);
        return FormOf(buffer) switch
        {
            QueclinkForm.None => FrameScan.NeedMore,
            QueclinkForm.Binary => ScanBinary(buffer),
            _ => ScanText(buffer),
        };
    }

    /// <summary>The form; none where there are too few bytes to tell.</summary>
    public static QueclinkForm FormOf(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < TextHeads.Length; i++)
            if (bytes.StartsWith(TextHeads[i])) return QueclinkForm.Report + i;
        if (bytes.Length < 5) return QueclinkForm.None;
        foreach (var head in BinaryHeads)
            if (bytes.StartsWith(head)) return QueclinkForm.Binary;
        return QueclinkForm.None;
    }

    static FrameScan ScanText(ReadOnlySpan<byte> buffer)
    {
        var last = 0;
        for (var i = 1; i < buffer.Length; i++)
        {
            if (buffer[i] == '$')
            {
                if (EndsWithNumber(buffer[..i])) return i < MaxBytes ? FrameScan.Frame(i + 1) : Garbage(buffer);
                last = i + 1;
            }
            // Another frame begins: what came before ends at its last dollar sign, if it has one.
            else if (buffer[i] == '+' && StartsText(buffer[i..]))
                return last > 0 && last <= MaxBytes ? FrameScan.Frame(last) : FrameScan.Garbage(i);
        }
        return buffer.Length < MaxBytes ? FrameScan.NeedMore : Garbage(buffer);
    }

    /// <summary>
    /// The length's place depends on the kind: after a type and a mask of four bytes (events, positions), of two
    /// (information) or of one (acknowledgements), or after a mask of one byte alone (heartbeats). Where no length is
    /// described, the frame ends with its line.
    /// </summary>
    static FrameScan ScanBinary(ReadOnlySpan<byte> buffer)
    {
        var (at, size) = (buffer[1], buffer[2]) switch
        {
            ((byte)'R' or (byte)'B' or (byte)'E', (byte)'S' or (byte)'V') => (9, 2),
            ((byte)'I' or (byte)'B', (byte)'N') => (7, 2),
            ((byte)'A', (byte)'C') => (6, 1),
            ((byte)'H', (byte)'B') => (5, 1),
            _ => (0, 0),
        };
        if (size == 0)
        {
            var line = buffer.IndexOf("\r\n"u8);
            if (line >= 0) return line + 2 <= MaxBytes ? FrameScan.Frame(line + 2) : Garbage(buffer);
            return buffer.Length < MaxBytes ? FrameScan.NeedMore : Garbage(buffer);
        }
        if (buffer.Length < at + size) return FrameScan.NeedMore;
        var length = size == 1 ? buffer[at] : buffer[at] << 8 | buffer[at + 1];
        if (length < at + size || length > MaxBytes) return Garbage(buffer);
        return buffer.Length >= length ? FrameScan.Frame(length) : FrameScan.NeedMore;
    }

    /// <summary>Whether the text ends as one does: a comma and hexadecimal digits.</summary>
    static bool EndsWithNumber(ReadOnlySpan<byte> text)
    {
        var digits = text.Length - 1 - text.LastIndexOf((byte)',');
        return digits is >= MinTailDigits and <= MaxTailDigits && AreHexDigits(text[^digits..]);
    }

    public static bool AreHexDigits(ReadOnlySpan<byte> text)
    {
        foreach (var c in text)
            if (!char.IsAsciiHexDigit((char)c)) return false;
        return true;
    }

    static bool StartsText(ReadOnlySpan<byte> bytes)
    {
        foreach (var head in TextHeads)
            if (bytes.StartsWith(head)) return true;
        return false;
    }

    /// <summary>Whether a frame may start with these bytes, as far as there are any.</summary>
    static bool MayStart(ReadOnlySpan<byte> bytes) => MatchesAny(bytes, TextHeads) || MatchesAny(bytes, BinaryHeads);

    static bool MatchesAny(ReadOnlySpan<byte> bytes, byte[][] heads)
    {
        foreach (var head in heads)
        {
            var length = Math.Min(bytes.Length, head.Length);
            if (bytes[..length].SequenceEqual(head.AsSpan(0, length))) return true;
        }
        return false;
    }

    /// <summary>Up to the next byte a frame may start with.</summary>
    static FrameScan Garbage(ReadOnlySpan<byte> buffer)
    {
        for (var i = 1; i < buffer.Length; i++)
            if (buffer[i] == '+' && MayStart(buffer[i..])) return FrameScan.Garbage(i);
        return FrameScan.Garbage(buffer.Length);
    }
}
