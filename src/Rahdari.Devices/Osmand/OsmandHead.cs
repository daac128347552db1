namespace Rahdari.Devices.Osmand;

/// <summary>What the head of a request says.</summary>
readonly ref struct OsmandHead
{
    /// <param name="head">With its blank line, or the request line alone.</param>
    public OsmandHead(ReadOnlySpan<byte> head)
    {
        var line = Line(ref head);
        var (first, last) = (line.IndexOf((byte)' '), line.LastIndexOf((byte)' '));
        if (first < 0 || last == first)
        {
            Refusal = new("400 Bad Request", "the request line is none");
            return;
        }
        Method = line[..first];
        Target = line[(first + 1)..last];
        var version = line[(last + 1)..];
        if (!version.SequenceEqual("HTTP/1.1"u8) && !version.SequenceEqual("HTTP/1.0"u8))
        {
            Refusal = new("505 HTTP Version Not Supported", "the version is not HTTP/1.0 or HTTP/1.1");
            return;
        }
        KeepAlive = version[^1] == '1';
        var told = -1;
        while (!head.IsEmpty)
        {
            line = Line(ref head);
            var colon = line.IndexOf((byte)':');
            if (colon < 0) continue;
            var name = line[..colon];
            var value = line[(colon + 1)..].Trim((byte)' ');
            if (Is(name, "transfer-encoding"u8))
                Refusal ??= new("411 Length Required", "Transfer-Encoding is not read; send Content-Length");
            else if (Is(name, "connection"u8))
                KeepAlive = Is(value, "keep-alive"u8) || KeepAlive && !Is(value, "close"u8);
            else if (Is(name, "content-length"u8))
            {
                var length = Decimals.Whole(value) ?? -1;
                if (length < 0 || told >= 0 && told != length)
                    Refusal ??= new("400 Bad Request", "Content-Length is no number, or two that differ");
                else if (length > OsmandFrame.MaxBodyBytes)
                    Refusal ??= new("413 Content Too Large", $"a body has at most {OsmandFrame.MaxBodyBytes} bytes");
                told = length;
            }
        }
        BodyLength = Math.Max(0, told);
    }

    public ReadOnlySpan<byte> Method { get; }
    public ReadOnlySpan<byte> Target { get; }
    public bool KeepAlive { get; }
    public int BodyLength { get; }

    /// <summary>Why the request cannot be read at all, so that its end is unknown; null where it can.</summary>
    public OsmandRefusal? Refusal { get; }

    /// <summary>What stands behind the question mark.</summary>
    public ReadOnlySpan<byte> Query
    {
        get
        {
            var mark = Target.IndexOf((byte)'?');
            return mark < 0 ? [] : Target[(mark + 1)..];
        }
    }

    static ReadOnlySpan<byte> Line(scoped ref ReadOnlySpan<byte> rest)
    {
        var end = rest.IndexOf("\r\n"u8);
        var line = end < 0 ? rest : rest[..end];
        rest = end < 0 ? [] : rest[(end + 2)..];
        return line;
    }

    static bool Is(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) =>
        System.Text.Ascii.EqualsIgnoreCase(text, lower);
}

/// <param name="Status">Number and phrase.</param>
sealed record OsmandRefusal(string Status, string Detail);
