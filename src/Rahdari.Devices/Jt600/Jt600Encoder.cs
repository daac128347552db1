using System.Globalization;
using System.Text;

namespace Rahdari.Devices.Jt600;

/// <summary>What a JT701D sends, and what the server answers.</summary>
public static class Jt600Encoder
{
    const int BodyBytes = 52, DeviceType = 1 << 4;

    /// <summary>
    /// One JT701D binary record. The wire is coarser than the message: whole knots, two degrees of course, whole
    /// kilometres, ten-thousandths of a minute, seconds.
    /// </summary>
    /// <param name="deviceId">Ten digits.</param>
    /// <param name="message">Needs a time; a missing position is sent as 0, 0. Its serial is the record's.</param>
    /// <param name="ackRequired">Sets the bit that asks for an answer.</param>
    public static byte[] Record(string deviceId, DeviceMessage message, bool ackRequired = true)
    {
        var frame = new byte[Jt600Frame.LongHeaderBytes + BodyBytes];
        frame[0] = Jt600Frame.BinaryStart;
        Bcd.Write(frame.AsSpan(1, 5), IdOf(deviceId));
        frame[6] = Jt600Binary.Jt701D;
        frame[7] = (byte)(DeviceType | TypeOf(message.Record));
        frame[9] = BodyBytes;
        var body = frame.AsSpan(Jt600Frame.LongHeaderBytes);
        Jt600FixBlock.Write(body, message);
        WriteUInt32(body[17..], (uint)((message.OdometerMetres ?? 0) / 1000));
        body[21] = (byte)Math.Clamp(message.Satellites ?? 0, 0, 255);
        var status = Jt600Status.Encode(message.Seal, message.Events, ackRequired);
        (body[26], body[27]) = ((byte)(status >> 8), (byte)status);
        body[28] = message.Charging == true ? (byte)Jt600Binary.ChargingMark : (byte)(message.BatteryPercent ?? 100);
        body[33] = NoSignalReading;
        body[35] = message.Events.Contains(DeviceEvent.Restarted) ? (byte)0
            : message.Events.Contains(DeviceEvent.Charging) ? (byte)5
            : RealTimeClock;
        body.Slice(38, 8).Fill(0x0F);
        body[^1] = (byte)(message.DeviceSerial ?? 0);
        return frame;
    }

    /// <summary>
    /// A lock report (P45): who locked or unlocked, where and when. Sources are told by the first event of the message
    /// that has one; none is an automatic locking.
    /// </summary>
    /// <param name="card">The card's ten digits, all zeros where none was used.</param>
    public static byte[] LockReport(string deviceId, DeviceMessage message, string card = "0000000000")
    {
        var time = (message.Time ?? throw new ArgumentException("a report needs a time", nameof(message))).UtcDateTime;
        var position = message.Position ?? default;
        var (source, verification) = Jt600LockReport.Encode(message.Events);
        var passwordOk = source is Jt600LockReport.StaticPassword or Jt600LockReport.DynamicPassword
            && verification != Jt600LockReport.Refused;
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $"({IdOf(deviceId):D10},P45,{time:ddMMyy},{time:HHmmss},"
            + $"{Degrees(position.LatitudeE7)},{(position.LatitudeE7 >= 0 ? 'N' : 'S')},"
            + $"{Degrees(position.LongitudeE7)},{(position.LongitudeE7 >= 0 ? 'E' : 'W')},"
            + $"{(message.Valid == true ? 'A' : 'V')},{WholeKilometres(message.Speed)},"
            + $"{message.CourseDegrees ?? 0},{source},{verification},{card},"
            + $"{(passwordOk ? 1 : 0)},{WrongPasswordsOf(message)},"
            + $"{message.DeviceSerial ?? 0},{(message.OdometerMetres ?? 0) / 1000})"));
    }

    /// <summary>The heartbeat, which wants no answer.</summary>
    public static byte[] Heartbeat(string deviceId) => Text($"({IdOf(deviceId):D10},@JT)");

    /// <summary>Answer of the JT701D's generation: the record of this serial was received; the lock deletes
    /// it.</summary>
    public static byte[] Received(int serial)
    {
        // One for every record: nothing but the answer itself is made.
        var start = "(P69,0,"u8;
        Span<byte> digits = stackalloc byte[11];
        serial.TryFormat(digits, out var length, provider: CultureInfo.InvariantCulture);
        return [.. start, .. digits[..length], (byte)')'];
    }

    /// <summary>Answer to a binary record of older firmware.</summary>
    public static byte[] ReceivedOld() => "(P35)"u8.ToArray();

    /// <summary>Answer to a lock report of older firmware.</summary>
    public static byte[] LockReportReceivedOld() => "(P46)"u8.ToArray();

    /// <summary>Answer to a time request.</summary>
    public static byte[] TimeAnswer(DateTimeOffset now) => Text($"(P22,{now.UtcDateTime:ddMMyyHHmmss})");

    /// <summary>
    /// Command: unlock by the dynamic password the lock told last (P52,3). The static password's command (P43) has no
    /// encoding here.
    /// </summary>
    /// <returns>Null where the password is not what a lock draws: 4 to 10 digits.</returns>
    public static byte[]? UnlockOnce(string password) =>
        IsPasswordLength(password.Length) && password.All(char.IsAsciiDigit) ? Text($"(P52,3,{password})") : null;

    /// <summary>Digits of a dynamic password, told or sent.</summary>
    internal static bool IsPasswordLength(int digits) => digits is >= 4 and <= 10;

    internal const int LeastInterval = 5, MostInterval = 3_600;

    /// <summary>Command: report at this interval while awake, and as by default while asleep (P04).</summary>
    /// <returns>Null beyond 5 seconds to an hour, which is what the lock takes.</returns>
    public static byte[]? ReportEvery(TimeSpan interval) =>
        interval >= TimeSpan.FromSeconds(LeastInterval) && interval <= TimeSpan.FromSeconds(MostInterval)
            ? Text($"(P04,1,{(int)interval.TotalSeconds},{AsleepMinutes})")
            : null;

    /// <summary>The maker's default interval while asleep.</summary>
    const int AsleepMinutes = 30;

    const byte NoSignalReading = 99, RealTimeClock = 1;

    static int TypeOf(RecordClass record) => record switch
    {
        RecordClass.Alarm => 2,
        RecordClass.Stored => 3,
        _ => 1,
    };

    static int WrongPasswordsOf(DeviceMessage message) =>
        message.Events.Contains(DeviceEvent.WrongPasswords) ? Jt600LockReport.WrongPasswordsInARow : 0;

    static int WholeKilometres(Speed? speed) => ((speed ?? default).MetresPerHour + 500) / 1000;

    /// <summary>Degrees with five decimals, which is what the lock sends.</summary>
    static string Degrees(int e7)
    {
        var rounded = (Math.Abs((long)e7) + 50) / 100;
        return string.Create(CultureInfo.InvariantCulture, $"{rounded / 100_000}.{rounded % 100_000:D5}");
    }

    static long IdOf(string deviceId) =>
        deviceId.Length == 10 && long.TryParse(deviceId, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw new ArgumentException($"'{deviceId}' is no terminal id of ten digits", nameof(deviceId));

    static byte[] Text(FormattableString text) => Encoding.ASCII.GetBytes(FormattableString.Invariant(text));

    static void WriteUInt32(Span<byte> target, uint value) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(target, value);
}
