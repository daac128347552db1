using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Rahdari.Devices.Jt808;

/// <summary>
/// What a JT/T 808 terminal sends, and what the platform answers. An id of 12 digits makes a header of 2011 and 2013,
/// one of 20 digits that of 2019, one of 14 the maker's with E7 as flag; 15 digits are an IMEI packed into six bytes.
/// </summary>
public static class Jt808Encoder
{
    internal const byte Done = 0, Failed = 1, Wrong = 2, Unsupported = 3;

    /// <summary>Registration's answers: done; no such terminal.</summary>
    const byte Registration = 0, NoSuchTerminal = 4;

    /// <summary>A terminal's registration: province, city, maker, model, terminal, plate; blank but for the
    /// terminal.</summary>
    public static byte[] Register(string deviceId, int serial)
    {
        var buffer = Begin();
        Zeros(buffer, 37);
        return Frame(deviceId, Jt808Ids.Register, serial, buffer.WrittenSpan);
    }

    public static byte[] Authenticate(string deviceId, string code, int serial)
    {
        var buffer = Begin();
        if (deviceId.Length == 20) buffer.Number(code.Length, 1);
        buffer.Write(Encoding.ASCII.GetBytes(code));
        // 2019: IMEI and firmware version follow the code.
        if (deviceId.Length == 20) Zeros(buffer, 15 + 20);
        return Frame(deviceId, Jt808Ids.Authenticate, serial, buffer.WrittenSpan);
    }

    public static byte[] Heartbeat(string deviceId, int serial) => Frame(deviceId, Jt808Ids.Heartbeat, serial, []);

    public static byte[] AskTime(string deviceId, int serial) => Frame(deviceId, Jt808Ids.TimeRequest, serial, []);

    /// <summary>
    /// A location report. The wire is coarser than the message: 1e-6 degrees, tenths of km/h, hundreds of metres,
    /// seconds. Of its events one may be a padlock's, and those of the alarm word are all sent.
    /// </summary>
    /// <param name="message">Needs a time; a missing position is sent as 0, 0.</param>
    /// <param name="zone">Of the terminal's clock; null is the standard's +08:00.</param>
    public static byte[] Report(string deviceId, DeviceMessage message, int serial, TimeSpan? zone = null)
    {
        var buffer = Begin();
        Body(buffer, message, zone ?? TimeSpan.FromHours(8));
        return Frame(deviceId, Jt808Ids.Report, serial, buffer.WrittenSpan);
    }

    /// <summary>Reports in one message; those of the first's class stored are sent as from a blind area.</summary>
    public static byte[] Batch(
        string deviceId, IReadOnlyList<DeviceMessage> messages, int serial, TimeSpan? zone = null) =>
        Frame(deviceId, Jt808Ids.Batch, serial, BatchBody(messages, zone));

    /// <summary>The same in parts of at most so many bytes of body, with serials that count up.</summary>
    public static IReadOnlyList<byte[]> BatchInParts(
        string deviceId, IReadOnlyList<DeviceMessage> messages, int serial, int partBytes, TimeSpan? zone = null)
    {
        var body = BatchBody(messages, zone);
        var parts = body.Chunk(partBytes).ToList();
        return [.. parts.Select((p, i) => Frame(deviceId, Jt808Ids.Batch, serial + i, p, parts.Count, i + 1))];
    }

    /// <summary>Command: report the position at once (8201).</summary>
    /// <returns>Null where the id fits no header.</returns>
    public static byte[]? Query(string deviceId, int serial) =>
        IsId(deviceId) ? Frame(deviceId, Jt808Ids.Query, serial, []) : null;

    internal const int LeastInterval = 1, MostInterval = 86_400;

