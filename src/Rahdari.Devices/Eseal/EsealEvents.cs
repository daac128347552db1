namespace Rahdari.Devices.Eseal;

/// <summary>Types of messages in terms of the one vocabulary.</summary>
static class EsealEvents
{
    public static DeviceEvent? Of(ReadOnlySpan<byte> type, bool? doorClosed) => type switch
    {
        _ when type.SequenceEqual("Startup"u8) => DeviceEvent.Restarted,
        _ when type.SequenceEqual("Event-Door"u8) =>
            doorClosed == true ? DeviceEvent.DoorClosed : DeviceEvent.DoorOpened,
        _ when type.SequenceEqual("Event-Shock"u8) => DeviceEvent.Vibration,
        _ when type.SequenceEqual("Event-Drop"u8) => DeviceEvent.Fall,
        _ when type.SequenceEqual("Event-Lock"u8) => DeviceEvent.SealedAuto,
        _ when type.SequenceEqual("Event-RC-Unlock"u8) => DeviceEvent.UnsealedByPlatform,
        _ => null,
    };

    /// <summary>The type that tells an event; null where none does.</summary>
    public static string? TypeOf(DeviceEvent deviceEvent) => deviceEvent switch
    {
        DeviceEvent.Restarted => "Startup",
        DeviceEvent.DoorClosed or DeviceEvent.DoorOpened => "Event-Door",
        DeviceEvent.Vibration => "Event-Shock",
        DeviceEvent.Fall => "Event-Drop",
        DeviceEvent.SealedAuto => "Event-Lock",
        DeviceEvent.UnsealedByPlatform => "Event-RC-Unlock",
        _ => null,
    };

    public static bool IsAlarm(ReadOnlySpan<byte> type) => type.StartsWith("Event-"u8);

    public static bool? LockedAfter(DeviceEvent? told) => told switch
    {
        DeviceEvent.SealedAuto => true,
        DeviceEvent.UnsealedByPlatform => false,
        _ => null,
    };

    public static bool IsAnswered(ReadOnlySpan<byte> type) => IsAlarm(type) || type.SequenceEqual("Startup"u8)
        || type.SequenceEqual("Normal"u8) || type.SequenceEqual("Button-Normal"u8)
        || type.SequenceEqual("Termination"u8);
}
