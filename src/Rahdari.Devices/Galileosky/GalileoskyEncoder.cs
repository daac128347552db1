using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Rahdari.Devices.Galileosky;

/// <summary>What a Galileosky tracker sends.</summary>
public static class GalileoskyEncoder
{
    /// <summary>The packet a connection begins with: versions and IMEI.</summary>
    /// <param name="imei">15 digits.</param>
    public static byte[] Login(string imei)
    {
        var buffer = new ArrayBufferWriter<byte>(32);
        Tag(buffer, 0x01, 0x82, 1);
        Tag(buffer, 0x02, 0x13, 1);
        Imei(buffer, imei);
        return Packet(buffer.WrittenSpan, false);
    }

    /// <summary>
    /// A packet of records. The wire is coarser than the messages: 1e-6 degrees, tenths of km/h and degrees, seconds,
    /// 15 satellites.
    /// </summary>
    /// <param name="imei">Repeated before each record, as most trackers do; null leaves it out.</param>
    /// <param name="messages">Each needs a time. Those of the first's class stored set the bit that more is
    /// waiting.</param>
    public static byte[] Records(string? imei, IReadOnlyList<DeviceMessage> messages)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * messages.Count);
        foreach (var message in messages)
        {
            if (imei is not null) Imei(buffer, imei);
            Record(buffer, message);
        }
        return Packet(buffer.WrittenSpan, messages is [{ Record: RecordClass.Stored }, ..]);
    }

    /// <summary>
    /// A packet of compressed records (08), which name no device. The wire is coarser still: 10 metres, and no year.
    /// </summary>
    /// <param name="messages">Each needs a time and a position.</param>
    public static byte[] Compressed(IReadOnlyList<DeviceMessage> messages)
    {
        var buffer = new ArrayBufferWriter<byte>(32 * messages.Count);
        foreach (var message in messages) CompressedRecord(buffer, message);
        return Packet(buffer.WrittenSpan, messages is [{ Record: RecordClass.Stored }, ..], GalileoskyFrame.Compressed);
    }

    /// <summary>The answer to a command, in text of at most 255 characters.</summary>
    public static byte[] CommandAnswer(string imei, string text)
    {
        var buffer = new ArrayBufferWriter<byte>(32 + text.Length);
        Imei(buffer, imei);
        Tag(buffer, GalileoskyTags.Answer, checked((byte)text.Length), 1);
        buffer.Write(Encoding.ASCII.GetBytes(text));
        return Packet(buffer.WrittenSpan, false);
    }

    /// <summary>A part of a photograph (07).</summary>
    public static byte[] Photo(byte part, ReadOnlySpan<byte> content) =>
        Packet([part, .. content], false, GalileoskyFrame.Photo);

    /// <summary>
    /// A session by way of Iridium, big-endian and without a checksum: its number, the name, the time, the coarse
    /// place, and a record's own data, tagged or compressed.
    /// </summary>
    public static byte[] ByIridium(string imei, DeviceMessage message, bool compressed)
    {
        const int dataAt = 51;
        var data = new ArrayBufferWriter<byte>(64);
        if (compressed) CompressedRecord(data, message);
        else Record(data, message);
        var name = new ArrayBufferWriter<byte>(1 + GalileoskyTags.ImeiBytes);
        Imei(name, imei);
        var packet = new byte[dataAt + data.WrittenCount];
        packet[0] = GalileoskyFrame.Data;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(1), (ushort)(packet.Length - GalileoskyFrame.HeadBytes));
        (packet[3], packet[5]) = (1, 28);
        name.WrittenSpan[1..].CopyTo(packet.AsSpan(10));
        var time = message.Time ?? throw new ArgumentException("a session needs a time", nameof(message));
        BinaryPrimitives.WriteUInt32BigEndian(packet.AsSpan(30), (uint)time.ToUnixTimeSeconds());
        var position = message.Position ?? default;
        (packet[34], packet[36]) = (3, 11);
        packet[37] = (byte)((position.LatitudeE7 < 0 ? 2 : 0) | (position.LongitudeE7 < 0 ? 1 : 0));
        Minutes(packet.AsSpan(38), position.LatitudeE7);
        Minutes(packet.AsSpan(41), position.LongitudeE7);
        packet[48] = 2;
        BinaryPrimitives.WriteUInt16BigEndian(packet.AsSpan(49), (ushort)data.WrittenCount);
        data.WrittenSpan.CopyTo(packet.AsSpan(dataAt));
        return packet;
    }

    /// <summary>Degrees 1 and thousandths of minutes 2.</summary>
    static void Minutes(Span<byte> target, int e7)
    {
        var absolute = Math.Abs((long)e7);
        target[0] = (byte)(absolute / 10_000_000);
        BinaryPrimitives.WriteUInt16BigEndian(target[1..], (ushort)(absolute % 10_000_000 * 3 / 500));
    }

    /// <summary>See <see cref="GalileoskyRecord.TakeMinimal"/>; then speed with course and altitude as tags.</summary>
    static void CompressedRecord(ArrayBufferWriter<byte> buffer, DeviceMessage message)
    {
        var time = (message.Time ?? throw new ArgumentException("a record needs a time", nameof(message))).UtcDateTime;
        var position = message.Position ?? default;
        var seconds = (long)(time - new DateTime(time.Year, 1, 1, 0, 0, 0, DateTimeKind.Utc)).TotalSeconds;
        var longitude = Part(position.LongitudeE7 + 1_800_000_000L, 22, 3_600_000_000);
        var latitude = Part(position.LatitudeE7 + 900_000_000L, 21, 1_800_000_000);
        var bits = (UInt128)seconds << 54 | (UInt128)(message.Valid == true ? 0 : 1) << 53
            | (UInt128)longitude << 31 | (UInt128)latitude << 10;
        for (var shift = 8 * (GalileoskyRecord.MinimalBytes - 1); shift >= 0; shift -= 8)
            Number(buffer, (byte)(bits >> shift), 1);
        Number(buffer, 2, 1);
        Number(buffer, GalileoskyTags.SpeedCourse, 1);
        Number(buffer, GalileoskyTags.Altitude, 1);
        Number(buffer, ((message.Speed ?? default).MetresPerHour + 50) / 100, 2);
        Number(buffer, (message.CourseDegrees ?? 0) * 10, 2);
        Number(buffer, message.AltitudeMetres ?? 0, 2);
    }

    /// <summary>A length as whole parts of the circle, rounded up so that it is read as no less than it is.</summary>
    static long Part(long e7, int bits, long circle) =>
        Math.Min(((e7 << bits) + circle - 1) / circle, (1L << bits) - 1);

    static void Record(ArrayBufferWriter<byte> buffer, DeviceMessage message)
    {
        var time = message.Time ?? throw new ArgumentException("a record needs a time", nameof(message));
        var position = message.Position ?? default;
        Tag(buffer, GalileoskyTags.Record, message.DeviceSerial ?? 0, 2);
        Tag(buffer, GalileoskyTags.Time, time.ToUnixTimeSeconds(), 4);
        var source = message.Valid == true ? 0 : 0x20;
        Tag(buffer, GalileoskyTags.Place, source | Math.Clamp(message.Satellites ?? 0, 0, 15), 1);
        Number(buffer, Micro(position.LatitudeE7), 4);
        Number(buffer, Micro(position.LongitudeE7), 4);
        Tag(buffer, GalileoskyTags.SpeedCourse, ((message.Speed ?? default).MetresPerHour + 50) / 100, 2);
        Number(buffer, (message.CourseDegrees ?? 0) * 10, 2);
        Tag(buffer, GalileoskyTags.Altitude, message.AltitudeMetres ?? 0, 2);
        if (message.OdometerMetres is { } odometer) Tag(buffer, GalileoskyTags.Odometer, odometer, 4);
    }

    static int Micro(int e7) => (int)Math.Round(e7 / 10m, MidpointRounding.AwayFromZero);

    static void Imei(ArrayBufferWriter<byte> buffer, string imei)
    {
        if (imei.Length != GalileoskyTags.ImeiBytes || !imei.All(char.IsAsciiDigit))
            throw new ArgumentException($"'{imei}' is no IMEI", nameof(imei));
        Number(buffer, GalileoskyTags.Imei, 1);
        buffer.Write(Encoding.ASCII.GetBytes(imei));
    }

    static byte[] Packet(ReadOnlySpan<byte> tags, bool moreWaiting, byte kind = GalileoskyFrame.Data)
    {
        if (tags.Length >= 0x8000) throw new ArgumentException("the packet is too long", nameof(tags));
        var packet = new byte[GalileoskyFrame.HeadBytes + tags.Length + GalileoskyFrame.ChecksumBytes];
        packet[0] = kind;
        BinaryPrimitives.WriteUInt16LittleEndian(
            packet.AsSpan(1), (ushort)(tags.Length | (moreWaiting ? 0x8000 : 0)));
        tags.CopyTo(packet.AsSpan(GalileoskyFrame.HeadBytes));
        BinaryPrimitives.WriteUInt16LittleEndian(packet.AsSpan(packet.Length - 2), Crc16.Modbus(packet.AsSpan(..^2)));
        return packet;
    }

    static void Tag(ArrayBufferWriter<byte> buffer, byte tag, long value, int size)
    {
        Number(buffer, tag, 1);
        Number(buffer, value, size);
    }

    static void Number(ArrayBufferWriter<byte> buffer, long value, int size)
    {
        var span = buffer.GetSpan(size);
        for (var i = 0; i < size; i++, value >>= 8) span[i] = (byte)value;
        buffer.Advance(size);
    }
}
