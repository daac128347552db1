using System.Globalization;
using System.Text;

namespace Rahdari.Devices.Wialon;

/// <summary>What a tracker or a relaying platform sends in Wialon IPS 2.0, and what the server answers.</summary>
public static class WialonEncoder
{
    /// <summary>The first packet of a connection.</summary>
    /// <param name="id">Letters, digits, dot, dash and underscore.</param>
    public static byte[] Login(string id, string password = "NA") => Sealed("L", $"2.0;{id};{password};");

    public static byte[] Ping() => "#P#\r\n"u8.ToArray();

    /// <summary>
    /// One record in the long form. The wire is coarser than the message: millionths of a minute, milliseconds, whole
    /// km/h. It carries no battery and no seal, and of events the panic alone.
    /// </summary>
    public static byte[] Data(DeviceMessage message) => Sealed("D", Record(message) + ";");

    /// <summary>Stored records.</summary>
    /// <param name="messages">1 to 500, and no more than fit a packet.</param>
    public static byte[] Batch(IReadOnlyList<DeviceMessage> messages)
    {
        if (messages.Count is 0 or > WialonDecoder.MaxRecords)
            throw new ArgumentException("a batch has 1 to 500 records", nameof(messages));
        var batch = Sealed("B", string.Concat(messages.Select(m => Record(m) + "|")));
        return batch.Length <= WialonFrame.MaxBytes
            ? batch
            : throw new ArgumentException($"the batch has {batch.Length} bytes", nameof(messages));
    }

    internal static byte[] Answer(string type, string text)
    {
        var answer = new byte[type.Length + text.Length + 4];
        answer[0] = answer[type.Length + 1] = (byte)'#';
        Encoding.ASCII.GetBytes(type, answer.AsSpan(1));
        Encoding.ASCII.GetBytes(text, answer.AsSpan(type.Length + 2));
        (answer[^2], answer[^1]) = ((byte)'\r', (byte)'\n');
        return answer;
    }

    /// <summary>The message with its checksum behind it.</summary>
    internal static byte[] Sealed(string type, string message)
    {
        var crc = Crc16.Ibm(Encoding.ASCII.GetBytes(message));
        return Encoding.ASCII.GetBytes(FormattableString.Invariant($"#{type}#{message}{crc:X}\r\n"));
    }

    static string Record(DeviceMessage message)
    {
        var time = message.Time?.UtcDateTime.ToString("ddMMyy;HHmmss.fff", CultureInfo.InvariantCulture) ?? "NA;NA";
        var place = message.Position is { } position
            ? $"{Minutes(position.LatitudeE7, 2)};{(position.LatitudeE7 < 0 ? 'S' : 'N')};"
                + $"{Minutes(position.LongitudeE7, 3)};{(position.LongitudeE7 < 0 ? 'W' : 'E')}"
            : "NA;NA;NA;NA";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{time};{place};{Text((message.Speed?.MetresPerHour + 500) / 1000)};{Text(message.CourseDegrees)};"
            + $"{Text(message.AltitudeMetres)};{Text(message.Satellites)};NA;NA;NA;;NA;"
            + $"{(message.Events.Contains(DeviceEvent.Panic) ? "SOS:1:1" : "NA")}");
    }

    /// <summary>Degrees and minutes with six decimals, exactly: 1e-7 degrees are six millionths of a minute.</summary>
    static string Minutes(int e7, int degreeDigits)
    {
        var (degrees, minutes) = Math.DivRem(Math.Abs((long)e7), 10_000_000);
        minutes *= 6;
        return degrees.ToString(degreeDigits == 2 ? "D2" : "D3", CultureInfo.InvariantCulture)
            + FormattableString.Invariant($"{minutes / 1_000_000:D2}.{minutes % 1_000_000:D6}");
    }

    static string Text(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "NA";
}
