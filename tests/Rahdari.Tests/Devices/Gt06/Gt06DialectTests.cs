using Rahdari.Devices;
using Rahdari.Devices.Gt06;

namespace Rahdari.Tests.Devices.Gt06;

/// <summary>Layouts of one number that differ between makers, composed by hand.</summary>
public sealed class Gt06DialectTests
{
    const string Imei = "356307042441013";

    static readonly Gt06Decoder Decoder = new();

    static readonly DeviceMessage Sample = new()
    {
        Kind = MessageKind.Position,
        Time = DateTimeOffset.Parse("2026-03-01T12:34:56Z"),
        Valid = true,
        Position = new(248_607_100, 670_099_350),
        Speed = Speed.FromKilometresPerHour(61),
        CourseDegrees = 271,
        Satellites = 9,
    };

    static readonly byte[] Fix = Gt06Encoder.Position(Sample, 1)[4..22], Id = Convert.FromHexString("0" + Imei);

    /// <summary>A minute after the fix.</summary>
    static readonly byte[] Sent = [26, 3, 1, 12, 35, 56];

    static readonly byte[] Cell = [0x01, 0xCC, 0, 0x28, 0x7D, 0, 0x1F, 0x71];

    [Theory]
    [InlineData(0x12)]
    [InlineData(0x22)]
    public void A_fix_may_stand_behind_the_identity(byte type) => AssertSample(Framed(type, [.. Id, .. Fix, .. Cell]));

    [Theory]
    [InlineData(0x22)]
    [InlineData(0x25)]
    public void A_fix_may_stand_behind_a_source_and_the_identity_and_the_time_of_sending(byte type)
    {
        AssertSample(Framed(type, [0, .. Id, .. Fix, .. Cell]));
        AssertSample(Framed(type, [0, .. Id, .. Sent, .. Fix, 9, .. Cell, 0x44, 4, 4, 0, 2]));
    }

    [Fact]
    public void The_reason_of_a_start_is_no_event_and_the_module_of_events_is()
    {
        byte[] started = [0, 0x2B, 0, 1, 0x14], removed = [0, 0x34, 0, 6, 0x12, 0x5D, 0x7E, 0x39, 0xDC, 0];

        Assert.Empty(Read(Long(0x70, [.. started, 0, 0x2A, 0, 1, 0])).Events);
        Assert.Equal([DeviceEvent.Removed], Read(Long(0x70, [.. started, .. removed])).Events);
    }

    [Theory]
    [InlineData(0x10, DeviceEvent.DoorOpened)]
    [InlineData(0x14, DeviceEvent.FenceEntered)]
    [InlineData(0x15, DeviceEvent.FenceLeft)]
    [InlineData(0x1A, DeviceEvent.BatteryLow)]
    [InlineData(0x1C, DeviceEvent.Restarted)]
    [InlineData(0x1D, DeviceEvent.GoingOffline)]
    [InlineData(0x20, DeviceEvent.Vibration)]
    [InlineData(0x21, DeviceEvent.PowerCut)]
    [InlineData(0x23, DeviceEvent.Tampered)]
    public void Every_code_of_the_module_of_events_has_its_event(byte code, DeviceEvent expected) =>
        Assert.Equal([expected], Read(Long(0x70, [0, 0x34, 0, 6, code, 0, 0, 0, 0, 0])).Events);

    [Theory]
    [InlineData("00", true)]
    [InlineData("01", false)]
    [InlineData("1A0301223801" + "02", true)]
    [InlineData("1A0301223801" + "03", false)]
    public void The_door_is_told_with_a_time_before_it_or_without(string told, bool closed)
    {
        var message = Read(Long(0x94, [0x05, .. Convert.FromHexString(told)]));

        Assert.Equal(closed, message.Seal.DoorClosed);
    }

    [Fact]
    public void The_time_before_the_door_is_its_own()
    {
        var message = Read(Long(0x94, [0x05, 26, 3, 1, 12, 34, 56, 3]));

        Assert.Equal((Sample.Time, MessageKind.Event), (message.Time, message.Kind));
        Assert.Null(message.Position);
    }

