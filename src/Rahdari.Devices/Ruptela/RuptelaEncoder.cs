using System.Buffers;
using System.Globalization;

namespace Rahdari.Devices.Ruptela;

/// <summary>What a Ruptela tracker sends over TCP, and what the server answers.</summary>
public static class RuptelaEncoder
{
    /// <summary>The first frame of a connection.</summary>
    public static byte[] Identification(string imei) => FromTracker(imei, RuptelaCommand.Identification, []);

    public static byte[] Heartbeat(string imei) => FromTracker(imei, RuptelaCommand.Heartbeat, []);

    /// <summary>
    /// One packet of records. The wire is coarser than the messages: whole seconds and km/h. A message needs a time;
    /// without a position it is sent as one without fix. Of its events the first one the family knows is sent.
    /// </summary>
    /// <param name="imei">Up to 16 digits.</param>
    /// <param name="messages">1 to 255 records.</param>
    /// <param name="extended">The extended form, in which an element has two bytes of id.</param>
    public static byte[] Packet(string imei, IReadOnlyList<DeviceMessage> messages, bool extended = true)
    {
        if (messages.Count is 0 or > 255)
            throw new ArgumentException("a packet has 1 to 255 records", nameof(messages));
        var buffer = new ArrayBufferWriter<byte>(48 * messages.Count + 2);
        buffer.Number(0, 1);
        buffer.Number(messages.Count, 1);
        foreach (var message in messages) Record(buffer, message, extended);
        return FromTracker(
            imei, extended ? RuptelaCommand.ExtendedRecords : RuptelaCommand.Records, buffer.WrittenSpan);
    }

    /// <summary>An answer: received.</summary>
    internal static byte[] Accepted(byte answer) => Enclosed([answer, 1]);

    static void Record(ArrayBufferWriter<byte> buffer, DeviceMessage message, bool extended)
    {
        var time = message.Time ?? throw new ArgumentException("a record needs a time", nameof(message));
        var fixedAt = message.Valid == true ? message.Position : null;
        var reported = message.Events.Select(RuptelaEvents.Encode).FirstOrDefault(
            e => e <= (extended ? ushort.MaxValue : byte.MaxValue));
        var width = extended ? 2 : 1;
        buffer.Number(time.ToUnixTimeSeconds(), 4);
        buffer.Number(0, extended ? 3 : 2);
        buffer.Number((uint)(fixedAt?.LongitudeE7 ?? RuptelaRecords.NoCoordinate), 4);
        buffer.Number((uint)(fixedAt?.LatitudeE7 ?? RuptelaRecords.NoCoordinate), 4);
        buffer.Number((ushort)((message.AltitudeMetres ?? 0) * 10), 2);
        buffer.Number((ushort)((message.CourseDegrees ?? 0) * 100), 2);
        buffer.Number(Math.Clamp(message.Satellites ?? 0, 0, 254), 1);
        buffer.Number((ushort)(((message.Speed ?? default).MetresPerHour + 500) / 1000), 2);
        buffer.Number(10, 1);
        buffer.Number(reported ?? Periodic, width);

        var ones = (reported is null ? 0 : 1) + (message.Charging is null ? 0 : 1);
        buffer.Number(ones, 1);
        if (reported is { } id) Element(buffer, id, 1, width, 1);
        if (message.Charging is { } charging)
            Element(buffer, RuptelaEvents.Charging, charging ? 1 : 0, width, 1);
        buffer.Number(0, 1);
        buffer.Number(message.OdometerMetres is null ? 0 : 1, 1);
        if (message.OdometerMetres is { } odometer)
            Element(buffer, RuptelaEvents.Odometer, odometer, width, 4);
        buffer.Number(0, 1);
    }

    /// <summary>The event id of a record made because its time had come.</summary>
    const int Periodic = 7;

    static byte[] FromTracker(string imei, byte command, ReadOnlySpan<byte> payload)
    {
        if (!ulong.TryParse(imei, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            || id >= RuptelaFrame.IdLimit)
            throw new ArgumentException($"'{imei}' is no IMEI", nameof(imei));
        var body = new byte[RuptelaFrame.ImeiBytes + 1 + payload.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64BigEndian(body, id);
        body[RuptelaFrame.ImeiBytes] = command;
        payload.CopyTo(body.AsSpan(RuptelaFrame.ImeiBytes + 1));
        return Enclosed(body);
    }

    static byte[] Enclosed(ReadOnlySpan<byte> body)
    {
        var crc = RuptelaChecksum.Of(body);
        return [(byte)(body.Length >> 8), (byte)body.Length, .. body, (byte)(crc >> 8), (byte)crc];
    }

    static void Element(ArrayBufferWriter<byte> buffer, int id, long value, int width, int size)
    {
        buffer.Number(id, width);
        buffer.Number(value, size);
    }
}
