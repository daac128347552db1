namespace Rahdari.Devices.Queclink;

/// <summary>Reports that are events, by the three letters of their type.</summary>
static class QueclinkEvents
{
    /// <summary>The type of a report made because its time had come, and the type asked for.</summary>
    public const string Interval = "FRI";

    /// <param name="type">The report's three letters.</param>
    /// <param name="fields">The whole report: some types say more in the fields before the place.</param>
    public static IReadOnlyList<DeviceEvent> Of(ReadOnlySpan<byte> type, TextFields fields) => type switch
    {
        [(byte)'S', (byte)'O', (byte)'S'] => [DeviceEvent.Panic],
        [(byte)'B', (byte)'P', (byte)'L'] => [DeviceEvent.BatteryLow],
        [(byte)'P', (byte)'N', (byte)'A'] or [(byte)'D', (byte)'O', (byte)'G'] => [DeviceEvent.Restarted],
        [(byte)'P', (byte)'F', (byte)'A'] => [DeviceEvent.GoingOffline],
        [(byte)'T', (byte)'O', (byte)'W'] => [DeviceEvent.Towed],
        [(byte)'J', (byte)'D', (byte)'R'] => [DeviceEvent.Jamming],
        [(byte)'J', (byte)'D', (byte)'S'] => fields[4].SequenceEqual("2"u8) ? [DeviceEvent.Jamming] : [],
        [(byte)'M' or (byte)'E', (byte)'P', (byte)'F'] => [DeviceEvent.PowerCut],
        [(byte)'M' or (byte)'E', (byte)'P', (byte)'N'] => [DeviceEvent.PowerRestored],
        [(byte)'B', (byte)'T', (byte)'C'] => [DeviceEvent.Charging],
        [(byte)'L', (byte)'S', (byte)'A'] => [DeviceEvent.DoorOpened],
        [(byte)'T', (byte)'S', (byte)'W'] => fields[5].SequenceEqual("1"u8) ? [DeviceEvent.Tampered] : [],
        [(byte)'G', (byte)'I', (byte)'N'] => [DeviceEvent.FenceEntered],
        [(byte)'G', (byte)'O', (byte)'T'] => [DeviceEvent.FenceLeft],
        [(byte)'G', (byte)'E', (byte)'O'] => Fence(fields[5]),
        _ => [],
    };

    /// <summary>
    /// Types that tell what happens once and now: SOS, LSA, TSW, TOW, JDR, MPF, EPF. The others tell a state, which a
    /// public decoder dates by the place it comes with; so is it here.
    /// </summary>
    public static bool HappensNow(ReadOnlySpan<byte> type) => type is [(byte)'S', (byte)'O', (byte)'S']
        or [(byte)'L', (byte)'S', (byte)'A'] or [(byte)'T', (byte)'S', (byte)'W'] or [(byte)'T', (byte)'O', (byte)'W']
        or [(byte)'J', (byte)'D', (byte)'R'] or [(byte)'M' or (byte)'E', (byte)'P', (byte)'F'];

    /// <summary>The type of report that tells an event; null where the family has none that needs no further
    /// field.</summary>
    public static string? Encode(DeviceEvent deviceEvent) => deviceEvent switch
    {
        DeviceEvent.Panic => "SOS",
        DeviceEvent.BatteryLow => "BPL",
        DeviceEvent.Restarted => "PNA",
        DeviceEvent.GoingOffline => "PFA",
        DeviceEvent.Towed => "TOW",
        DeviceEvent.Jamming => "JDR",
        DeviceEvent.PowerCut => "MPF",
        DeviceEvent.PowerRestored => "MPN",
        DeviceEvent.Charging => "BTC",
        DeviceEvent.DoorOpened => "LSA",
        DeviceEvent.FenceEntered => "GIN",
        DeviceEvent.FenceLeft => "GOT",
        _ => null,
    };

    /// <param name="kind">One digit, or the fence's number and it in one field: 0 left, 1 entered.</param>
    static DeviceEvent[] Fence(ReadOnlySpan<byte> kind) => kind switch
    {
        [.., (byte)'0'] when kind.Length <= 2 => [DeviceEvent.FenceLeft],
        [.., (byte)'1'] when kind.Length <= 2 => [DeviceEvent.FenceEntered],
        _ => [],
    };
}