    /// <summary>Command: the interval of reports (8103, parameter 0029, seconds).</summary>
    /// <returns>Null where the id fits no header, or beyond a second to a day.</returns>
    public static byte[]? ReportEvery(string deviceId, TimeSpan interval, int serial)
    {
        if (!IsId(deviceId) || interval < TimeSpan.FromSeconds(LeastInterval)
            || interval > TimeSpan.FromSeconds(MostInterval))
            return null;
        var buffer = Begin();
        buffer.Number(1, 1);
        buffer.Number(0x0029, 4);
        buffer.Number(4, 1);
        buffer.Number((long)interval.TotalSeconds, 4);
        return Frame(deviceId, Jt808Ids.SetParameters, serial, buffer.WrittenSpan);
    }

    /// <summary>
    /// Command: lock the doors (8500): flags of one byte, bit 0 locks (2011, 2013). The forms that unlock are not
    /// written anywhere; nor is that of 2019, which begins with a 0 and unlocks where firmware reads it as the older
    /// one.
    /// </summary>
    /// <returns>Null where the id fits no header, or one of 2019.</returns>
    public static byte[]? Lock(string deviceId, int serial) =>
        IsId(deviceId) && deviceId.Length != 20 ? Frame(deviceId, Jt808Ids.VehicleControl, serial, [1]) : null;

