namespace Rahdari.Devices;

/// <summary>What a message is about.</summary>
public enum MessageKind { Position, Login, Heartbeat, Event, Other }

/// <summary>How the device itself classes a record: as it happened, from its memory, or as an alarm.</summary>
public enum RecordClass { Live, Stored, Alarm }

/// <summary>
/// A place in WGS 84, in 1e-7 degrees (the finest unit any protocol here carries). North and east are positive.
/// </summary>
public readonly record struct GeoPosition(int LatitudeE7, int LongitudeE7)
{
    public double Latitude => LatitudeE7 / 1e7;
    public double Longitude => LongitudeE7 / 1e7;
}

/// <summary>A speed in whole metres per hour, so that both km/h and knots (1,852 m/h) are exact.</summary>
public readonly record struct Speed(int MetresPerHour)
{
    public double KilometresPerHour => MetresPerHour / 1000.0;
    public static Speed FromKnots(int knots) => new(knots * 1852);
    public static Speed FromKilometresPerHour(int kmh) => new(kmh * 1000);
}

/// <summary>The seal's own report of itself; null means the protocol or this frame does not say.</summary>
public readonly record struct SealState(
    bool? Locked = null, bool? RopePresent = null, bool? CoverClosed = null, bool? ShackleClosed = null,
    bool? DoorClosed = null)
{
    public bool IsUnknown => this == default;
}

/// <summary>
/// One record of a device, the same for every protocol. Null where the frame does not carry the value. Times are UTC.
/// </summary>
public sealed record DeviceMessage
{
    public required MessageKind Kind { get; init; }
    public RecordClass Record { get; init; } = RecordClass.Live;

    /// <summary>The time of the fix, as the device's clock had it.</summary>
    public DateTimeOffset? Time { get; init; }

    /// <summary>Whether the device itself calls its position a valid satellite fix.</summary>
    public bool? Valid { get; init; }
    public GeoPosition? Position { get; init; }
    public int? AltitudeMetres { get; init; }
    public Speed? Speed { get; init; }

    /// <summary>Degrees clockwise from north, 0 to 359.</summary>
    public int? CourseDegrees { get; init; }
    public int? Satellites { get; init; }
    public int? BatteryPercent { get; init; }
    public bool? Charging { get; init; }
    public long? OdometerMetres { get; init; }

    /// <summary>The device's own record counter where it has one; it wraps.</summary>
    public int? DeviceSerial { get; init; }
    public SealState Seal { get; init; }

    /// <summary>The SIM card the device says is in it.</summary>
    public SimCardNumber? SimCard { get; init; }

    /// <summary>Events reported by this record, each a member of the one vocabulary.</summary>
    public IReadOnlyList<DeviceEvent> Events { get; init; } = [];
}
