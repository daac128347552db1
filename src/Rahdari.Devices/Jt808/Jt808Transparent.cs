using System.Buffers.Binary;

namespace Rahdari.Devices.Jt808;

/// <summary>
/// Transparent data (0900): a kind, then what the maker chose. Kinds 53 and 54 (tags, sensor samples) begin with a fix,
/// F0 (vehicle data) has time and class first and the place last, FF (collision) is a track that begins with a fix.
/// </summary>
readonly ref struct Jt808Transparent(TimeSpan zone)
{
    const int VehicleHeaderBytes = 10, PlaceBytes = 12, CollisionBytes = 20;

    readonly TimeSpan zone = zone;

    /// <summary>The message, and the first byte of it that cannot be read (-1 where all can).</summary>
    public (DeviceMessage Message, int Bad) Read(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) return (new() { Kind = MessageKind.Event }, -1);
        return body[0] switch
        {
            0x53 or 0x54 when body.Length > Jt808Report.FixBytes => Fix(body),
            0xF0 when body.Length >= VehicleHeaderBytes => Vehicle(body),
            0xFF when body.Length > CollisionBytes => Collision(body[1..]),
            _ => (new() { Kind = MessageKind.Event }, -1),
        };
    }

    (DeviceMessage, int) Fix(ReadOnlySpan<byte> body)
    {
        var report = new Jt808Report(zone, is2019: false);
        var message = report.ReadFix(body[1..], 1);
        return (message, report.BadOffset);
    }

    /// <summary>Time 6, class 1 (0 live), vehicle 1, kind 1, data; behind kinds 1 to 3 status, latitude and
    /// longitude.</summary>
    (DeviceMessage, int) Vehicle(ReadOnlySpan<byte> body)
    {
        var time = new Jt808Report(zone, is2019: false).Time(body[1..7]);
        var message = new DeviceMessage
        {
            Kind = MessageKind.Event,
            Record = body[7] == 0 ? RecordClass.Live : RecordClass.Stored,
            Time = time,
            Events = body[9] == 3 ? SupplyEvents(body, VehicleHeaderBytes) : [],
        };
        var at = body[9] switch
        {
            1 => Items(body, VehicleHeaderBytes, 2),
            2 => Faults(body, VehicleHeaderBytes),
            3 => Items(body, VehicleHeaderBytes, 1),
            _ => -1,
        };
        if (at < 0 || at + PlaceBytes > body.Length) return (message, time is null ? 1 : -1);
        var position = Jt808Report.PlaceOf(body[at..]);
        message = message with
        {
            Kind = MessageKind.Position, Valid = Jt808Report.IsFixed(body[at..]), Position = position,
        };
        return (message, time is null ? 1 : position is null ? at + 4 : -1);
    }

    /// <summary>Items 1 and 2 of kind 3: the supply came back, was cut.</summary>
    static IReadOnlyList<DeviceEvent> SupplyEvents(ReadOnlySpan<byte> body, int at)
    {
        List<DeviceEvent>? events = null;
        int count = at < body.Length ? body[at++] : 0;
        for (; count > 0 && at + 1 < body.Length; count--, at += 2 + body[at + 1])
            if (body[at] is 1 or 2)
            {
                var told = body[at] == 1 ? DeviceEvent.PowerRestored : DeviceEvent.PowerCut;
                if (events?.Contains(told) != true) (events ??= new(1)).Add(told);
            }
        return events is null ? [] : events;
    }

    /// <summary>Where the items end: a count, then number, length 1, value; -1 beyond the body.</summary>
    static int Items(ReadOnlySpan<byte> body, int at, int numberBytes)
    {
        if (at >= body.Length) return -1;
        int count = body[at++];
        for (; count > 0; count--)
        {
            var length = at + numberBytes;
            if (length >= body.Length) return -1;
            at = length + 1 + body[length];
        }
        return at <= body.Length ? at : -1;
    }

    /// <summary>Where the fault codes end: a count 2, then system 4, count 2, and codes of 8 bytes and a text behind
    /// its length 2.</summary>
    static int Faults(ReadOnlySpan<byte> body, int at)
    {
        if (at + 2 > body.Length) return -1;
        int systems = BinaryPrimitives.ReadUInt16BigEndian(body[at..]);
        at += 2;
        for (; systems > 0; systems--)
        {
            if (at + 6 > body.Length) return -1;
            int codes = BinaryPrimitives.ReadUInt16BigEndian(body[(at + 4)..]);
            at += 6;
            for (; codes > 0; codes--)
            {
                if (at + 10 > body.Length) return -1;
                at += 10 + BinaryPrimitives.ReadUInt16BigEndian(body[(at + 8)..]);
            }
        }
        return at <= body.Length ? at : -1;
    }

    /// <summary>Time 6, latitude and longitude 4 each (signed), altitude 2, speed 2, course 2, then more.</summary>
    (DeviceMessage, int) Collision(ReadOnlySpan<byte> bytes)
    {
        var time = new Jt808Report(zone, is2019: false).Time(bytes[..6]);
        var position = Coordinates.FromE7(
            BinaryPrimitives.ReadInt32BigEndian(bytes[6..]) * 10L,
            BinaryPrimitives.ReadInt32BigEndian(bytes[10..]) * 10L);
        int course = BinaryPrimitives.ReadUInt16BigEndian(bytes[18..]);
        var message = new DeviceMessage
        {
            Kind = MessageKind.Position,
            Time = time,
            Valid = true,
            Position = position,
            AltitudeMetres = BinaryPrimitives.ReadInt16BigEndian(bytes[14..]),
            Speed = new(BinaryPrimitives.ReadUInt16BigEndian(bytes[16..]) * 100),
            CourseDegrees = course <= 360 ? course % 360 : null,
        };
        return (message, time is null ? 1 : position is null ? 7 : course > 360 ? 19 : -1);
    }
}