    /// <summary>The platform's general answer (8001).</summary>
    internal static byte[] Answer(Jt808Header header, ReadOnlySpan<byte> terminal, byte result)
    {
        Span<byte> body = stackalloc byte[5];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)header.Serial);
        BinaryPrimitives.WriteUInt16BigEndian(body[2..], (ushort)header.Id);
        body[4] = result;
        return Reply(header, terminal, Jt808Ids.PlatformAnswer, body);
    }

    /// <summary>The answer to a short report (4401): its id and a result; the serial has one byte too.</summary>
    internal static byte[] ShortAnswer(Jt808Header header, ReadOnlySpan<byte> terminal)
    {
        Span<byte> inner = stackalloc byte[Jt808Frame.MaxHeaderBytes + 5];
        var at = Head(inner, header, terminal, Jt808Ids.ShortAnswer, 3);
        inner[at++] = (byte)header.Serial;
        BinaryPrimitives.WriteUInt16BigEndian(inner[at..], (ushort)header.Id);
        inner[at + 2] = Done;
        return Close(inner[..(at + 4)], header.Flag);
    }

    /// <summary>The answer to a registration (8100).</summary>
    /// <param name="code">Null refuses it.</param>
    internal static byte[] Registered(Jt808Header header, ReadOnlySpan<byte> terminal, byte[]? code)
    {
        Span<byte> body = stackalloc byte[3 + Jt808Registration.CodeCharacters];
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)header.Serial);
        body[2] = code is null ? NoSuchTerminal : Registration;
        code?.CopyTo(body[3..]);
        return Reply(header, terminal, Jt808Ids.RegisterAnswer, body[..(3 + (code?.Length ?? 0))]);
    }

    /// <summary>The time in UTC: 8004 (2019, BCD) to 0004, and makers' 8109 (binary) to 0109.</summary>
    internal static byte[] Time(Jt808Header header, ReadOnlySpan<byte> terminal, DateTimeOffset now)
    {
        var utc = now.UtcDateTime;
        Span<byte> body = stackalloc byte[8];
        if (header.Id == Jt808Ids.TimeQuery)
        {
            WriteTime(body, now, TimeSpan.Zero);
            return Reply(header, terminal, Jt808Ids.TimeQueryAnswer, body[..6]);
        }
        BinaryPrimitives.WriteUInt16BigEndian(body, (ushort)utc.Year);
        (body[2], body[3], body[4]) = ((byte)utc.Month, (byte)utc.Day, (byte)utc.Hour);
        (body[5], body[6], body[7]) = ((byte)utc.Minute, (byte)utc.Second, Done);
        return Reply(header, terminal, Jt808Ids.TimeAnswer, body);
    }

    /// <summary>Asks for parts that did not come (8003): the first part's serial, a count, their numbers.</summary>
    internal static byte[] Resupply(Jt808Header header, ReadOnlySpan<byte> terminal, IReadOnlyList<int> missing)
    {
        var buffer = Begin();
        buffer.Number((ushort)(header.Serial - header.Number + 1), 2);
        buffer.Number(missing.Count, header.Is2019 ? 2 : 1);
        foreach (var number in missing) buffer.Number(number, 2);
        return Reply(header, terminal, Jt808Ids.Resupply, buffer.WrittenSpan);
    }

    /// <summary>A line that asks for the time, with the time in the place it names.</summary>
    internal static byte[] TextTime(ReadOnlySpan<byte> line, DateTimeOffset now) => Encoding.ASCII.GetBytes(
        Encoding.ASCII.GetString(line).Replace(
            "TIME", now.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture),
            StringComparison.Ordinal));

    static byte[] BatchBody(IReadOnlyList<DeviceMessage> messages, TimeSpan? zone)
    {
        var buffer = Begin();
        buffer.Number(messages.Count, 2);
        buffer.Number(messages is [{ Record: RecordClass.Stored }, ..] ? 1 : 0, 1);
        foreach (var message in messages)
        {
            var one = Begin();
            Body(one, message, zone ?? TimeSpan.FromHours(8));
            buffer.Number(one.WrittenCount, 2);
            buffer.Write(one.WrittenSpan);
        }
        return buffer.WrittenSpan.ToArray();
    }

    static void Body(ArrayBufferWriter<byte> buffer, DeviceMessage message, TimeSpan zone)
    {
        var time = message.Time ?? throw new ArgumentException("a report needs a time", nameof(message));
        var position = message.Position ?? default;
        buffer.Number(Alarm(message.Events), 4);
        buffer.Number(Status(message, position), 4);
        buffer.Number((Math.Abs((long)position.LatitudeE7) + 5) / 10, 4);
        buffer.Number((Math.Abs((long)position.LongitudeE7) + 5) / 10, 4);
        buffer.Number((ushort)(message.AltitudeMetres ?? 0), 2);
        buffer.Number(((message.Speed ?? default).MetresPerHour + 50) / 100, 2);
        buffer.Number(message.CourseDegrees ?? 0, 2);
        WriteTime(buffer.GetSpan(6), time, zone);
        buffer.Advance(6);
        if (message.OdometerMetres is { } odometer) Field(buffer, 0x01, odometer / 100, 4);
        if (message.Satellites is { } satellites) Field(buffer, 0x31, satellites, 1);
        if (message.BatteryPercent is { } battery) Field(buffer, 0xD4, battery, 1);
        foreach (var deviceEvent in message.Events)
        {
            if (Jt808Padlock.IdOf(deviceEvent) is not { } id) continue;
            Field(buffer, Jt808Padlock.Event, id, 2);
            break;
        }
        if (message.Seal.RopePresent is { } rope) Field(buffer, Jt808Padlock.Rope, rope ? 1 : 0, 3);
    }

    static long Alarm(IReadOnlyList<DeviceEvent> events)
    {
        long alarm = 0;
        foreach (var deviceEvent in events)
            alarm |= deviceEvent switch
            {
                DeviceEvent.Panic => 1,
                DeviceEvent.PowerCut => 1 << 8,
                DeviceEvent.Vibration => 1 << 15,
                DeviceEvent.Towed => 1 << 28,
                DeviceEvent.Fall => 1 << 30,
                DeviceEvent.DoorOpened => 1L << 31,
                _ => 0,
            };
        return alarm;
    }

    static int Status(DeviceMessage message, GeoPosition position) => (message.Valid == true ? 1 << 1 : 0)
        | (position.LatitudeE7 < 0 ? 1 << 2 : 0) | (position.LongitudeE7 < 0 ? 1 << 3 : 0)
        | (message.Seal.Locked == true ? 1 << 12 : 0) | (message.Seal.DoorClosed == false ? 1 << 13 : 0);

    static void WriteTime(Span<byte> target, DateTimeOffset time, TimeSpan zone)
    {
        var there = time.UtcDateTime + zone;
        Bcd.Write(target[..3], there.Year % 100 * 10_000 + there.Month * 100 + there.Day);
        Bcd.Write(target.Slice(3, 3), there.Hour * 10_000 + there.Minute * 100 + there.Second);
    }

    static bool IsId(string deviceId) =>
        deviceId.Length is 12 or 14 or 15 or 20 && deviceId.All(char.IsAsciiDigit);

    internal static byte[] Frame(
        string deviceId, int id, int serial, ReadOnlySpan<byte> body, int total = 1, int number = 1)
    {
        if (!IsId(deviceId)) throw new ArgumentException($"'{deviceId}' is no terminal id", nameof(deviceId));
        if (body.Length > Jt808Frame.MaxBodyBytes)
            throw new ArgumentException($"a body has {Jt808Frame.MaxBodyBytes} bytes at most", nameof(body));
        var header = new Jt808Header(
            deviceId.Length == 14 ? Jt808Frame.OtherFlag : Jt808Frame.Flag, id, total > 1 ? 1 << 13 : 0,
            deviceId.Length == 20, total > 1, 0, 0, 0, total, number, 0);
        Span<byte> terminal = stackalloc byte[10];
        return Frame(header, terminal[..Terminal(deviceId, terminal)], id, (ushort)serial, body);
    }

    static byte[] Reply(Jt808Header header, ReadOnlySpan<byte> terminal, int id, ReadOnlySpan<byte> body) =>
        Frame(header with { IsPart = false }, terminal, id, 0, body);

    static byte[] Frame(
        Jt808Header header, ReadOnlySpan<byte> terminal, int id, int serial, ReadOnlySpan<byte> body)
    {
        Span<byte> inner = stackalloc byte[Jt808Frame.MaxHeaderBytes + Jt808Frame.MaxBodyBytes + 1];
        var at = Head(inner, header, terminal, id, body.Length);
        BinaryPrimitives.WriteUInt16BigEndian(inner[at..], (ushort)serial);
        at += 2;
        if (header.IsPart)
        {
            BinaryPrimitives.WriteUInt16BigEndian(inner[at..], (ushort)header.Total);
            BinaryPrimitives.WriteUInt16BigEndian(inner[(at + 2)..], (ushort)header.Number);
            at += 4;
        }
        body.CopyTo(inner[at..]);
        return Close(inner[..(at + body.Length + 1)], header.Flag);
    }

    /// <summary>Id, attributes, version and terminal; answers where the serial goes.</summary>
    static int Head(Span<byte> inner, Jt808Header header, ReadOnlySpan<byte> terminal, int id, int bodyBytes)
    {
        var attributes = bodyBytes | (header.IsPart ? 1 << 13 : 0) | (header.Is2019 ? 1 << 14 : 0);
        BinaryPrimitives.WriteUInt16BigEndian(inner, (ushort)id);
        BinaryPrimitives.WriteUInt16BigEndian(inner[2..], (ushort)attributes);
        var at = 4;
        if (header.Is2019) inner[at++] = 1;
        terminal.CopyTo(inner[at..]);
        return at + terminal.Length;
    }

    /// <summary>The id as it stands in a header; answers its length.</summary>
    static int Terminal(string deviceId, Span<byte> target)
    {
        if (deviceId.Length == 15)
        {
            var packed = long.Parse(deviceId.AsSpan(0, 14), NumberStyles.None, CultureInfo.InvariantCulture);
            for (var i = 5; i >= 0; i--, packed >>= 8) target[i] = (byte)packed;
            return 6;
        }
        Convert.FromHexString(deviceId, target, out _, out var written);
        return written;
    }

    static byte[] Close(Span<byte> inner, byte flag)
    {
        inner[^1] = Jt808Frame.Check(inner[..^1]);
        return Jt808Frame.Enclose(inner, flag);
    }

    static ArrayBufferWriter<byte> Begin() => new(128);

    static void Field(ArrayBufferWriter<byte> buffer, byte number, long value, int length)
    {
        buffer.Number(number, 1);
        buffer.Number(length, 1);
        buffer.Number(value, length);
    }

    static void Zeros(ArrayBufferWriter<byte> buffer, int count)
    {
        buffer.GetSpan(count)[..count].Clear();
        buffer.Advance(count);
    }
}