    [Theory]
    [InlineData(0x27, 0x02, 0x02, DeviceEvent.PowerCut)]
    [InlineData(0x27, 0x02, 0xFF, null)]
    [InlineData(0xA4, 0x14, 0x10, null)]
    [InlineData(0xA4, 0x07, 0x10, DeviceEvent.Jamming)]
    [InlineData(0x27, 0x0B, 0x12, DeviceEvent.Jamming)]
    [InlineData(0x26, 0x14, 0x10, DeviceEvent.DoorOpened)]
    public void The_code_of_a_fence_alarm_goes_on_in_the_byte_behind_it(
        byte type, byte code, byte language, DeviceEvent? expected)
    {
        var message = Read(Framed(type, [.. Fix, 9, .. Cell, 0x04, 4, 4, code, language, 0]));

        Assert.Equal(expected is { } e ? [e] : Array.Empty<DeviceEvent>(), message.Events);
        Assert.Equal(expected is null ? RecordClass.Live : RecordClass.Alarm, message.Record);
        Assert.Equal(Sample.Position, message.Position);
    }

    [Fact]
    public void A_state_without_a_fix_is_a_heartbeat_and_answered()
    {
        var frame = Decode(Framed(0x36, [0x04, 3, 4, 0, 2, 0, 0x18, 2, 0x01, 0x73], 0x1234));

        var message = Assert.Single(frame.Messages);
        Assert.Equal((MessageKind.Heartbeat, 50, true), (message.Kind, message.BatteryPercent, message.Charging));
        Assert.Empty(message.Events);
        Assert.Equal(Framed(0x36, [], 0x1234), frame.Reply);
    }

    [Theory]
    [InlineData(3, 50)]
    [InlineData(4, null)]
    [InlineData(5, 50)]
    public void A_voltage_of_six_or_less_is_a_level_where_the_form_tells_levels_and_else_unknown(
        int length, int? percent)
    {
        byte[] content = [0x04, 3, 4, 0, 2];
        Assert.Equal(percent, Read(Framed(0x13, content[..length])).BatteryPercent);
        content[1] = 80;
        Assert.Equal(80, Read(Framed(0x13, content[..length])).BatteryPercent);
    }

    [Fact]
    public void A_fact_without_a_time_carries_its_serial_and_one_with_a_time_or_a_heartbeat_does_not()
    {
        Assert.Equal(0x77, Read(Gt06Encoder.Door(true, 0x77)).DeviceSerial);
        Assert.Equal(0x77, Read(Framed(0xA5, [1, 0xCC, 0, .. new byte[12], 0x04, 4, 4, 0x14], 0x77)).DeviceSerial);
        Assert.Null(Read(Gt06Encoder.Position(Sample, 0x77)).DeviceSerial);
        Assert.Null(Read(Gt06Encoder.Heartbeat(0x77)).DeviceSerial);
    }

    [Theory]
    [InlineData(0xF1)]
    [InlineData(0xF2)]
    public void States_of_the_device_and_of_what_it_hears_are_answered(byte type)
    {
        var frame = Decode(Framed(type, [0x63, 0x18, 0xC0, 0, 0, 1, 1, 1]));

        Assert.Equal(MessageKind.Other, Assert.Single(frame.Messages).Kind);
        Assert.Equal(Framed(type, []), frame.Reply);
    }

    [Theory]
    [InlineData(0, RecordClass.Live)]
    [InlineData(1, RecordClass.Stored)]
    public void Ignition_and_mileage_behind_a_cell_of_nine_bytes_are_no_status(byte flag, RecordClass record)
    {
        // 33,600 km: its first byte stands where an alarm code would.
        byte[] told = [1, 0, flag, 0x02, 0x00, 0xB2, 0x00, 0x05, 0x96, 0, 0x1E, 0x16, 0x8E, 0x42, 0x2D];

        var message = Read(Framed(0x32, [.. Fix, 0x02, 0xD4, 0x0A, 0xC5, 0xB6, 0x0D, 0xC0, 0x98, 0x15, .. told]));

        Assert.Equal(Sample.Position, message.Position);
        Assert.Empty(message.Events);
        Assert.Null(message.BatteryPercent);
        Assert.Equal(record, message.Record);
    }

    /// <summary>Layouts told by their length must not take that of the identity before the fix for their own.</summary>
    [Fact]
    public void A_fix_behind_an_identity_is_read_whatever_number_and_length_it_has()
    {
        byte[][] before = [[], Id, [0, .. Id], [0, .. Id, .. Sent]];
        for (var type = 0; type <= 0xFF; type++)
            for (var tail = 0; tail < 64; tail++)
                foreach (var identity in before)
                {
                    var frame = Decode(Framed((byte)type, [.. identity, .. Fix, .. new byte[tail]]));

                    Assert.Equal(ChecksumVerdict.Ok, frame.Checksum);
                    foreach (var message in frame.Messages.Where(m => m.Time == Sample.Time && m.Position is not null))
                        Assert.Equal(Sample.Position, message.Position);
                }
    }

