using System.Text;

namespace Rahdari.Devices.Eseal;

/// <summary>What an eSeal sends, and what the server answers.</summary>
public static class EsealEncoder
{
    /// <summary>
    /// A report. Its type is that of the first event that has one, else <c>Normal</c>. The wire is coarser than the
    /// message: 1e-6 degrees, whole km/h, seconds.
    /// </summary>
    /// <param name="deviceId">1 to 20 digits.</param>
    /// <param name="message">Needs a time; a missing position is sent as 0, 0. Its serial is the index.</param>
    public static byte[] Report(string deviceId, DeviceMessage message)
    {
        var time = (message.Time ?? throw new ArgumentException("a report needs a time", nameof(message))).UtcDateTime;
        var position = message.Position ?? default;
        var type = message.Events.Select(EsealEvents.TypeOf).FirstOrDefault(t => t is not null) ?? "Normal";
        var door = message.Seal.DoorClosed switch
        {
            true => "Close",
            false => "Open",
            null => "",
        };
        return Text($"{Prefix(deviceId)}{type},{message.DeviceSerial ?? 0},{time:yyyy-MM-dd},{time:HH:mm:ss},30,"
            + $"{(message.Valid == true ? 'A' : 'V')},{Degrees(position.LatitudeE7, 'N', 'S')} "
            + $"{Degrees(position.LongitudeE7, 'E', 'W')},{message.CourseDegrees ?? 0},"
            + $"{((message.Speed ?? default).MetresPerHour + 500) / 1000},{door},0.98,0:0:0:0,3.8,-73,E##");
    }

    /// <summary>What a seal says after it took a configuration; it wants no answer.</summary>
    public static byte[] StartupTaken(string deviceId) => Text($"{Prefix(deviceId)}Startup OK,1,180,30,30,16,1,E##");

    /// <summary>The answer: the message's own beginning, its type with ACK, its index.</summary>
    internal static byte[] Answer(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> type, ReadOnlySpan<byte> index)
    {
        ReadOnlySpan<byte> mark = " ACK,"u8, end = ",E##\r\n"u8;
        var answer = new byte[prefix.Length + type.Length + mark.Length + index.Length + end.Length];
        var rest = Append(Append(Append(answer, prefix), type), mark);
        end.CopyTo(Append(rest, index));
        return answer;
    }

    static Span<byte> Append(Span<byte> target, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(target);
        return target[bytes.Length..];
    }

    static string Prefix(string deviceId) => deviceId.Length is > 0 and <= 20 && deviceId.All(char.IsAsciiDigit)
        ? $"##S,eSeal,{deviceId},256,3.0.8,"
        : throw new ArgumentException($"'{deviceId}' is no id of a seal", nameof(deviceId));

    static string Degrees(int e7, char positive, char negative) =>
        Decimals.Degrees(Math.Abs(e7)) + (e7 < 0 ? negative : positive);

    static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);
}
