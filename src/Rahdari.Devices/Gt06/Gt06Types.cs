namespace Rahdari.Devices.Gt06;

/// <summary>Protocol numbers.</summary>
static class Gt06Types
{
    public const byte Login = 0x01, Gps = 0x10, GpsCellsLong = 0x11, GpsCells = 0x12, Status = 0x13,
        ShortTextAnswer = 0x15, GpsCellsStatus = 0x16, GpsCard = 0x17, CellsStatus = 0x19,
        GpsPhone = 0x1A, GpsExtended = 0x1E,
        TextAnswer = 0x21, GpsCellsUpload = 0x22, Heartbeat = 0x23, GpsCells4 = 0x24, GpsCellsDriver = 0x25,
        GpsCellsStatus2 = 0x26, GpsCellsStatusFence = 0x27, AddressRequest = 0x2A, GpsCells2 = 0x2D, GpsCells5 = 0x31,
        GpsCellsStatus4 = 0x32, Alarm33 = 0x33, GpsX1 = 0x34, GpsVl = 0x36, GpsCells3 = 0x37, GpsUploadCells = 0x38,
        GpsDriver = 0x61, Modules = 0x70, TimeRequest = 0x8A,
        Info = 0x94, CameraAlarm = 0x95, GpsLongCells = 0xA0, GpsLongCellsStatus = 0xA2, FenceAlarm = 0xA3,
        FencesAlarm = 0xA4, CellsAlarm = 0xA5, DeviceStatus = 0xF1, Peripheral = 0xF2;

    /// <summary>Numbers whose content has a fix; some of them only in one dialect, which the content tells.</summary>
    public static bool MayHaveFix(byte type) => type is Gps or GpsCellsLong or GpsCells or GpsCellsStatus or GpsCard
        or GpsPhone or GpsExtended or GpsCellsUpload or GpsCells4 or GpsCellsDriver or GpsCellsStatus2
        or GpsCellsStatusFence or GpsCells2 or GpsCells5 or GpsCellsStatus4 or GpsX1 or GpsVl or GpsCells3
        or GpsUploadCells or GpsDriver or GpsLongCells or GpsLongCellsStatus or FenceAlarm or FencesAlarm;

    /// <summary>Numbers whose times the maker's documents call UTC; the others may follow the login's zone.</summary>
    public static bool IsUtc(byte type) => type is GpsCellsUpload or GpsCellsStatus2 or GpsCellsStatusFence
        or GpsLongCells or FencesAlarm or GpsVl or GpsUploadCells;

    /// <summary>Numbers whose content ends with status, voltage, signal and alarm.</summary>
    public static bool HasStatus(byte type) => type is GpsCellsStatus or GpsCellsStatus2 or GpsCellsStatusFence
        or GpsCellsStatus4 or FencesAlarm;

    /// <summary>Numbers whose voltage byte is one of six levels by the makers' documents. 32 and A2, which several
    /// makers fill in their own way, are none of them.</summary>
    public static bool TellsLevels(byte type) => type is Status or GpsCellsStatus or CellsStatus or GpsCellsStatus2
        or GpsCellsStatusFence or GpsVl or FencesAlarm or CellsAlarm;

    /// <summary>Numbers whose alarm code goes on in the upper half of the byte behind it.</summary>
    public static bool HasLongAlarm(byte type) => type is GpsCellsStatusFence or FencesAlarm;

    /// <summary>Numbers where upload reason and re-upload flag follow the cell.</summary>
    public static bool HasUpload(byte type) =>
        type is GpsCellsUpload or GpsCells2 or GpsCells5 or GpsCells3 or GpsVl or GpsLongCells;
}
