using System.Buffers.Binary;

namespace Rahdari.Devices.Gt06;

/// <summary>
/// The content of messages with a fix. One protocol number has several layouts; they are told apart by where a date can
/// be read and by how many bytes there are, never by a model.
/// </summary>
static class Gt06Basic
{
    public const int ImeiBytes = 8;

    const int CellBytes = 8, ShortVoltageContent = 31, CardContent = 35, OilContent = 38, VoltagesContent = 41,
        LongStatusContent = 59;

    /// <summary>
    /// One maker's content of 31 and 32: a cell of ten bytes without a length before it (country, network, area 2 each,
    /// cell 4), then ignition, reason, flag and mileage, or status, level, signal and alarm; then the altitude 2, and
    /// in 32 perhaps a language 2.
    /// </summary>
    const int AltitudeContent = 37, StatusAltitudeContent = 34, StatusAltitudeLanguageContent = 36,
        TenByteCell = 10;

    /// <summary>
    /// Another maker's content of 32: a cell of nine bytes without a length before it, then ignition, reason, flag,
    /// mileage 4, volts 2, seconds of ignition 4 and network 2; no status.
    /// </summary>
    const int IgnitionContent = 42, NineByteCell = 9;

    /// <summary>From this length on the content of 19 is a row of cells, and has no status.</summary>
    const int CellRowContent = 18;

    /// <summary>Where the fix starts; -1 where the message carries none.</summary>
    public static int FixAt(byte type, ReadOnlySpan<byte> content)
    {
        if (!Gt06Types.MayHaveFix(type))
            return type != Gt06Types.AddressRequest && IsPlainFix(content) ? 0 : -1;
        var at = type switch
        {
            // Data and alarm words stand before it.
            Gt06Types.GpsX1 => 4,
            Gt06Types.GpsDriver => ImeiBytes,
            _ => BehindImei(content),
        };
        if (content.Length < at + Gt06Fix.Bytes) return -1;
        // These numbers are also those of messages without a fix.
        var shared = type is Gt06Types.GpsCard or Gt06Types.GpsCells4 or Gt06Types.GpsX1 or Gt06Types.GpsVl
            or Gt06Types.GpsLongCellsStatus or Gt06Types.FenceAlarm;
        return shared && !IsFix(type, content, at) ? -1 : at;
    }

    /// <summary>
    /// Where the fix starts: 0; or behind an IMEI; or behind a source and an IMEI, and then perhaps behind the time of
    /// sending.
    /// </summary>
    static int BehindImei(ReadOnlySpan<byte> content)
    {
        const int sourced = ImeiBytes + 1, sent = sourced + Gt06Fix.TimeBytes;
        if (IsDate(content, 0)) return 0;
        if (IsImei(content, 0) && IsDate(content, ImeiBytes)) return ImeiBytes;
        if (!IsImei(content, 1) || !IsDate(content, sourced)) return 0;
        return IsDate(content, sent) ? sent : sourced;
    }

    /// <summary>Where the IMEI of a fix at this place starts; -1 where none stands before it.</summary>
    public static int ImeiAt(int fix) => fix == ImeiBytes ? 0 : fix > ImeiBytes ? 1 : -1;

    /// <summary>A nibble to spare and 15 digits, of which the first two are not both 0.</summary>
    static bool IsImei(ReadOnlySpan<byte> content, int at) => content.Length >= at + ImeiBytes
        && content[at] < 0x10 && (content[at] | content[at + 1]) != 0 && Bcd.IsDecimal(content.Slice(at, ImeiBytes));

