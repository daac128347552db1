using System.Buffers.Binary;

namespace Rahdari.Devices.Jt808;

/// <summary>
/// Finds JT/T 808 frames on a stream and undoes their escaping. A frame stands between two flags, 7E or, with some
/// makers, E7; lines of text in brackets may stand between frames.
/// </summary>
static class Jt808Frame
{
    public const byte Flag = 0x7E, OtherFlag = 0xE7, TextStart = (byte)'(', TextEnd = (byte)')';

    /// <summary>Bytes of the longest header: 2019's, with the numbers of a sub-package.</summary>
    public const int MaxHeaderBytes = 21;

    /// <summary>The body's length has ten bits.</summary>
    public const int MaxBodyBytes = 1023;

    /// <summary>Every byte between the flags may be escaped into two.</summary>
    public const int MaxBytes = 2 * (MaxHeaderBytes + MaxBodyBytes + 1) + 2;

    /// <summary>Flags, the shortest header (a body's length of 0) and the check byte.</summary>
    public const int MinBytes = 2 + 11 + 1;

    const byte Escape = 0x7D, OtherEscape = 0xE6, OtherEscapeLow = 0x3E, OtherEscapedLow = 0x3D;

    public static FrameScan Scan(ReadOnlySpan<byte> buffer)
    {
        if (buffer.IsEmpty) return FrameScan.NeedMore;
        return buffer[0] switch
        {
            Flag => ScanBetween(buffer, Flag),
            OtherFlag => ScanOther(buffer),
            TextStart => ScanText(buffer),
            _ => Garbage(buffer),
        };
    }

    /// <summary>
    /// Undoes the escaping of the bytes between the flags.
    /// </summary>
    /// <param name="target">At least as long as <paramref name="inner"/>.</param>
    /// <returns>The bytes written; -1 where an escape is none.</returns>
    public static int Unescape(ReadOnlySpan<byte> inner, byte flag, Span<byte> target)
    {
        var written = 0;
        for (var i = 0; i < inner.Length; i++)
        {
            var value = inner[i];
            if (IsEscape(value, flag))
            {
                if (++i == inner.Length || Escaped(value, inner[i]) is not { } meant) return -1;
                value = meant;
            }
            target[written++] = value;
        }
        return written;
    }

    /// <summary>Where a byte of the unescaped bytes begins in the escaped ones.</summary>
    public static int EscapedOffset(ReadOnlySpan<byte> inner, byte flag, int unescaped)
    {
        var at = 0;
        for (; unescaped > 0 && at < inner.Length; unescaped--) at += IsEscape(inner[at], flag) ? 2 : 1;
        return at;
    }

    public static bool HasEscapes(ReadOnlySpan<byte> inner, byte flag) => flag == Flag
        ? inner.Contains(Escape)
        : inner.ContainsAny(OtherEscape, OtherEscapeLow);

    /// <summary>The bytes between the flags, escaped, with the flags.</summary>
    public static byte[] Enclose(ReadOnlySpan<byte> inner, byte flag)
    {
        var extra = 0;
        foreach (var value in inner)
            if (EscapeOf(value, flag) is not null) extra++;
        var frame = new byte[inner.Length + extra + 2];
        var at = 0;
        frame[at++] = flag;
        foreach (var value in inner)
        {
            if (EscapeOf(value, flag) is { } escape) (frame[at++], frame[at++]) = escape;
            else frame[at++] = value;
        }
        frame[at] = flag;
        return frame;
    }

    public static byte Check(ReadOnlySpan<byte> bytes)
    {
        byte check = 0;
        foreach (var value in bytes) check ^= value;
        return check;
    }

    static bool IsEscape(byte value, byte flag) =>
        flag == Flag ? value == Escape : value is OtherEscape or OtherEscapeLow;

    static byte? Escaped(byte escape, byte value) => (escape, value) switch
    {
        (Escape, 1) => Escape,
        (Escape, 2) => Flag,
        (OtherEscape, 1) => OtherEscape,
        (OtherEscape, 2) => OtherFlag,
        (OtherEscapeLow, 1) => OtherEscapeLow,
        (OtherEscapeLow, 2) => OtherEscapedLow,
        _ => null,
    };

    static (byte, byte)? EscapeOf(byte value, byte flag) => (flag, value) switch
    {
        (Flag, Escape) => (Escape, 1),
        (Flag, Flag) => (Escape, 2),
        (OtherFlag, OtherEscape) => (OtherEscape, 1),
        (OtherFlag, OtherFlag) => (OtherEscape, 2),
        (OtherFlag, OtherEscapeLow) => (OtherEscapeLow, 1),
        (OtherFlag, OtherEscapedLow) => (OtherEscapeLow, 2),
        _ => null,
    };

    static FrameScan ScanBetween(ReadOnlySpan<byte> buffer, byte flag)
    {
        var window = buffer[..Math.Min(buffer.Length, MaxBytes)];
        // Terminals send ids below 8000 only; another byte here says that this flag ended a frame whose start is lost.
        if (window.Length > 1 && window[1] != flag && window[1] >= 0x80) return Garbage(buffer);
        var end = window[1..].IndexOf(flag) + 1;
        if (end == 0) return buffer.Length >= MaxBytes ? Garbage(buffer) : FrameScan.NeedMore;
        // What is too short for a frame is dropped up to the flag behind it, which may start the next one.
        return end + 1 >= MinBytes ? FrameScan.Frame(end + 1) : FrameScan.Garbage(end);
    }

