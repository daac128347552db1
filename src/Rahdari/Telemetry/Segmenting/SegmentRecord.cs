using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Rahdari.Ledger;
using Rahdari.Storage;

namespace Rahdari.Telemetry.Segmenting;

/// <summary>
/// A journal row as an entry of a segment's tree, version 1: version 1, stream (length 1, ASCII), number 8, device
/// (length 1, ASCII), receipt in microseconds 8, SHA-256 of the raw frame 32 (of nothing where the row holds none),
/// SHA-256 of the decoded record 32. Big-endian.
/// </summary>
static class SegmentRecord
{
    public const byte Version = 1;

    public static byte[] Entry(JournalRow row)
    {
        var (stream, device) = (row.Entry.Stream, row.Entry.Device);
        var entry = new byte[3 + stream.Length + device.Length + 16 + 2 * Hash.Size];
        entry[0] = Version;
        var rest = Text(entry.AsSpan(1), stream);
        BinaryPrimitives.WriteInt64BigEndian(rest, row.Number);
        rest = Text(rest[8..], device);
        BinaryPrimitives.WriteInt64BigEndian(rest, row.Entry.ReceivedMicros);
        SHA256.HashData(row.Entry.Raw, rest[8..]);
        SHA256.HashData(row.Entry.Body, rest[(8 + Hash.Size)..]);
        return entry;
    }

    static Span<byte> Text(Span<byte> at, string text)
    {
        at[0] = checked((byte)text.Length);
        return at[(1 + Encoding.ASCII.GetBytes(text, at[1..]))..];
    }
}
