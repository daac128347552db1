namespace Rahdari.Devices;

/// <summary>
/// The one vocabulary of what a seal or tracker can report, whatever its maker. The slug is the member's name in
/// kebab case (<see cref="DeviceEvents.Slug"/>) and is part of the public contract.
/// </summary>
public enum DeviceEvent
{
    SealedAuto, SealedByCard, SealedByBluetooth, SealedByPlatform, SealedBySms,
    UnsealedByCard, UnsealedByStaticPassword, UnsealedByDynamicPassword, UnsealedByBluetooth, UnsealedBySms,
    UnsealedByPlatform, UnsealedByVehicleCard, Unsealed,
    UnsealRefusedUnregisteredCard, UnsealRefusedBadPassword, UnsealRefusedOutsideFence, UnsealRefused,
    RopeCut, RopeInserted, RopePulled, ShackleOpened, ShackleClosed, OpenedWhileSealed, CoverOpened, DoorOpened,
    DoorClosed, Removed, Tampered, UnlockedTooLong, WrongPasswords, IllegalCard, MotorStuck, BatteryLow, GoingOffline,
    Jamming, PowerCut, PowerRestored, Unplugged, Vibration, Fall, Charging, FenceEntered, FenceLeft, Towed, Panic,
    Restarted,
}

public static class DeviceEvents
{
    static readonly Dictionary<DeviceEvent, string> Slugs =
        Enum.GetValues<DeviceEvent>().ToDictionary(e => e, e => ToKebab(e.ToString()));

    static readonly Dictionary<string, DeviceEvent> BySlug = Slugs.ToDictionary(p => p.Value, p => p.Key);

    public static string Slug(this DeviceEvent deviceEvent) => Slugs[deviceEvent];

    public static bool TryParse(string slug, out DeviceEvent deviceEvent) =>
        BySlug.TryGetValue(slug, out deviceEvent);

    static string ToKebab(string name) => string.Concat(
        name.Select((c, i) => (char.IsUpper(c) && i > 0 ? "-" : "") + char.ToLowerInvariant(c)));
}
