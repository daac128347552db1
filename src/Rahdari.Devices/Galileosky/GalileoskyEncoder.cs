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

    static byte[] Packet(ReadOnlySpan<byte> tags, bool moreWaiting)
    {
        if (tags.Length >= 0x8000) throw new ArgumentException("the packet is too long", nameof(tags));
        var packet = new byte[GalileoskyFrame.HeadBytes + tags.Length + GalileoskyFrame.ChecksumBytes];
        packet[0] = GalileoskyFrame.Data;
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