    /// <summary>Reads the message of a fix.</summary>
    public static (DeviceMessage Message, int Bad) Read(byte type, ReadOnlySpan<byte> content, int at, TimeSpan zone)
    {
        var fix = Gt06Fix.Read(content[at..], zone);
        var rest = content[(at + Gt06Fix.Bytes)..];
        // A layout told by its length is told by the bytes from the fix on.
        var length = content.Length - at;
        var (status, voltage, alarm) = StatusOf(type, length, rest);
        var stored = at <= ImeiBytes && IsStored(type, rest);
        var events = Gt06Status.Events(status, alarm, alarmSevenIsSpeed: length == ShortVoltageContent);
        var message = fix.Message(
            stored ? RecordClass.Stored
            : events.Count > 0 && Gt06Types.HasStatus(type) ? RecordClass.Alarm
            : RecordClass.Live, events);
        if (status >= 0)
            message = message with
            {
                BatteryPercent = voltage < 0
                    ? null
                    : Gt06Status.BatteryPercent(
                        voltage, Gt06Types.TellsLevels(type) || HasTenByteCell(length)),
                Charging = Gt06Status.Charging(status),
                Seal = Gt06Status.Seal(alarm),
            };
        if (AltitudeAt(type, length) is var altitude and > 0)
            message = message with { AltitudeMetres = BinaryPrimitives.ReadInt16BigEndian(rest[altitude..]) };
        return (message, fix.BadOffset < 0 ? -1 : at + fix.BadOffset);
    }

    /// <summary>Whether a message without a fix ends with a status.</summary>
    public static bool HasStatusWithoutFix(byte type, ReadOnlySpan<byte> content) =>
        type == Gt06Types.CellsAlarm || type == Gt06Types.CellsStatus && content.Length < CellRowContent;

    /// <summary>36 without a fix: status, level, signal, alarm, language, modules.</summary>
    public static DeviceMessage Status(ReadOnlySpan<byte> content) => new()
    {
        Kind = MessageKind.Heartbeat,
        BatteryPercent = content.Length >= 3 ? Gt06Status.BatteryPercent(content[1], true) : null,
        Charging = content.Length > 0 ? Gt06Status.Charging(content[0]) : null,
        Events = content.Length >= 4 ? Gt06Status.Events(content[0], content[3]) : [],
    };

    /// <summary>Cells and status without a fix: numbers 19 and A5.</summary>
    public static DeviceMessage CellsAndStatus(byte type, ReadOnlySpan<byte> content)
    {
        var cells = CellLength(content, type == Gt06Types.CellsAlarm);
        if (content.Length < cells + 4) return new() { Kind = MessageKind.Event };
        var (status, voltage, alarm) = (content[cells], content[cells + 1], content[cells + 3]);
        var events = Gt06Status.Events(status, alarm);
        return new()
        {
            Kind = MessageKind.Event,
            Record = events.Count > 0 ? RecordClass.Alarm : RecordClass.Live,
            BatteryPercent = Gt06Status.BatteryPercent(voltage, Gt06Types.TellsLevels(type)),
            Charging = Gt06Status.Charging(status),
            Seal = Gt06Status.Seal(alarm),
            Events = events,
        };
    }

    /// <summary>
    /// A number nobody has described, whose content begins as the known ones do: a date, twelve bytes of fix by their
    /// own nibble, a place on earth.
    /// </summary>
    static bool IsPlainFix(ReadOnlySpan<byte> content) => content.Length >= Gt06Fix.Bytes && IsDate(content, 0)
        && content[6] >> 4 == 12 && Gt06Fix.Read(content, TimeSpan.Zero).BadOffset < 0;

    static bool IsDate(ReadOnlySpan<byte> content, int at) => content.Length >= at + Gt06Fix.TimeBytes
        && content[at] >= 10 && Gt06Fix.TimeOf(content[at..]) is not null;

    /// <summary>Numbers that other messages have too; those begin with a date as well, or with none.</summary>
    static bool IsFix(byte type, ReadOnlySpan<byte> content, int at) => IsDate(content, at) && type switch
    {
        Gt06Types.GpsCard => content.Length - at == CardContent,
        Gt06Types.GpsCells4 => content.Length - at == VoltagesContent,
        Gt06Types.GpsLongCellsStatus => content.Length - at == LongStatusContent,
        Gt06Types.GpsX1 => !IsDate(content, 0),
        _ => true,
    };

    /// <summary>Where the altitude stands behind the fix; 0 where there is none.</summary>
    static int AltitudeAt(byte type, int content) => type switch
    {
        Gt06Types.GpsCells5 when content == AltitudeContent => TenByteCell + 3 + 4,
        Gt06Types.GpsCellsStatus4 when HasTenByteCell(content) => TenByteCell + 4,
        _ => 0,
    };