    /// <summary>E7 is a likely byte of garbage, so an escape that is none ends the search early.</summary>
    static FrameScan ScanOther(ReadOnlySpan<byte> buffer)
    {
        var window = buffer[..Math.Min(buffer.Length, MaxBytes)];
        for (var i = 1; i < window.Length; i++)
        {
            if (window[i] == OtherFlag) break;
            if (window[i] == OtherEscapedLow) return Garbage(buffer);
            if (!IsEscape(window[i], OtherFlag)) continue;
            if (++i == window.Length) break;
            if (Escaped(window[i - 1], window[i]) is null) return Garbage(buffer);
        }
        return ScanBetween(buffer, OtherFlag);
    }

    static FrameScan ScanText(ReadOnlySpan<byte> buffer)
    {
        var window = buffer[..Math.Min(buffer.Length, MaxBytes)];
        var stop = window[1..].IndexOfAnyExceptInRange((byte)' ', (byte)'~') + 1;
        var end = window[1..].IndexOf(TextEnd) + 1;
        if (end > 0 && (stop == 0 || end < stop)) return FrameScan.Frame(end + 1);
        return stop > 0 || buffer.Length >= MaxBytes ? Garbage(buffer) : FrameScan.NeedMore;
    }

    static FrameScan Garbage(ReadOnlySpan<byte> buffer)
    {
        var next = buffer[1..].IndexOfAny(Flag, OtherFlag, TextStart);
        return FrameScan.Garbage(next < 0 ? buffer.Length : next + 1);
    }
}

/// <summary>The header between flag and body, of 2011 and 2013 (phone of 6 bytes) or of 2019 (10 bytes).</summary>
readonly record struct Jt808Header(
    byte Flag, int Id, int Attributes, bool Is2019, bool IsPart, int IdOffset, int IdBytes, int Serial, int Total,
    int Number, int Bytes)
{
    const int PartBit = 1 << 13, VersionBit = 1 << 14, LengthMask = 0x3FF, EncryptionMask = 7 << 10;

    /// <summary>What the body has by the header.</summary>
    public int BodyBytes => Attributes & LengthMask;

    /// <summary>The short location reports of locks use the bits for something else.</summary>
    public bool IsEncrypted => !HasShortSerial(Id) && (Attributes & EncryptionMask) != 0;

    /// <summary>The short location reports ask for their answer by the highest bit.</summary>
    public bool AsksShortAnswer => (Attributes & 0x8000) != 0;

    public static bool HasShortSerial(int id) => id is Jt808Ids.ShortReport or Jt808Ids.ShortBlindReport;

    /// <summary>
    /// Reads the header of a frame without its flags. Both bits that make it longer are set by some terminals without
    /// making it so; then the length that fits decides.
    /// </summary>
    /// <param name="inner">The unescaped bytes between the flags, check byte included.</param>
    /// <returns>Null where the bytes are too few for a header; the length need not fit.</returns>
    public static Jt808Header? Read(ReadOnlySpan<byte> inner, byte flag)
    {
        if (inner.Length < 4) return null;
        var attributes = BinaryPrimitives.ReadUInt16BigEndian(inner[2..]);
        var (version, part) = ((attributes & VersionBit) != 0, (attributes & PartBit) != 0);
        var first = Read(inner, flag, attributes, version, part);
        if (first is { } fits && fits.Fits(inner)) return first;
        if (version && part && Read(inner, flag, attributes, false, false) is { } neither && neither.Fits(inner))
            return neither;
        if (version && Read(inner, flag, attributes, false, part) is { } old && old.Fits(inner)) return old;
        if (part && Read(inner, flag, attributes, version, false) is { } whole && whole.Fits(inner)) return whole;
        return first;
    }

    public bool Fits(ReadOnlySpan<byte> inner) => Bytes + BodyBytes + 1 == inner.Length;

    static Jt808Header? Read(ReadOnlySpan<byte> inner, byte flag, int attributes, bool version, bool part)
    {
        int id = BinaryPrimitives.ReadUInt16BigEndian(inner);
        var idOffset = version ? 5 : 4;
        var idBytes = version ? 10 : flag == Jt808Frame.OtherFlag ? 7 : 6;
        var serialBytes = HasShortSerial(id) ? 1 : 2;
        var at = idOffset + idBytes;
        var bytes = at + serialBytes + (part ? 4 : 0);
        if (inner.Length < bytes + 1) return null;
        int serial = serialBytes == 1 ? inner[at] : BinaryPrimitives.ReadUInt16BigEndian(inner[at..]);
        at += serialBytes;
        int total = part ? BinaryPrimitives.ReadUInt16BigEndian(inner[at..]) : 1;
        int number = part ? BinaryPrimitives.ReadUInt16BigEndian(inner[(at + 2)..]) : 1;
        return new(flag, id, attributes, version, part, idOffset, idBytes, serial, total, number, bytes);
    }
}

/// <summary>Ids of messages.</summary>
static class Jt808Ids
{
    public const int GeneralAnswer = 0x0001, Heartbeat = 0x0002, Logout = 0x0003, TimeQuery = 0x0004, Register = 0x0100,
        Authenticate = 0x0102, Parameters = 0x0104, Attributes = 0x0107, TimeRequest = 0x0109, Report = 0x0200,
        QueryAnswer = 0x0201, ShortBatch = 0x0210, VehicleAnswer = 0x0500, OtherHeartbeat = 0x0506,
        CommandAnswer = 0x0701, DriverIdentity = 0x0702, Batch = 0x0704, Transparent = 0x0900, TextAnswer = 0x1300,
        ShortReport = 0x5501, ShortBlindReport = 0x5502, TextReport = 0x6006;

    public const int PlatformAnswer = 0x8001, Resupply = 0x8003, TimeQueryAnswer = 0x8004, RegisterAnswer = 0x8100,
        SetParameters = 0x8103, TimeAnswer = 0x8109, Query = 0x8201, VehicleControl = 0x8500, ShortAnswer = 0x4401;
}