    [Fact]
    public void Every_dialect_survives_truncation_anywhere()
    {
        Wire.AssertTruncatesCleanly(Decoder, Framed(0x25, [0, .. Id, .. Sent, .. Fix, 9, .. Cell, 0x44, 4, 4, 0, 2]));
        Wire.AssertTruncatesCleanly(Decoder, Long(0x70, [0, 0x34, 0, 6, 0x12, 0x5D, 0x7E, 0x39, 0xDC, 0]));
        Wire.AssertTruncatesCleanly(Decoder, Long(0x94, Card));
        Wire.AssertTruncatesCleanly(Decoder, Long(0x94, [0x05, 26, 3, 1, 12, 34, 56, 3]));
    }

    [Fact]
    public void Mutated_dialects_never_break_the_decoder() => Wire.Fuzz(Decoder,
    [
        Framed(0x22, [0, .. Id, .. Sent, .. Fix, 9, .. Cell, 0x44, 4, 4, 0, 2]), Framed(0x12, [.. Id, .. Fix, .. Cell]),
        Framed(0xA4, [.. Fix, 9, .. Cell, 0x04, 4, 4, 7, 0x10, 0]), Long(0x94, [0x05, 26, 3, 1, 12, 34, 56, 3]),
        Long(0x70, [0, 0x2B, 0, 1, 0x14, 0, 0x34, 0, 6, 0x12, 0x5D, 0x7E, 0x39, 0xDC, 0]),
        Framed(0x36, [0x04, 3, 4, 0, 2, 0, 0x18, 2, 0x01, 0x73]),
        Framed(0x16, [0, .. Id, .. Fix, 9, .. Cell]), Framed(0x31, [0, .. Id, .. Fix, .. Cell, 1, 0]),
        Framed(0x32, [.. Id, .. Fix, .. Cell]), Framed(0x32, [.. Fix, .. Cell, 0, .. Cell, .. new byte[7]]),
    ], seed: 66);

    static void AssertSample(byte[] bytes)
    {
        var frame = Decode(bytes);
        var message = Assert.Single(frame.Messages);
        Assert.Equal(
            (Sample.Time, Sample.Position, Sample.CourseDegrees, Sample.Satellites),
            (message.Time, message.Position, message.CourseDegrees, message.Satellites));
        Assert.True(message.Valid);
        Assert.Equal(Imei, frame.DeviceId);
        Assert.Null(frame.Error);
    }

    static DecodedFrame Decode(byte[] frame) => Decoder.Decode(frame, DeviceSession.Fresh, DecodeOptions.Default);

    static DeviceMessage Read(byte[] frame) => Assert.Single(Decode(frame).Messages);

    /// <summary>IMEI, IMSI, and a SIM card's number with the halves of its bytes swapped.</summary>
    static readonly byte[] Card =
        [0x0A, .. Convert.FromHexString("0356307042441013" + "0410010123456789" + "980229030000214365F7")];

    [Fact]
    public void The_card_is_told_in_words_or_as_it_keeps_its_number()
    {
        var told = Read(Long(0x94, Card));
        Assert.Equal((MessageKind.Other, "8920923000001234567"), (told.Kind, told.SimCard?.Value));
        Assert.Null(Read(Long(0x94, Card[..^1])).SimCard);
        Assert.Equal(
            "89882390000097302650",
            Read(Framed(0x15, [32, 0, 0, 0, 0, .. "<ICCID:89882390000097302650>"u8, 0, 2])).SimCard?.Value);
        Assert.Null(Read(Framed(0x15, [12, 0, 0, 0, 0, .. "<ICCID:1>"u8, 0, 2])).SimCard);
    }

    static byte[] Framed(byte type, byte[] content, int serial = 1) =>
        Sealed([0x78, 0x78, (byte)(content.Length + 5), type, .. content, (byte)(serial >> 8), (byte)serial]);

    static byte[] Long(byte type, byte[] content) =>
        Sealed([0x79, 0x79, 0, (byte)(content.Length + 5), type, .. content, 0, 1]);

    /// <summary>The checksum by its definition, apart from the table the decoder uses.</summary>
    static byte[] Sealed(byte[] told)
    {
        var crc = 0xFFFF;
        foreach (var b in told.AsSpan(2))
        {
            crc ^= b;
            for (var i = 0; i < 8; i++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x8408 : crc >> 1;
        }
        crc = ~crc & 0xFFFF;
        return [.. told, (byte)(crc >> 8), (byte)crc, 0x0D, 0x0A];
    }
}
