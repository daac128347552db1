namespace Rahdari.Devices.Jt600;

/// <summary>
/// The lock report's source and verification numbers (P45, manual V1.4) and what they are in the one vocabulary.
/// </summary>
static class Jt600LockReport
{
    public const int Card = 1, IllegalCard = 2, VehicleCard = 3, StaticPassword = 4, AutoLocked = 5,
        DynamicPassword = 6, Bluetooth = 7;

    /// <summary>Verification: refused; passed; refused because the lock stands outside its fence.</summary>
    public const int Refused = 0, Passed = 1, RefusedOutsideFence = 99;

    /// <summary>Wrong passwords in a row after which the lock raises its alarm (manual, status bit 9).</summary>
    public const int WrongPasswordsInARow = 5;

    /// <summary>The events of a report. Null source: the field could not be read.</summary>
    public static IReadOnlyList<DeviceEvent> Events(int? source, int? verification, bool passwordOk, int wrongPasswords)
    {
        List<DeviceEvent> events = new(2);
        switch (source)
        {
            case AutoLocked:
                events.Add(DeviceEvent.SealedAuto);
                break;
            case IllegalCard:
                events.Add(DeviceEvent.UnsealRefusedUnregisteredCard);
                events.Add(DeviceEvent.IllegalCard);
                break;
            case { } opener when verification is { } verified:
                events.Add(verified switch
                {
                    Refused => RefusalOf(opener, passwordOk),
                    RefusedOutsideFence => DeviceEvent.UnsealRefusedOutsideFence,
                    _ => UnsealOf(opener),
                });
                break;
        }
        if (wrongPasswords >= WrongPasswordsInARow) events.Add(DeviceEvent.WrongPasswords);
        return events;
    }

    /// <summary>Whether the lock is locked after the report; null where the report does not decide it.</summary>
    public static bool? LockedAfter(IReadOnlyList<DeviceEvent> events) => events switch
    {
        [DeviceEvent.SealedAuto, ..] => true,
        [DeviceEvent.UnsealedByCard or DeviceEvent.UnsealedByVehicleCard or DeviceEvent.UnsealedByStaticPassword
            or DeviceEvent.UnsealedByDynamicPassword or DeviceEvent.UnsealedByBluetooth or DeviceEvent.Unsealed, ..] =>
            false,
        _ => null,
    };

    public static (int Source, int Verification) Encode(IReadOnlyList<DeviceEvent> events)
    {
        foreach (var deviceEvent in events)
        {
            switch (deviceEvent)
            {
                case DeviceEvent.UnsealedByCard: return (Card, Passed);
                case DeviceEvent.UnsealedByVehicleCard: return (VehicleCard, Passed);
                case DeviceEvent.UnsealedByStaticPassword: return (StaticPassword, Passed);
                case DeviceEvent.UnsealedByDynamicPassword: return (DynamicPassword, Passed);
                case DeviceEvent.UnsealedByBluetooth: return (Bluetooth, Passed);
                case DeviceEvent.UnsealRefusedUnregisteredCard or DeviceEvent.IllegalCard:
                    return (IllegalCard, Refused);
                case DeviceEvent.UnsealRefusedBadPassword: return (StaticPassword, Refused);
                case DeviceEvent.UnsealRefusedOutsideFence: return (Card, RefusedOutsideFence);
                case DeviceEvent.UnsealRefused: return (Card, Refused);
            }
        }
        return (AutoLocked, Refused);
    }

    static DeviceEvent UnsealOf(int source) => source switch
    {
        Card => DeviceEvent.UnsealedByCard,
        VehicleCard => DeviceEvent.UnsealedByVehicleCard,
        StaticPassword => DeviceEvent.UnsealedByStaticPassword,
        DynamicPassword => DeviceEvent.UnsealedByDynamicPassword,
        Bluetooth => DeviceEvent.UnsealedByBluetooth,
        _ => DeviceEvent.Unsealed,
    };

    static DeviceEvent RefusalOf(int source, bool passwordOk) =>
        source is StaticPassword or DynamicPassword && !passwordOk
            ? DeviceEvent.UnsealRefusedBadPassword
            : DeviceEvent.UnsealRefused;
}
