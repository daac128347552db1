using System.Buffers.Binary;

namespace Rahdari.Devices.Gt06;

/// <summary>What a tracker of the GT06 family sends, and what the server answers.</summary>
public static class Gt06Encoder
{
    /// <summary>The first thing on a connection; the server must answer within five seconds.</summary>
    /// <param name="imei">15 digits.</param>
    /// <param name="zone">Of the device's clock, in minutes' steps; null leaves it out.</param>
    public static byte[] Login(string imei, int serial, TimeSpan? zone = null)
    {
        if (imei.Length != 15 || !imei.All(char.IsAsciiDigit))
            throw new ArgumentException($"'{imei}' is no IMEI", nameof(imei));
        byte[] content = [.. Convert.FromHexString("0" + imei), 0x36, 0x08];
        if (zone is not { } offset) return Frame(Gt06Types.Login, content, serial);
        var size = offset.Duration();
        var word = ((int)size.TotalHours * 100 + size.Minutes) << 4 | (offset < TimeSpan.Zero ? 8 : 0) | 2;
        return Frame(Gt06Types.Login, [.. content, (byte)(word >> 8), (byte)word], serial);
    }

    /// <summary>A heartbeat (13) with the battery in six levels.</summary>
    public static byte[] Heartbeat(int serial, int batteryPercent = 100, bool charging = false) => Frame(
        Gt06Types.Status, [(byte)(charging ? 4 : 0), (byte)(batteryPercent * 6 / 100), 4, 0, 2], serial);

    public static byte[] AskTime(int serial) => Frame(Gt06Types.TimeRequest, [], serial);

    /// <summary>
    /// A position (22), UTC. The wire is coarser than the message: 1/1,800,000 degree, whole km/h, seconds, 15
    /// satellites. Class stored sets the flag of a record sent again.
    /// </summary>
    /// <param name="message">Needs a time; a missing position is sent as 0, 0.</param>
    public static byte[] Position(DeviceMessage message, int serial)
    {
        var stored = message.Record == RecordClass.Stored ? (byte)1 : (byte)0;
        return Frame(Gt06Types.GpsCellsUpload, [.. Fix(message), .. Cell, 1, 0, stored], serial);
    }

    /// <summary>An alarm (26): a position, battery and the code of the first event that has one.</summary>
    public static byte[] Alarm(DeviceMessage message, int serial)
    {
        var code = message.Events.Select(Gt06Status.CodeOf).FirstOrDefault(c => c is not null) ?? 0;
        var status = message.Charging == true ? (byte)4 : (byte)0;
        return Frame(
            Gt06Types.GpsCellsStatus2,
            [
                .. Fix(message), (byte)(Cell.Length + 1), .. Cell, status,
                (byte)((message.BatteryPercent ?? 100) * 6 / 100), 4, (byte)code, 2,
            ], serial);
    }

    /// <summary>Whether the door is open (94, kind 05), with the long header.</summary>
    public static byte[] Door(bool open, int serial) =>
        Frame(Gt06Types.Info, [0x05, (byte)(open ? 1 : 0)], serial, isLong: true);

    internal static byte[] Answer(byte type, int serial, bool isLong = false) => Frame(type, [], serial, isLong);

    /// <summary>The answer to a request for the time: UTC.</summary>
    internal static byte[] Time(int serial, DateTimeOffset now)
    {
        Span<byte> time = stackalloc byte[Gt06Fix.TimeBytes];
        WriteTime(time, now);
        return Frame(Gt06Types.TimeRequest, time, serial);
    }

    /// <summary>A cell that is none.</summary>
    static readonly byte[] Cell = new byte[8];

    static byte[] Fix(DeviceMessage message)
    {
        var fix = new byte[Gt06Fix.Bytes];
        WriteTime(fix, message.Time ?? throw new ArgumentException("a position needs a time", nameof(message)));
        fix[6] = (byte)(0xC0 | Math.Clamp(message.Satellites ?? 0, 0, 15));
        var position = message.Position ?? default;
        BinaryPrimitives.WriteUInt32BigEndian(fix.AsSpan(7), Units(position.LatitudeE7));
        BinaryPrimitives.WriteUInt32BigEndian(fix.AsSpan(11), Units(position.LongitudeE7));
        fix[15] = (byte)Math.Min(((message.Speed ?? default).MetresPerHour + 500) / 1000, 255);
        var flags = (message.CourseDegrees ?? 0) | (position.LatitudeE7 >= 0 ? 1 << 10 : 0)
            | (position.LongitudeE7 < 0 ? 1 << 11 : 0) | (message.Valid == true ? 1 << 12 : 0);
        BinaryPrimitives.WriteUInt16BigEndian(fix.AsSpan(16), (ushort)flags);
        return fix;
    }

    static uint Units(int e7) => (uint)((Math.Abs((long)e7) * 9 + 25) / 50);

    static void WriteTime(Span<byte> target, DateTimeOffset time)
    {
        var utc = time.UtcDateTime;
        (target[0], target[1], target[2]) = ((byte)(utc.Year % 100), (byte)utc.Month, (byte)utc.Day);
        (target[3], target[4], target[5]) = ((byte)utc.Hour, (byte)utc.Minute, (byte)utc.Second);
    }

    static byte[] Frame(byte type, ReadOnlySpan<byte> content, int serial, bool isLong = false)
    {
        var head = isLong ? 4 : 3;
        var frame = new byte[head + 1 + content.Length + 6];
        frame[0] = frame[1] = isLong ? Gt06Frame.Long : Gt06Frame.Short;
        var length = content.Length + 5;
        if (isLong) BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(2), (ushort)length);
        else frame[2] = checked((byte)length);
        frame[head] = type;
        content.CopyTo(frame.AsSpan(head + 1));
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(frame.Length - 6), (ushort)serial);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(frame.Length - 4), Crc16.X25(frame.AsSpan(2..^4)));
        (frame[^2], frame[^1]) = ((byte)'\r', (byte)'\n');
        return frame;
    }
}
