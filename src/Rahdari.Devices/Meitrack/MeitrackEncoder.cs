using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Rahdari.Devices.Meitrack;

/// <summary>What a Meitrack tracker or lock sends over TCP, and what the server answers.</summary>
public static class MeitrackEncoder
{
    const byte Flag = (byte)'A';

    static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    /// <summary>
    /// A report in text (AAA). The wire is coarser than the message: millionths of a degree, whole seconds, km/h and
    /// degrees. Of its events the first one the family knows is sent. It carries no seal and no battery.
    /// </summary>
    public static byte[] Report(string deviceId, DeviceMessage message)
    {
        var time = (message.Time ?? throw new ArgumentException("a report needs a time", nameof(message))).UtcDateTime;
        var position = message.Position ?? default;
        return Enclosed("$$"u8, Flag, deviceId, Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"AAA,{MeitrackEvents.Encode(message.Events)},{Decimals.Degrees(position.LatitudeE7)},"
            + $"{Decimals.Degrees(position.LongitudeE7)},{time:yyMMddHHmmss},{(message.Valid == true ? 'A' : 'V')},"
            + $"{message.Satellites ?? 0},20,{WholeKilometres(message.Speed)},{message.CourseDegrees ?? 0},1.0,"
            + $"{message.AltitudeMetres ?? 0},{message.OdometerMetres ?? 0},0,410|1|0000|0000,0000,"
            + $"0000|0000|0000|019A|04E0,,")));
    }

    /// <summary>A batch of records with numbered parameters (CCE); lock and battery are sent where known.</summary>
    /// <param name="deviceId">5 to 20 letters and digits.</param>
    /// <param name="messages">Each needs a time and a position.</param>
    public static byte[] Batch(string deviceId, IReadOnlyList<DeviceMessage> messages)
    {
        var content = new List<byte>("CCE,"u8.ToArray());
        Number(content, 0, 4);
        Number(content, messages.Count, 2);
        foreach (var message in messages)
        {
            var record = new List<byte>();
            Record(record, message);
            Number(content, record.Count, 2);
            content.AddRange(record);
        }
        return Enclosed("$$"u8, Flag, deviceId, [.. content]);
    }

    /// <summary>A batch of records of fixed form (CCC).</summary>
    public static byte[] FixedBatch(string deviceId, IReadOnlyList<DeviceMessage> messages)
    {
        var content = new byte[4 + MeitrackBinary.FixedHeaderBytes + messages.Count * MeitrackBinary.FixedBytes];
        "CCC,"u8.CopyTo(content);
        (content[4], content[5], content[6]) = (2, 1, MeitrackBinary.FixedBytes);
        for (var i = 0; i < messages.Count; i++)
        {
            var record = content.AsSpan(4 + MeitrackBinary.FixedHeaderBytes + i * MeitrackBinary.FixedBytes);
            var (message, position) = (messages[i], messages[i].Position ?? default);
            record[0] = (byte)MeitrackEvents.Encode(message.Events);
            BinaryPrimitives.WriteInt32LittleEndian(record[1..], position.LatitudeE7 / 10);
            BinaryPrimitives.WriteInt32LittleEndian(record[5..], position.LongitudeE7 / 10);
            BinaryPrimitives.WriteUInt32LittleEndian(record[9..], Seconds(message));
            record[13] = message.Valid == true ? (byte)1 : (byte)0;
            record[14] = (byte)(message.Satellites ?? 0);
            BinaryPrimitives.WriteUInt16LittleEndian(record[16..], (ushort)WholeKilometres(message.Speed));
            BinaryPrimitives.WriteUInt16LittleEndian(record[18..], (ushort)(message.CourseDegrees ?? 0));
            BinaryPrimitives.WriteInt16LittleEndian(record[22..], (short)(message.AltitudeMetres ?? 0));
            BinaryPrimitives.WriteUInt32LittleEndian(record[24..], (uint)(message.OdometerMetres ?? 0));
        }
        return Enclosed("$$"u8, Flag, deviceId, content);
    }

    /// <summary>Answer to a batch of fixed records: so many were received; the tracker deletes them.</summary>
    internal static byte[] Received(byte flag, string deviceId, int count)
    {
        Span<byte> content = stackalloc byte[16];
        "CCC,"u8.CopyTo(content);
        count.TryFormat(content[4..], out var digits, provider: CultureInfo.InvariantCulture);
        return Enclosed("@@"u8, flag, deviceId, content[..(4 + digits)]);
    }

    /// <summary>Command: report at once (A10).</summary>
    internal static byte[] PositionNow(string deviceId, int serial) =>
        Enclosed("@@"u8, FlagOf(serial), deviceId, "A10"u8);

    internal const int LeastInterval = 10, MostInterval = ushort.MaxValue * 10 + 9;

    /// <summary>Command: report at this interval (A12), which is counted in tens of seconds.</summary>
    /// <returns>Null beyond 10 seconds to what 16 bits can count.</returns>
    internal static byte[]? ReportEvery(string deviceId, int serial, TimeSpan interval)
    {
        var tens = (long)interval.TotalSeconds / 10;
        return tens is > 0 and <= ushort.MaxValue
            ? Enclosed("@@"u8, FlagOf(serial), deviceId, Encoding.ASCII.GetBytes(
                FormattableString.Invariant($"A12,{tens}")))
            : null;
    }

    /// <summary>The flag runs from A to z; the tracker repeats it in its answer.</summary>
    static byte FlagOf(int serial) => (byte)('A' + (uint)serial % ('z' - 'A' + 1));

    /// <summary>Start, flag, length from the first comma to the end, id, content, checksum, line end.</summary>
    internal static byte[] Enclosed(
        ReadOnlySpan<byte> start, byte flag, string deviceId, ReadOnlySpan<byte> content)
    {
        if (deviceId.Length is < 5 or > 20 || deviceId.AsSpan().ContainsAnyExcept(IdCharacters))
            throw new ArgumentException($"'{deviceId}' is no device id", nameof(deviceId));
        var length = 1 + deviceId.Length + 1 + content.Length + MeitrackFrame.TailBytes;
        Span<byte> told = stackalloc byte[10];
        length.TryFormat(told, out var digits, provider: CultureInfo.InvariantCulture);
        var frame = new byte[start.Length + 1 + digits + length];
        start.CopyTo(frame);
        frame[start.Length] = flag;
        var rest = frame.AsSpan(start.Length + 1);
        told[..digits].CopyTo(rest);
        rest = rest[digits..];
        rest[0] = rest[1 + deviceId.Length] = (byte)',';
        Encoding.ASCII.GetBytes(deviceId, rest[1..]);
        content.CopyTo(rest[(2 + deviceId.Length)..]);
        var tail = frame.AsSpan(frame.Length - MeitrackFrame.TailBytes);
        tail[0] = (byte)'*';
        var sum = MeitrackFrame.Sum(frame.AsSpan(..^(MeitrackFrame.TailBytes - 1)));
        sum.TryFormat(tail[1..], out _, "X2", CultureInfo.InvariantCulture);
        (tail[3], tail[4]) = ((byte)'\r', (byte)'\n');
        return frame;
    }

    static void Record(List<byte> record, DeviceMessage message)
    {
        var position = message.Position ?? throw new ArgumentException("a record needs a position", nameof(message));
        List<(int Id, int Value)> ones = [(0x05, message.Valid == true ? 1 : 0), (0x06, message.Satellites ?? 0)];
        if (message.Seal.Locked is { } locked) ones.Add((0x47, locked ? 2 : 1));
        if (message.BatteryPercent is { } battery) ones.Add((0xFE69, battery));
        (int Id, int Value)[] twos =
        [
            (0x08, WholeKilometres(message.Speed)), (0x09, message.CourseDegrees ?? 0),
            (0x0B, message.AltitudeMetres ?? 0), (0x40, MeitrackEvents.Encode(message.Events)),
        ];
        (int Id, int Value)[] fours =
        [
            (0x02, position.LatitudeE7 / 10), (0x03, position.LongitudeE7 / 10), (0x04, (int)Seconds(message)),
            (0x0C, (int)(message.OdometerMetres ?? 0)),
        ];
        Number(record, ones.Count + twos.Length + fours.Length, 2);
        foreach (var (group, size) in new[] { ([.. ones], 1), (twos, 2), (fours, 4) })
        {
            record.Add((byte)group.Length);
            foreach (var (id, value) in group)
            {
                if (id > 0xFF) record.Add((byte)(id >> 8));
                record.Add((byte)id);
                Number(record, value, size);
            }
        }
        record.Add(0);
    }

    static uint Seconds(DeviceMessage message) => (uint)(
        (message.Time ?? throw new ArgumentException("a record needs a time", nameof(message))).ToUnixTimeSeconds()
        - MeitrackBinary.Epoch);

    static int WholeKilometres(Speed? speed) => ((speed ?? default).MetresPerHour + 500) / 1000;

    static void Number(List<byte> target, long value, int size)
    {
        for (var i = 0; i < size; i++, value >>= 8) target.Add((byte)value);
    }
}
