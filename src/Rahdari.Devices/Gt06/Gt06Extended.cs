using System.Buffers.Binary;

namespace Rahdari.Devices.Gt06;

/// <summary>Messages that come with the long header: modules, a fix behind lengths, information, text.</summary>
static class Gt06Extended
{
    /// <summary>
    /// 94: information of a kind. 05 is the door's state, with a time before it or without; 0A is IMEI 8, IMSI 8 and
    /// the number of the SIM card 10.
    /// </summary>
    public static DeviceMessage Info(ReadOnlySpan<byte> content, TimeSpan zone)
    {
        const byte door = 0x05, card = 0x0A;
        const int cardAt = 1 + 2 * Gt06Basic.ImeiBytes;
        if (content is [card, ..] && content.Length == cardAt + SimCardNumber.PackedBytes)
            return new() { Kind = MessageKind.Other, SimCard = SimCardNumber.ReadPacked(content[cardAt..]) };
        if (content is not [door, _, ..]) return new() { Kind = MessageKind.Other };
        var timed = content.Length >= 2 + Gt06Fix.TimeBytes;
        var flags = content[timed ? 1 + Gt06Fix.TimeBytes : 1];
        return new()
        {
            Kind = MessageKind.Event,
            Time = timed ? Gt06Fix.TimeOf(content[1..]) - zone : null,
            Seal = new(DoorClosed: (flags & 1) == 0),
        };
    }

    /// <summary>
    /// 32 and 33 with the long header: time, then a fix, a cell, cells, access points, each behind its length, then a
    /// status that 33 makes an alarm.
    /// </summary>
    public static (DeviceMessage Message, int Bad) Lengths(byte type, ReadOnlySpan<byte> content, TimeSpan zone)
    {
        if (content.Length < Gt06Fix.TimeBytes + 1) return (new() { Kind = MessageKind.Event }, 0);
        var events = type == Gt06Types.Alarm33 ? AlarmEvents(StatusAt(content)) : [];
        var record = type == Gt06Types.Alarm33 ? RecordClass.Alarm : RecordClass.Live;
        if (content[6] < 12 || content.Length < Gt06Fix.Bytes + 1)
        {
            var time = Gt06Fix.TimeOf(content) - zone;
            return (new() { Kind = MessageKind.Event, Record = record, Time = time, Events = events },
                time is null ? 0 : -1);
        }
        Span<byte> joined = stackalloc byte[Gt06Fix.Bytes];
        content[..6].CopyTo(joined);
        content.Slice(7, 12).CopyTo(joined[6..]);
        var fix = Gt06Fix.Read(joined, zone);
        return (fix.Message(record, events), fix.BadOffset < 6 ? fix.BadOffset : fix.BadOffset + 1);
    }

