namespace Rahdari.Devices.Jt600;

/// <summary>The 16 status bits of a JT701/JT701D record (manual V1.4) in terms of the one vocabulary.</summary>
static class Jt600Status
{
    public const int AckRequired = 1 << 5;
    public const int RopeInserted = 1 << 6;
    public const int MotorLocked = 1 << 7;
    public const int CoverClosed = 1 << 13;

    /// <summary>Bits that report something that happened, lowest first.</summary>
    static readonly (int Bit, DeviceEvent Event)[] Alarms =
    [
        (1 << 1, DeviceEvent.FenceEntered),
        (1 << 2, DeviceEvent.FenceLeft),
        (1 << 3, DeviceEvent.RopeCut),
        (1 << 4, DeviceEvent.Vibration),
        (1 << 8, DeviceEvent.UnlockedTooLong),
        (1 << 9, DeviceEvent.WrongPasswords),
        (1 << 10, DeviceEvent.IllegalCard),
        (1 << 11, DeviceEvent.BatteryLow),
        (1 << 12, DeviceEvent.CoverOpened),
        (1 << 14, DeviceEvent.MotorStuck),
    ];

    /// <summary>Wake-up sources that are events: the device restarted, or was put on its charger.</summary>
    public static DeviceEvent? WakeUp(int source) => source switch
    {
        0 => DeviceEvent.Restarted,
        5 => DeviceEvent.Charging,
        _ => null,
    };

    /// <param name="wakeUp">The wake-up source, or -1 where the record has none.</param>
    public static IReadOnlyList<DeviceEvent> Events(int status, int wakeUp)
    {
        List<DeviceEvent>? events = null;
        foreach (var (bit, deviceEvent) in Alarms)
            if ((status & bit) != 0) (events ??= new(2)).Add(deviceEvent);
        if (WakeUp(wakeUp) is { } woken) (events ??= new(1)).Add(woken);
        return events is null ? [] : events;
    }

    /// <summary>
    /// The seal's state. Firmware before version 0x17 is seen with the cover bit clear on closed locks, so there a
    /// clear bit says nothing.
    /// </summary>
    public static SealState Seal(int status, int version)
    {
        var coverClosed = (status & CoverClosed) != 0;
        return new(
            Locked: (status & MotorLocked) != 0,
            RopePresent: (status & RopeInserted) != 0,
            CoverClosed: coverClosed || version >= Jt600Binary.FirstVersionWithTail ? coverClosed : null);
    }

    /// <summary>The status of a record to be sent. Events without a bit here are left out.</summary>
    public static int Encode(SealState seal, IReadOnlyList<DeviceEvent> events, bool ackRequired)
    {
        var status = ackRequired ? AckRequired : 0;
        if (seal.Locked == true) status |= MotorLocked;
        if (seal.RopePresent == true) status |= RopeInserted;
        if (seal.CoverClosed == true) status |= CoverClosed;
        foreach (var (bit, deviceEvent) in Alarms)
            if (events.Contains(deviceEvent)) status |= bit;
        return status;
    }
}
