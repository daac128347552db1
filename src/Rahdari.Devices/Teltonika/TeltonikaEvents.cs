namespace Rahdari.Devices.Teltonika;

/// <summary>
/// Input/output elements of the FMx family that the one vocabulary knows. A record reports an event only where it was
/// made because of that element: the same element stands in every periodic record as a state.
/// </summary>
static class TeltonikaEvents
{
    public const int SimCardFirst = 11, SimCardSecond = 14, TotalOdometer = 16, BatteryPercent = 113;

    const int AutoGeofence = 175, Alarm = 236, Towing = 246, Jamming = 249, Unplug = 252;

    public static IReadOnlyList<DeviceEvent> Of(int eventId, ulong? value, bool panic)
    {
        var known = value is { } v ? Of(eventId, v) : null;
        if (!panic) return known is { } single ? [single] : [];
        return known is null or DeviceEvent.Panic ? [DeviceEvent.Panic] : [DeviceEvent.Panic, known.Value];
    }

    /// <summary>The element and value that report an event; null where the family has none for it.</summary>
    public static (int Id, byte Value)? Encode(DeviceEvent deviceEvent) => deviceEvent switch
    {
        DeviceEvent.FenceLeft => (AutoGeofence, 0),
        DeviceEvent.FenceEntered => (AutoGeofence, 1),
        DeviceEvent.Panic => (Alarm, 1),
        DeviceEvent.Towed => (Towing, 1),
        DeviceEvent.Jamming => (Jamming, 1),
        DeviceEvent.PowerRestored => (Unplug, 0),
        DeviceEvent.Unplugged => (Unplug, 1),
        _ => null,
    };

    static DeviceEvent? Of(int id, ulong value) => (id, value) switch
    {
        (AutoGeofence, 0) => DeviceEvent.FenceLeft,
        (AutoGeofence, 1) => DeviceEvent.FenceEntered,
        (Alarm, 1) => DeviceEvent.Panic,
        (Towing, 1) => DeviceEvent.Towed,
        (Jamming, > 0) => DeviceEvent.Jamming,
        (Unplug, 0) => DeviceEvent.PowerRestored,
        (Unplug, 1) => DeviceEvent.Unplugged,
        _ => null,
    };
}
