using System.Buffers.Binary;

namespace Rahdari.Devices.Jt808;

/// <summary>
/// A location report (0200): alarm 4, status 4, latitude 4, longitude 4, altitude 2, speed 2, course 2, time 6, and
/// fields of a number, a length and a value.
/// </summary>
ref struct Jt808Report(TimeSpan zone, bool is2019)
{
    public const int MinBytes = 28;

    /// <summary>Bytes from status to time, which also stand in transparent messages.</summary>
    public const int FixBytes = MinBytes - 4;

    // Bit 5 says that the place went through China's coordinate plug-in; padlocks set it with plain coordinates.
    const int Fixed = 1 << 1, South = 1 << 2, West = 1 << 3, DoorLocked = 1 << 12, AnyDoorOpen = 0x1F << 13;

    /// <summary>
    /// Fields of a report of this length behind the fix stand at fixed places in one maker's firmware, unless they read
    /// as fields after all.
    /// </summary>
    const int FixedFieldBytes = 18;

    readonly TimeSpan zone = zone;
    readonly bool is2019 = is2019;
    List<DeviceEvent>? events;
    SealState seal;
    bool padlock;
    DateTimeOffset? time;
    GeoPosition? position;
    int? course, satellites, battery, area;
    long? odometer;
    bool? charging;
    SimCardNumber? simCard;

    /// <summary>The first byte that cannot be read, counted from the body's start; -1 where all can.</summary>
    public int BadOffset { get; private set; } = -1;

    public string BadDetail { get; private set; } = "";

    /// <param name="body">At least <see cref="MinBytes"/> bytes.</param>
    public DeviceMessage Read(ReadOnlySpan<byte> body, RecordClass record)
    {
        ReadPlace(body[4..], 4);
        var extra = body[MinBytes..];
        if (extra.Length == FixedFieldBytes && !AreFields(extra))
            odometer = BinaryPrimitives.ReadUInt32BigEndian(extra[4..]) * 1000L;
        else
            ReadFields(extra, MinBytes);
        ReadAlarms(BinaryPrimitives.ReadUInt32BigEndian(body));
        return Message(body[4..], record);
    }

    /// <summary>Status to time alone.</summary>
    /// <param name="offset">Where they start in the body.</param>
    public DeviceMessage ReadFix(ReadOnlySpan<byte> fix, int offset)
    {
        ReadPlace(fix, offset);
        return Message(fix, RecordClass.Live);
    }

    void ReadPlace(ReadOnlySpan<byte> fix, int offset)
    {
        var status = BinaryPrimitives.ReadUInt32BigEndian(fix);
        position = PlaceOf(fix);
        if (position is null) Bad(offset + 4, "latitude and longitude are no place");
        int told = BinaryPrimitives.ReadUInt16BigEndian(fix[16..]);
        if (told <= 360) course = told % 360;
        else Bad(offset + 16, "the course is beyond 360 degrees");
        time = Time(fix.Slice(18, 6));
        if (time is null) Bad(offset + 18, "date and time are none");
        if ((status & DoorLocked) != 0) seal = seal with { Locked = true };
        // Doors that no sensor is wired to read as closed, so only an open one says something.
        if ((status & AnyDoorOpen) != 0) seal = seal with { DoorClosed = false };
    }

    readonly DeviceMessage Message(ReadOnlySpan<byte> fix, RecordClass record) => new()
    {
        Kind = MessageKind.Position,
        Record = record,
        Time = time,
        Valid = IsFixed(fix),
        Position = position,
        AltitudeMetres = BinaryPrimitives.ReadInt16BigEndian(fix[12..]),
        Speed = new(BinaryPrimitives.ReadUInt16BigEndian(fix[14..]) * 100),
        CourseDegrees = course,
        Satellites = satellites,
        BatteryPercent = battery,
        Charging = charging,
        OdometerMetres = odometer,
        Seal = seal,
        SimCard = simCard,
        Events = events is null ? [] : events,
    };

    /// <summary>YYMMDDhhmmss in the terminal's own zone.</summary>
    public readonly DateTimeOffset? Time(ReadOnlySpan<byte> bytes)
    {
        if (!Bcd.TryRead(bytes[..3], out var date) || !Bcd.TryRead(bytes[3..], out var time)) return null;
        return Calendar.Utc((int)date / 10_000, (int)date / 100 % 100, (int)date % 100, (int)time) - zone;
    }

    /// <param name="place">Begins with status, latitude and longitude, 4 bytes each. Null where they are no place on
    /// earth.</param>
    public static GeoPosition? PlaceOf(ReadOnlySpan<byte> place)
    {
        var status = BinaryPrimitives.ReadUInt32BigEndian(place);
        var latitude = BinaryPrimitives.ReadUInt32BigEndian(place[4..]) * 10L;
        var longitude = BinaryPrimitives.ReadUInt32BigEndian(place[8..]) * 10L;
        return Coordinates.FromE7(
            (status & South) != 0 ? -latitude : latitude, (status & West) != 0 ? -longitude : longitude);
    }

    /// <summary>Whether the status says that the place is a fix.</summary>
    public static bool IsFixed(ReadOnlySpan<byte> place) => (BinaryPrimitives.ReadUInt32BigEndian(place) & Fixed) != 0;

    static bool AreFields(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= 2 && bytes.Length >= 2 + bytes[1]) bytes = bytes[(2 + bytes[1])..];
        return bytes.IsEmpty;
    }

    void ReadFields(ReadOnlySpan<byte> bytes, int offset)
    {
        while (bytes.Length >= 2)
        {
            int length = bytes[1];
            if (length > bytes.Length - 2)
            {
                Bad(offset, "a field leads beyond the report's end");
                return;
            }
            ReadField(bytes[0], bytes.Slice(2, length));
            bytes = bytes[(2 + length)..];
            offset += 2 + length;
        }
    }

    void ReadField(byte field, ReadOnlySpan<byte> value)
    {
        padlock |= Jt808Padlock.IsPadlocks(field);
        switch (field)
        {
            case 0x01 when value.Length == 4:
                odometer = BinaryPrimitives.ReadUInt32BigEndian(value) * 100L;
                break;
            case 0x06 or 0xD4 or 0xE1 or 0xE9 or 0xFE when value.Length == 1:
                Battery(value[0]);
                break;
            case 0xFE when value is [0x7C, ..]:
                ReadMarked(value[1..]);
                break;
            case 0x12 when value.Length >= 6:
                area = value[5];
                break;
            case 0x31 when value.Length == 1:
                satellites = value[0];
                break;
            case 0x56 when value.Length == 2:
                Battery(value[0] * 10);
                break;
            case 0x68 when value.Length == 2:
                Battery(BinaryPrimitives.ReadUInt16BigEndian(value) / 100);
                break;
            case 0xE4 when value.Length == 2:
                if (value[0] == 0) charging = true;
                Battery(value[1]);
                break;
            case 0xEB:
                ReadExtended(value);
                break;
            // A byte, the IMEI 8, the number of the card, the model.
            case 0xF8 when value.Length >= 9 + SimCardNumber.PackedBytes:
                simCard = SimCardNumber.ReadPacked(value.Slice(9, SimCardNumber.PackedBytes)) ?? simCard;
                break;
            case Jt808Padlock.Event:
                if (Jt808Padlock.EventOf(value) is not { } told) break;
                Add(told);
                if (told == DeviceEvent.GoingOffline) Add(DeviceEvent.BatteryLow);
                seal = Jt808Padlock.After(told, seal);
                break;
            default:
                seal = Jt808Padlock.Read(field, value, seal);
                break;
        }
    }

    /// <summary>
    /// Field EB: cells of the network, or fields of their own: length 2 (number included), number 2, value.
    /// </summary>
    void ReadExtended(ReadOnlySpan<byte> bytes)
    {
        const int Removed = 0x0089, BatteryAlarm = 0x00C6, Level = 0x00A8, OtherLevel = 0x00E1, Card = 0x00B2;
        const int NotRemoved = 1 << 12;
        while (bytes.Length >= 4)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(bytes);
            if (length < 2 || length > bytes.Length - 2) return;
            int number = BinaryPrimitives.ReadUInt16BigEndian(bytes[2..]);
            var value = bytes[4..(2 + length)];
            if (number == Removed && value.Length == 4
                && (BinaryPrimitives.ReadUInt32BigEndian(value) & NotRemoved) == 0) Add(DeviceEvent.Removed);
            else if (number == BatteryAlarm && value is [3 or 4, ..]) Add(DeviceEvent.BatteryLow);
            else if (number is Level or OtherLevel && value.Length == 1) Battery(value[0]);
            else if (number == Card) simCard = SimCardNumber.ReadPacked(value) ?? simCard;
            bytes = bytes[(2 + length)..];
        }
    }

    /// <summary>Field FE behind its mark 7C: number, length, value each; 01 is a word of alarms.</summary>
    void ReadMarked(ReadOnlySpan<byte> bytes)
    {
        const int ShellOpened = 1 << 4;
        while (bytes.Length >= 2 && bytes[1] <= bytes.Length - 2)
        {
            if (bytes[0] == 0x01 && bytes[1] == 4
                && (BinaryPrimitives.ReadUInt32BigEndian(bytes[2..]) & ShellOpened) != 0) Add(DeviceEvent.Tampered);
            bytes = bytes[(2 + bytes[1])..];
        }
    }

    void Battery(int percent)
    {
        if (percent <= 100) battery = percent;
        else if (percent == 0xFF) charging = true;
    }

    /// <summary>The alarm word, read last: a padlock, known by its fields, uses three bits in its own way.</summary>
    void ReadAlarms(uint alarm)
    {
        if (padlock)
        {
            if ((alarm & (1 | 1 << 4)) != 0) Add(DeviceEvent.Removed);
            if ((alarm & 1 << 1) != 0) Add(DeviceEvent.Tampered);
        }
        else if ((alarm & 1) != 0)
        {
            Add(DeviceEvent.Panic);
        }
        if ((alarm & 1 << 7) != 0) Add(DeviceEvent.BatteryLow);
        if ((alarm & 1 << 8) != 0) Add(DeviceEvent.PowerCut);
        // Before 2019 bits 15 to 17 are free; makers use them for vibration and tampering.
        if (!is2019 && (alarm & 1 << 15) != 0) Add(DeviceEvent.Vibration);
        if (!is2019 && (alarm & 3 << 16) != 0) Add(DeviceEvent.Tampered);
        if ((alarm & 1 << 20) != 0 && area is { } way) Add(way == 0 ? DeviceEvent.FenceEntered : DeviceEvent.FenceLeft);
        if ((alarm & 1 << 28) != 0) Add(DeviceEvent.Towed);
        if ((alarm & 1 << 30) != 0) Add(DeviceEvent.Fall);
        if ((alarm & 1u << 31) != 0) Add(DeviceEvent.DoorOpened);
    }

    void Add(DeviceEvent deviceEvent)
    {
        events ??= new(2);
        if (!events.Contains(deviceEvent)) events.Add(deviceEvent);
    }

    void Bad(int offset, string detail)
    {
        if (BadOffset < 0) (BadOffset, BadDetail) = (offset, detail);
    }
}