    static bool HasIgnition(byte type, ReadOnlySpan<byte> rest) =>
        type == Gt06Types.GpsCellsStatus4 && rest.Length == IgnitionContent - Gt06Fix.Bytes;

    static bool HasTenByteCell(int content) => content is StatusAltitudeContent or StatusAltitudeLanguageContent;

    /// <summary>
    /// Status, voltage level and alarm code; -1 where there is none. A length stands before the cell; the shortest
    /// status message has none, and a voltage of two bytes.
    /// </summary>
    static (int Status, int Voltage, int Alarm) StatusOf(byte type, int content, ReadOnlySpan<byte> rest)
    {
        if (content == ShortVoltageContent && type is Gt06Types.GpsCellsStatus or Gt06Types.GpsCells)
            return (rest[CellBytes], -1, -1);
        if (type == Gt06Types.GpsCells && content == OilContent) return (rest[CellBytes], -1, rest[CellBytes + 4]);
        if (type == Gt06Types.GpsLongCellsStatus)
        {
            // A byte for the network, then status, volts 2, level, signal, alarm.
            var told = CellLength(rest, large: true) + 1;
            return rest.Length >= told + 6 ? (rest[told], rest[told + 3], rest[told + 5]) : (-1, -1, -1);
        }
        if (type == Gt06Types.GpsCellsStatus4 && HasTenByteCell(content))
            return (rest[TenByteCell], rest[TenByteCell + 1], rest[TenByteCell + 3]);
        if (!Gt06Types.HasStatus(type) || rest.IsEmpty || HasIgnition(type, rest)) return (-1, -1, -1);
        var at = 1 + CellLengthBehind(rest);
        if (rest.Length < at + 4) return (-1, -1, -1);
        var upper = Gt06Types.HasLongAlarm(type) && rest.Length > at + 4 ? rest[at + 4] >> 4 : 0;
        return (rest[at], rest[at + 1], upper << 8 | rest[at + 3]);
    }

    /// <summary>
    /// Bytes of the cell behind its length, which counts itself or not. A length of 0 is followed by the cell's zeros
    /// or by nothing.
    /// </summary>
    static int CellLengthBehind(ReadOnlySpan<byte> rest)
    {
        int told = rest[0];
        if (told > CellBytes + 1) return told - 1;
        if (told > 0) return CellBytes;
        return rest.Length >= 1 + CellBytes + 4 && !rest.Slice(1, CellBytes).ContainsAnyExcept((byte)0) ? CellBytes : 0;
    }

    /// <summary>Bytes of a cell: country 2, network 1 (2 where the country's highest bit is set), area, cell.</summary>
    static int CellLength(ReadOnlySpan<byte> rest, bool large) =>
        2 + (rest.Length > 0 && (rest[0] & 0x80) != 0 ? 2 : 1) + (large ? 12 : 5);

    /// <summary>The re-upload flag: behind the cell ignition, reason, flag, and perhaps a mileage of 4.</summary>
    static bool IsStored(byte type, ReadOnlySpan<byte> rest)
    {
        if (type == Gt06Types.GpsUploadCells) return rest.Length >= 2 && rest[1] == 1;
        if (HasIgnition(type, rest)) return rest[NineByteCell + 2] == 1;
        var cell = CellLength(rest, type == Gt06Types.GpsLongCells) + (type == Gt06Types.GpsVl ? 1 : 0);
        if (Gt06Types.HasUpload(type))
        {
            // Dialects whose cell has a byte or two more are told by the total: 24 behind the fix, or 19.
            if (type == Gt06Types.GpsCellsUpload && rest.Length == 24) cell++;
            if (type == Gt06Types.GpsCells5 && rest.Length == 19) cell += 2;
            return rest.Length >= cell + 3 && rest[cell + 2] == 1;
        }
        return type is Gt06Types.Gps or Gt06Types.GpsCells && rest.Length - cell is 3 or 7 && rest[cell + 2] == 1;
    }
}
