namespace Rahdari.Devices.Eseal;

/// <summary>Finds eSeal frames: printable text from <c>##S,</c> to <c>E##</c>.</summary>
static class EsealFrame
{
    /// <summary>Limit of one frame; the longest recorded one has 130 bytes.</summary>
    public const int MaxBytes = 512;

    public static ReadOnlySpan<byte> Start => "##S,"u8;

    public static ReadOnlySpan<byte> End => ",E##"u8;

    public static FrameScan Scan(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty) return FrameScan.NeedMore;
        var head = buffer[..Math.Min(buffer.Length, Start.Length)];
        if (!Start.StartsWith(head)) return Garbage(buffer);
        if (head.Length < Start.Length) return FrameScan.NeedMore;
        var window = buffer[..Math.Min(buffer.Length, MaxBytes)];
        var end = window.IndexOf(End);
        var text = end < 0 ? window : window[..end];
        // A second start says that the first frame was cut off.
        if (text.ContainsAnyExceptInRange((byte)' ', (byte)'~') || text[1..].IndexOf(Start) >= 0)
            return Garbage(buffer);
        if (end >= 0) return FrameScan.Frame(end + End.Length);
        return buffer.Length >= MaxBytes ? Garbage(buffer) : FrameScan.NeedMore;
    }

    static FrameScan Garbage(ReadOnlySpan<byte> buffer)
    {
        var next = buffer[1..].IndexOf((byte)'#');
        return FrameScan.Garbage(next < 0 ? buffer.Length : next + 1);
    }
}
