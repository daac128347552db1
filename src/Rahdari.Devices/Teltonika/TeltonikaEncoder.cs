using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Rahdari.Devices.Teltonika;

/// <summary>What a Teltonika tracker sends over TCP, and what the server answers.</summary>
public static class TeltonikaEncoder
{
    /// <summary>The first thing on a connection; the server answers with one byte.</summary>
    /// <param name="imei">10 to 20 digits, usually 15.</param>
    public static byte[] Login(string imei)
    {
        if (imei.Length is < TeltonikaFrame.MinIdDigits or > TeltonikaFrame.MaxIdDigits || !imei.All(char.IsAsciiDigit))
            throw new ArgumentException($"'{imei}' is no IMEI", nameof(imei));
        return [0, (byte)imei.Length, .. Encoding.ASCII.GetBytes(imei)];
    }

    public static byte[] Ping() => [TeltonikaFrame.Ping];

    /// <summary>
    /// One packet of records. The wire is coarser than the messages: whole km/h. A message needs a time; without a
    /// position it is sent as 0, 0 without satellites. Of its events the first one the family knows is sent.
    /// </summary>
    /// <param name="messages">1 to 255 records.</param>
    /// <param name="extended">Codec 8 extended instead of codec 8.</param>
    public static byte[] Packet(IReadOnlyList<DeviceMessage> messages, bool extended = false)
    {
        if (messages.Count is 0 or > 255)
            throw new ArgumentException("a packet has 1 to 255 records", nameof(messages));
        var buffer = new ArrayBufferWriter<byte>(64 * messages.Count + 16);
        buffer.Number(0, TeltonikaFrame.HeaderBytes);
        buffer.Number(extended ? TeltonikaCodec.Codec8Extended : TeltonikaCodec.Codec8, 1);
        buffer.Number(messages.Count, 1);
        foreach (var message in messages) Record(buffer, message, extended ? 2 : 1);
        buffer.Number(messages.Count, 1);
        var data = buffer.WrittenSpan[TeltonikaFrame.HeaderBytes..];
        var (length, crc) = (data.Length, Crc16.Ibm(data));
        buffer.Number(crc, 4);
        var packet = buffer.WrittenSpan.ToArray();
        BinaryPrimitives.WriteInt32BigEndian(packet.AsSpan(4), length);
        return packet;
    }

    /// <summary>Answer to a login.</summary>
    public static byte[] LoginAccepted() => [1];

    /// <summary>Answer to a packet: how many records were accepted; the tracker sends the others again.</summary>
    public static byte[] RecordsAccepted(int count)
    {
        var answer = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(answer, count);
        return answer;
    }

    static void Record(ArrayBufferWriter<byte> buffer, DeviceMessage message, int width)
    {
        var time = message.Time ?? throw new ArgumentException("a record needs a time", nameof(message));
        var position = message.Position ?? default;
        var satellites = message.Valid == true ? Math.Clamp(message.Satellites ?? 1, 1, 255) : 0;
        var reported = message.Events.Select(TeltonikaEvents.Encode).FirstOrDefault(e => e is not null);
        buffer.Number(time.ToUnixTimeMilliseconds(), 8);
        buffer.Number(message.Record == RecordClass.Alarm ? 2 : reported is null ? 0 : 1, 1);
        buffer.Number((uint)position.LongitudeE7, 4);
        buffer.Number((uint)position.LatitudeE7, 4);
        buffer.Number((ushort)(message.AltitudeMetres ?? 0), 2);
        buffer.Number((ushort)(message.CourseDegrees ?? 0), 2);
        buffer.Number(satellites, 1);
        buffer.Number((ushort)(((message.Speed ?? default).MetresPerHour + 500) / 1000), 2);

        var ones = (reported is null ? 0 : 1) + (message.BatteryPercent is null ? 0 : 1);
        var fours = message.OdometerMetres is null ? 0 : 1;
        var card = message.SimCard?.Halves();
        var eights = card is null ? 0 : 2;
        buffer.Number(reported?.Id ?? 0, width);
        buffer.Number(ones + fours + eights, width);
        buffer.Number(ones, width);
        if (reported is { } element) Element(buffer, element.Id, element.Value, width, 1);
        if (message.BatteryPercent is { } battery)
            Element(buffer, TeltonikaEvents.BatteryPercent, battery, width, 1);
        buffer.Number(0, width);
        buffer.Number(fours, width);
        if (message.OdometerMetres is { } odometer)
            Element(buffer, TeltonikaEvents.TotalOdometer, odometer, width, 4);
        buffer.Number(eights, width);
        if (card is var (first, second))
        {
            Element(buffer, TeltonikaEvents.SimCardFirst, first, width, 8);
            Element(buffer, TeltonikaEvents.SimCardSecond, second, width, 8);
        }
        if (width == 2) buffer.Number(0, width);
    }

    static void Element(ArrayBufferWriter<byte> buffer, int id, long value, int width, int size)
    {
        buffer.Number(id, width);
        buffer.Number(value, size);
    }
}