    /// <summary>70: modules of number 2, length 2, value. Null where none of them is a fix, an event or a
    /// SIM card.</summary>
    public static (DeviceMessage? Message, int Bad) Modules(ReadOnlySpan<byte> content)
    {
        const int cardModule = 0x03, fixModule = 0x33, eventModule = 0x34, inputModule = 0x2A;
        DeviceMessage? message = null;
        var (bad, at) = (-1, 0);
        var seal = default(SealState);
        List<DeviceEvent>? events = null;
        SimCardNumber? card = null;
        while (at + 4 <= content.Length)
        {
            int number = BinaryPrimitives.ReadUInt16BigEndian(content[at..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(content[(at + 2)..]);
            var start = at + 4;
            if (length > content.Length - start)
            {
                bad = at;
                break;
            }
            var value = content.Slice(start, length);
            if (number == fixModule && length >= Gt06Fix.Bytes)
            {
                var fix = Gt06Fix.ReadModule(value);
                message = fix.Message(RecordClass.Live, []) with
                {
                    AltitudeMetres = BinaryPrimitives.ReadInt16BigEndian(value[5..]),
                };
                if (fix.BadOffset >= 0) bad = start + fix.BadOffset;
            }
            else if (number == cardModule)
            {
                card = SimCardNumber.ReadPacked(value);
            }
            else if (number == eventModule && length >= 1 && ModuleEvent(value[0]) is { } told)
            {
                (events ??= new(2)).Add(told);
            }
            else if (number == inputModule && length >= 1)
            {
                seal = new(DoorClosed: (value[0] & 0x0F) == 0);
                if (value[0] >> 4 != 0) (events ??= new(2)).Add(DeviceEvent.Tampered);
            }
            at = start + length;
        }
        var isEvent = events is not null || !seal.IsUnknown;
        if (message is null && !isEvent && card is null) return (null, bad);
        message ??= new() { Kind = isEvent ? MessageKind.Event : MessageKind.Other };
        return (message with { Seal = seal, SimCard = card, Events = events is null ? [] : events }, bad);
    }

    /// <summary>15: the answer to a command in words. The number of the SIM card stands behind its name and a
    /// colon.</summary>
    public static SimCardNumber? CardIn(ReadOnlySpan<byte> content)
    {
        var at = content.IndexOf("ICCID:"u8);
        if (at < 0) return null;
        var number = content[(at + "ICCID:".Length)..];
        var end = 0;
        while (end < number.Length && char.IsAsciiHexDigit((char)number[end])) end++;
        return SimCardNumber.Read(number[..end]);
    }

    /// <summary>21: the answer to a command. One of them tells the position in words; null for the others.</summary>
    public static DeviceMessage? Position(ReadOnlySpan<byte> content)
    {
        // Server's mark 4, encoding 1.
        if (content.Length < 5 || !content[5..].StartsWith("Current position!"u8)) return null;
        Span<Range> places = stackalloc Range[8];
        var fields = new TextFields(content[(5 + "Current position!".Length)..], (byte)',', places);
        if (Field(fields[0], "Lat:"u8) is not [var north, .. var lat]
            || Field(fields[1], "Lon:"u8) is not [var east, .. var lon]
            || Decimals.Fixed(lat, 7) is not { } latitude || Decimals.Fixed(lon, 7) is not { } longitude
            || Coordinates.FromE7(north == 'S' ? -latitude : latitude, east == 'W' ? -longitude : longitude)
                is not { } position)
            return null;
        var course = Decimals.Fixed(Field(fields[2], "Course:"u8), 0);
        return new()
        {
            Kind = MessageKind.Position,
            Valid = true,
            Position = position,
            CourseDegrees = course is >= 0 and <= 360 ? (int)course % 360 : null,
            Speed = Decimals.Fixed(Field(fields[3], "Speed:"u8), 3) is { } speed and >= 0 and <= 1_000_000
                ? new Speed((int)speed)
                : null,
            Time = WordTime(Field(fields[4], "DateTime:"u8)),
        };
    }

    static ReadOnlySpan<byte> Field(ReadOnlySpan<byte> field, ReadOnlySpan<byte> name) =>
        field.StartsWith(name) ? field[name.Length..] : [];

    /// <summary>yyyy-mm-dd, blanks, hh:mm:ss.</summary>
    static DateTimeOffset? WordTime(ReadOnlySpan<byte> text)
    {
        Span<byte> digits = stackalloc byte[14];
        var count = 0;
        foreach (var c in text)
            if (c is >= (byte)'0' and <= (byte)'9' && count < digits.Length) digits[count++] = c;
        return Decimals.Time(digits[..count]);
    }

    static int StatusAt(ReadOnlySpan<byte> content)
    {
        // Fix, then cell (with a signal byte behind it where it is there), cells, access points.
        var at = 6;
        at += 1 + content[at];
        if (at >= content.Length) return -1;
        at += content[at] > 0 ? content[at] + 1 : 1;
        for (var list = 0; list < 2 && at < content.Length; list++) at += 1 + content[at];
        return at < content.Length ? content[at] : -1;
    }

    static IReadOnlyList<DeviceEvent> AlarmEvents(int status) => status switch
    {
        0xA2 or 0xA3 => [DeviceEvent.BatteryLow],
        0xA5 => [DeviceEvent.DoorOpened],
        _ => [],
    };

    static DeviceEvent? ModuleEvent(byte code) => code switch
    {
        0x10 => DeviceEvent.DoorOpened,
        0x12 => DeviceEvent.Removed,
        0x14 => DeviceEvent.FenceEntered,
        0x15 => DeviceEvent.FenceLeft,
        0x1A => DeviceEvent.BatteryLow,
        0x1C => DeviceEvent.Restarted,
        0x1D => DeviceEvent.GoingOffline,
        0x20 => DeviceEvent.Vibration,
        0x21 => DeviceEvent.PowerCut,
        0x23 => DeviceEvent.Tampered,
        _ => null,
    };
}
