namespace Rahdari.Devices.Osmand;

/// <summary>Finds requests on an HTTP/1.x connection: one frame is a head and the body its length tells.</summary>
static class OsmandFrame
{
    /// <summary>Limit of a head: what web servers commonly take.</summary>
    public const int MaxHeadBytes = 8 * 1024;

    /// <summary>Limit of a body: some hundred positions of a phone, 400 characters each.</summary>
    public const int MaxBodyBytes = 64 * 1024;

    public const int MaxBytes = MaxHeadBytes + MaxBodyBytes;

    /// <summary>The longest method, CONNECT and OPTIONS.</summary>
    const int MaxMethod = 7;

    /// <summary>A request that cannot be delimited is a frame of its head alone: it is refused and ends the
    /// connection.</summary>
    public static FrameScan Scan(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty) return FrameScan.NeedMore;
        if (!MayStart(buffer)) return Garbage(buffer);
        var head = HeadLength(buffer);
        if (head < 0)
            return buffer.Length < MaxHeadBytes ? FrameScan.NeedMore : FrameScan.Frame(MaxHeadBytes);
        var body = new OsmandHead(buffer[..head]).Refusal is null ? new OsmandHead(buffer[..head]).BodyLength : 0;
        return buffer.Length >= head + body ? FrameScan.Frame(head + body) : FrameScan.NeedMore;
    }

    /// <summary>Bytes to the blank line and with it; -1 where it is not among the first that may be a head.</summary>
    public static int HeadLength(ReadOnlySpan<byte> request)
    {
        var end = request[..Math.Min(request.Length, MaxHeadBytes)].IndexOf("\r\n\r\n"u8);
        return end < 0 ? -1 : end + 4;
    }

    /// <summary>Whether a request may start with these bytes: capitals, then a blank and a target.</summary>
    public static bool MayStart(ReadOnlySpan<byte> bytes)
    {
        for (var i = 0; i < Math.Min(bytes.Length, MaxMethod + 1); i++)
        {
            if (bytes[i] == ' ') return i >= 3 && (bytes.Length == i + 1 || bytes[i + 1] is (byte)'/' or (byte)'h');
            if (!char.IsAsciiLetterUpper((char)bytes[i])) return false;
        }
        return bytes.Length <= MaxMethod;
    }

    /// <summary>Up to the next byte a request may start with. Only the start of a line begins one.</summary>
    static FrameScan Garbage(ReadOnlySpan<byte> buffer)
    {
        for (var i = 1; i < buffer.Length; i++)
            if (buffer[i - 1] == '\n' && MayStart(buffer[i..])) return FrameScan.Garbage(i);
        // A line end at the very end may be the one before a request.
        return FrameScan.Garbage(buffer.Length);
    }
}
