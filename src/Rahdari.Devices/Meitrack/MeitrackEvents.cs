namespace Rahdari.Devices.Meitrack;

/// <summary>Event codes that the one vocabulary knows; the others are reasons of a report, not events.</summary>
static class MeitrackEvents
{
    /// <summary>The code of a report made because its time had come.</summary>
    public const int Interval = 35;

    static readonly (int Code, DeviceEvent Event)[] Known =
    [
        (1, DeviceEvent.Panic), (17, DeviceEvent.BatteryLow), (20, DeviceEvent.FenceEntered),
        (21, DeviceEvent.FenceLeft), (22, DeviceEvent.PowerRestored), (23, DeviceEvent.PowerCut),
        (29, DeviceEvent.Restarted), (36, DeviceEvent.Towed), (44, DeviceEvent.Jamming),
    ];

    public static IReadOnlyList<DeviceEvent> Of(int code)
    {
        foreach (var (known, reported) in Known)
            if (known == code) return [reported];
        return [];
    }

    /// <summary>The code that reports the first known event; a periodic report's where there is none.</summary>
    public static int Encode(IReadOnlyList<DeviceEvent> events)
    {
        foreach (var (code, reported) in Known)
            if (events.Contains(reported)) return code;
        return Interval;
    }
}
