using System.Buffers.Binary;

namespace Rahdari.Devices.Meitrack;

/// <summary>
/// One record of numbered parameters: how many there are 2, then four groups (values of 1, 2, 4 and any number of
/// bytes), each with its count. A number is one byte, or two of which the first is FE.
/// </summary>
ref struct MeitrackParameters(ReadOnlySpan<byte> record)
{
    const int Extension = 0xFE, Locked = 2, Unlocked = 1;

    const int CountBytes = 2;

    ByteFields fields = new(record, CountBytes);
    int eventCode, latitude, longitude;
    uint seconds;
    bool valid, hasLatitude, hasLongitude, hasTime;
    bool? locked;
    int? satellites, battery, course, speed, altitude;
    long? odometer;

    /// <summary>The record has coordinates that are no place on earth.</summary>
    public readonly bool Misplaced => hasLatitude && hasLongitude && Place is null;

    readonly GeoPosition? Place =>
        hasLatitude && hasLongitude ? Coordinates.FromE7(latitude * 10L, longitude * 10L) : null;

    /// <summary>Reads all parameters; false where those of 1, 2 and 4 bytes lead beyond the record.</summary>
    public bool Read()
    {
        for (var size = 1; size <= 4; size *= 2)
        {
            if (!Count(out var count)) return false;
            for (var i = 0; i < count; i++)
            {
                if (!Id(out var id) || !fields.Take(size, out var value)) return false;
                Set(size, id, value);
            }
        }
        // Some firmware counts its longer values wrongly. The record's own length bounds them, so they do no harm.
        if (!Count(out var blocks)) return true;
        for (var i = 0; i < blocks; i++)
        {
            if (!Id(out var id) || !Count(out var length) || !fields.Take(length, out var value)) break;
            // Backup batteries: for each whether it is there and its charge.
            if (id == 0xFEA8 && value.Length >= 2 && value[0] > 0 && value[1] <= 100) battery ??= value[1];
        }
        return true;
    }

    public readonly DeviceMessage Message() => new()
    {
        Kind = MessageKind.Position,
        Time = hasTime ? MeitrackBinary.TimeOf(seconds) : null,
        Valid = valid && Place is not null,
        Position = Place,
        Satellites = satellites,
        Speed = speed is { } kmh ? Speed.FromKilometresPerHour(kmh) : null,
        CourseDegrees = course is { } degrees and <= 360 ? degrees % 360 : null,
        AltitudeMetres = altitude,
        BatteryPercent = battery,
        OdometerMetres = odometer,
        Seal = new(Locked: locked),
        Events = MeitrackEvents.Of(eventCode),
    };

    void Set(int size, int id, ReadOnlySpan<byte> value)
    {
        switch (size, id)
        {
            case (1, 0x01): eventCode = value[0]; break;
            case (1, 0x05): valid = value[0] > 0; break;
            case (1, 0x06): satellites = value[0]; break;
            case (1, 0x47): locked = value[0] == Locked ? true : value[0] == Unlocked ? false : null; break;
            case (1, 0xFE69): battery = value[0] <= 100 ? value[0] : null; break;
            case (2, 0x08): speed = BinaryPrimitives.ReadUInt16LittleEndian(value); break;
            case (2, 0x09): course = BinaryPrimitives.ReadUInt16LittleEndian(value); break;
            case (2, 0x0B): altitude = BinaryPrimitives.ReadInt16LittleEndian(value); break;
            case (2, 0x40): eventCode = BinaryPrimitives.ReadUInt16LittleEndian(value); break;
            case (4, 0x02):
                (hasLatitude, latitude) = (true, BinaryPrimitives.ReadInt32LittleEndian(value));
                break;
            case (4, 0x03):
                (hasLongitude, longitude) = (true, BinaryPrimitives.ReadInt32LittleEndian(value));
                break;
            case (4, 0x04): (hasTime, seconds) = (true, BinaryPrimitives.ReadUInt32LittleEndian(value)); break;
            case (4, 0x0C): odometer = BinaryPrimitives.ReadUInt32LittleEndian(value); break;
        }
    }

    bool Id(out int id)
    {
        if (!Count(out id)) return false;
        if (id != Extension) return true;
        if (!Count(out var second)) return false;
        id = Extension << 8 | second;
        return true;
    }

    bool Count(out int count)
    {
        var there = fields.Take(1, out var taken);
        count = there ? taken[0] : 0;
        return there;
    }
}
