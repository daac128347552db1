namespace Rahdari.Devices.Ruptela;

/// <summary>
/// Input/output elements that the one vocabulary knows. A record reports an event only where it was made because of
/// that element: the same element stands in every periodic record as a state.
/// </summary>
static class RuptelaEvents
{
    public const int Odometer = 65, Charging = 170;

    const int Jamming = 88, Towing = 410, Tampering = 758;

    /// <param name="value">Null where the record does not carry the element that caused it.</param>
    public static IReadOnlyList<DeviceEvent> Of(int eventId, ulong? value) => (eventId, value) switch
    {
        (Jamming, > 0) => [DeviceEvent.Jamming],
        (Towing, > 0) => [DeviceEvent.Towed],
        (Tampering, 1) => [DeviceEvent.Tampered],
        _ => [],
    };

    /// <summary>The element that reports an event, its value being 1; null where there is none.</summary>
    public static int? Encode(DeviceEvent deviceEvent) => deviceEvent switch
    {
        DeviceEvent.Jamming => Jamming,
        DeviceEvent.Towed => Towing,
        DeviceEvent.Tampered => Tampering,
        _ => null,
    };
}
