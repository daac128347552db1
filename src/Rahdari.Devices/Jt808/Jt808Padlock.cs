using System.Buffers.Binary;

namespace Rahdari.Devices.Jt808;

/// <summary>
/// What padlocks and door locks add to a report, in terms of the one vocabulary. Fields: 0B (lock command, card or
/// password, result), 60 (event), 63 and D5 (sub-locks), 67 (password), DA (rope), E8 (lock status).
/// </summary>
static class Jt808Padlock
{
    public const byte LockCommand = 0x0B, Event = 0x60, SubLocks = 0x63, Password = 0x67, CardSubLocks = 0xD5,
        Rope = 0xDA;

    const int SubLockBytes = 11, CardSubLockBytes = 13;
    const byte Sealed = 0x31;
    const int CardSubLockOpen = 1 << 5, RopeInserted = 1;

    /// <summary>The fields that only a padlock sends.</summary>
    public static bool IsPadlocks(byte field) => field is LockCommand or Event or SubLocks or Password or Rope;

    /// <summary>Events 00 to 18; null elsewhere is no event of a seal.</summary>
    static readonly DeviceEvent?[] Events =
    [
        DeviceEvent.ShackleClosed, DeviceEvent.ShackleOpened, DeviceEvent.SealedAuto, DeviceEvent.SealedByCard,
        DeviceEvent.UnsealedByCard, DeviceEvent.SealedByBluetooth, DeviceEvent.UnsealedByBluetooth,
        DeviceEvent.SealedByPlatform, DeviceEvent.UnsealedByPlatform, DeviceEvent.SealedBySms,
        DeviceEvent.UnsealedBySms, DeviceEvent.IllegalCard, DeviceEvent.UnsealRefusedUnregisteredCard,
        // 0D: sealing by card failed outside the area: nothing was opened and nothing was sealed.
        null, DeviceEvent.UnsealRefusedOutsideFence, DeviceEvent.OpenedWhileSealed, DeviceEvent.Tampered,
        DeviceEvent.RopeCut, DeviceEvent.GoingOffline, DeviceEvent.WrongPasswords, DeviceEvent.SealedAuto,
        // 15, 16: put into service.
        null, null, DeviceEvent.BatteryLow, DeviceEvent.MotorStuck,
    ];

    public static DeviceEvent? EventOf(ReadOnlySpan<byte> value)
    {
        if (value.Length < 2) return null;
        int id = BinaryPrimitives.ReadUInt16BigEndian(value);
        return id < Events.Length ? Events[id] : null;
    }

    /// <summary>The number of an event; null where a padlock has none for it.</summary>
    public static int? IdOf(DeviceEvent deviceEvent)
    {
        var id = Array.IndexOf(Events, deviceEvent);
        return id < 0 ? null : id;
    }

    /// <summary>The state an event leaves the seal in, over what was known.</summary>
    public static SealState After(DeviceEvent deviceEvent, SealState seal) => deviceEvent switch
    {
        DeviceEvent.ShackleClosed => seal with { ShackleClosed = true },
        DeviceEvent.ShackleOpened => seal with { ShackleClosed = false },
        DeviceEvent.OpenedWhileSealed => seal with { ShackleClosed = false },
        DeviceEvent.SealedAuto or DeviceEvent.SealedByCard or DeviceEvent.SealedByBluetooth
            or DeviceEvent.SealedByPlatform or DeviceEvent.SealedBySms => seal with { Locked = true },
        DeviceEvent.UnsealedByCard or DeviceEvent.UnsealedByBluetooth or DeviceEvent.UnsealedByPlatform
            or DeviceEvent.UnsealedBySms => seal with { Locked = false },
        _ => seal,
    };

    /// <summary>What a field says of the seal's state, over what was known.</summary>
    public static SealState Read(byte field, ReadOnlySpan<byte> value, SealState seal) => field switch
    {
        SubLocks when value.Length >= SubLockBytes => seal with { Locked = AllSealed(value) },
        // Other makers send a voltage of two bytes under the same number.
        CardSubLocks when value.Length > 2 && value[0] > 0 && value.Length >= 1 + value[0] * CardSubLockBytes =>
            seal with { Locked = AllLocked(value) },
        Rope when value.Length >= 3 => seal with { RopePresent = (value[2] & RopeInserted) != 0 },
        _ => seal,
    };

    /// <summary>Sub-locks of id 6, millivolts 2, sealed 1, physical 1, signal 1.</summary>
    static bool AllSealed(ReadOnlySpan<byte> value)
    {
        for (var at = 0; at + SubLockBytes <= value.Length; at += SubLockBytes)
            if (value[at + 8] != Sealed) return false;
        return true;
    }

    /// <summary>A count, then sub-locks of id 5, card 5, battery 1, status 2.</summary>
    static bool AllLocked(ReadOnlySpan<byte> value)
    {
        for (var i = 0; i < value[0]; i++)
        {
            var status = BinaryPrimitives.ReadUInt16BigEndian(value[(1 + i * CardSubLockBytes + 11)..]);
            if ((status & CardSubLockOpen) != 0) return false;
        }
        return true;
    }
}
