using System.Globalization;
using System.Text;

namespace Rahdari.Devices.Queclink;

/// <summary>What a Queclink tracker sends in text, and what the server answers.</summary>
public static class QueclinkEncoder
{
    /// <summary>The protocol version of the family whose layout is written: GV300.</summary>
    const string Version = "060100";

    /// <summary>
    /// A report of one or more positions. The wire is coarser than the messages: millionths of a degree, whole seconds,
    /// tenths of km/h and km. The first message's class, serial and event are the report's; an event the family has no
    /// report for is left out.
    /// </summary>
    /// <param name="imei">14 hexadecimal to 17 digits.</param>
    /// <param name="messages">1 to 15, each with a time and a position.</param>
    public static byte[] Report(string imei, IReadOnlyList<DeviceMessage> messages)
    {
        if (messages.Count is 0 or > 15)
            throw new ArgumentException("a report has 1 to 15 positions", nameof(messages));
        var first = messages[0];
        var type = first.Events.Select(QueclinkEvents.Encode).FirstOrDefault(t => t is not null)
            ?? QueclinkEvents.Interval;
        var text = new StringBuilder(first.Record == RecordClass.Stored ? "+BUFF:GT" : "+RESP:GT");
        text.Append(CultureInfo.InvariantCulture, $"{type},{Version},{IdOf(imei)},,,10,{messages.Count},");
        foreach (var message in messages) Place(text, message);
        text.Append(CultureInfo.InvariantCulture,
            $",,,{first.BatteryPercent},210100,,,,{TimeOf(messages[^1])},{(ushort)(first.DeviceSerial ?? 0):X4}$");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>The heartbeat, which wants an answer.</summary>
    public static byte[] Heartbeat(string imei, DateTimeOffset now, int serial) => Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture,
            $"+ACK:GTHBD,{Version},{IdOf(imei)},,{now.UtcDateTime:yyyyMMddHHmmss},{(ushort)serial:X4}$"));

    /// <summary>Answer to a report: its running number.</summary>
    internal static byte[] Received(ReadOnlySpan<byte> serial) => [.. "+SACK:"u8, .. serial, (byte)'$'];

    /// <summary>Answer to a heartbeat.</summary>
    internal static byte[] HeartbeatReceived(ReadOnlySpan<byte> version, ReadOnlySpan<byte> serial) =>
        [.. "+SACK:GTHBD,"u8, .. version, (byte)',', .. serial, (byte)'$'];

    static void Place(StringBuilder text, DeviceMessage message)
    {
        var position = message.Position
            ?? throw new ArgumentException("a report needs a position", nameof(message));
        var (speed, odometer) = ((message.Speed ?? default).MetresPerHour / 100, (message.OdometerMetres ?? 0) / 100);
        text.Append(CultureInfo.InvariantCulture,
            $"1,{speed / 10}.{speed % 10},{message.CourseDegrees},{message.AltitudeMetres}.0,")
            .Append(CultureInfo.InvariantCulture,
                $"{Decimals.Degrees(position.LongitudeE7)},{Decimals.Degrees(position.LatitudeE7)},")
            .Append(CultureInfo.InvariantCulture,
                $"{TimeOf(message)},0410,0001,18D8,6141,00,{odometer / 10}.{odometer % 10},");
    }

    static string TimeOf(DeviceMessage message) =>
        (message.Time ?? throw new ArgumentException("a report needs a time", nameof(message)))
            .UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    static string IdOf(string imei) =>
        imei.Length is >= 14 and <= 17 && imei.All(char.IsAsciiHexDigit)
            ? imei
            : throw new ArgumentException($"'{imei}' is no IMEI", nameof(imei));
}
