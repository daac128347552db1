namespace Rahdari.Devices.Gt06;

/// <summary>Status byte, voltage level and alarm codes in terms of the one vocabulary.</summary>
static class Gt06Status
{
    /// <summary>Bits 3 to 5 of the status byte; 5 is free.</summary>
    static DeviceEvent? OfStatus(int status, bool alarmSevenIsSpeed) => (status >> 3 & 7) switch
    {
        1 => DeviceEvent.Vibration,
        2 => DeviceEvent.PowerCut,
        3 => DeviceEvent.BatteryLow,
        4 => DeviceEvent.Panic,
        7 when !alarmSevenIsSpeed => DeviceEvent.Removed,
        _ => null,
    };

    /// <summary>
    /// Alarm codes. 30 is jamming with some makers and hard braking with others, and nothing in the frame tells which;
    /// it is left out, as are codes of driving and of modes. Codes from 0x100 on go on in a second byte.
    /// </summary>
    static DeviceEvent? OfAlarm(int code) => code switch
    {
        0x01 => DeviceEvent.Panic,
        0x02 => DeviceEvent.PowerCut,
        0x03 => DeviceEvent.Vibration,
        0x04 => DeviceEvent.FenceEntered,
        0x05 => DeviceEvent.FenceLeft,
        0x09 => DeviceEvent.Towed,
        0x0C or 0x13 or 0x25 => DeviceEvent.Tampered,
        0x0E or 0x0F or 0x19 => DeviceEvent.BatteryLow,
        0x11 or 0x15 => DeviceEvent.GoingOffline,
        0x14 => DeviceEvent.DoorOpened,
        0x18 => DeviceEvent.Removed,
        0x23 => DeviceEvent.Fall,
        0x32 => DeviceEvent.Unplugged,
        0x33 => DeviceEvent.SealedAuto,
        0x34 => DeviceEvent.Unsealed,
        0x107 or 0x10B => DeviceEvent.Jamming,
        _ => null,
    };

    /// <summary>The code that a device would send for an event; null where it has none.</summary>
    public static int? CodeOf(DeviceEvent deviceEvent)
    {
        for (var code = 1; code <= 0x34; code++)
            if (code != 0x0C && OfAlarm(code) == deviceEvent) return code;
        return null;
    }

    /// <param name="status">The status byte, or -1.</param>
    /// <param name="alarm">The alarm code, or -1.</param>
    public static IReadOnlyList<DeviceEvent> Events(int status, int alarm, bool alarmSevenIsSpeed = false)
    {
        var first = status < 0 ? null : OfStatus(status, alarmSevenIsSpeed);
        var second = alarm < 0 ? null : OfAlarm(alarm);
        if (second is not { } told || second == first) return first is { } only ? [only] : [];
        return first is { } both ? [both, told] : [told];
    }

    public static SealState Seal(int alarm) => alarm switch
    {
        0x33 => new(Locked: true),
        0x34 => new(Locked: false),
        _ => default,
    };

    public static bool? Charging(int status) => (status & 1 << 2) != 0 ? true : null;

    /// <summary>
    /// A percentage, or one of six levels. What is 6 or below may be either: it is a level where the form is known to
    /// tell levels, and elsewhere nothing is known.
    /// </summary>
    public static int? BatteryPercent(int level, bool tellsLevels) => level switch
    {
        <= 6 => tellsLevels ? level * 100 / 6 : null,
        <= 100 => level,
        _ => null,
    };
}
