using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Devices.Gt06;

namespace Rahdari.Tests.Devices.Gt06;

public sealed class Gt06DecoderTests
{
    const string Imei = "356307042441013";

    static readonly Gt06Decoder Decoder = new();

    static readonly DecodeOptions Options = new(Now: DateTimeOffset.Parse("2026-03-01T12:34:56Z"));

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

    /// <summary>Frames whose third-party reading differs, by the start of their id.</summary>
    static readonly Dictionary<string, Differs> Differences = new()
    {
        // The length of the fix is 0: there is none, and the third party's 0, 0 is its default.
        ["0a81eea4"] = Differs.NoPosition,
        ["70e18f27"] = Differs.NoPosition,
        ["3a1beeb0"] = Differs.NoPosition,
        ["ba9d55d8"] = Differs.NoPosition,
    };

    static IEnumerable<byte[]> EveryKind() =>
    [
        Gt06Encoder.Login(Imei, 1, TimeSpan.FromHours(5)), Gt06Encoder.Heartbeat(2), Gt06Encoder.AskTime(3),
        Gt06Encoder.Position(Sample, 4), Gt06Encoder.Position(Sample with { Record = RecordClass.Stored }, 5),
        Gt06Encoder.Alarm(Sample with { Events = [DeviceEvent.DoorOpened] }, 6), Gt06Encoder.Door(true, 7),
    ];

    [VectorsFact]
    public void Recorded_frames_read_as_a_third_party_reads_them_and_bad_checksums_are_told()
    {
        var (compared, bad) = (0, 0);
        foreach (var recorded in RecordedFrames.Expected("gt06"))
        {
            var frame = Decode(recorded.Bytes);
            if (!IsIntact(recorded.Bytes))
            {
                Assert.True(frame.Checksum == ChecksumVerdict.Bad, recorded.Id);
                Assert.Empty(frame.Messages);
                Assert.Null(frame.Reply);
                bad++;
                continue;
            }
            Assert.True(frame.Checksum == ChecksumVerdict.Ok, recorded.Id);
            compared += RecordedFrames.AssertSame(recorded, frame, Differences);
        }
        Assert.True(compared >= 30 && bad > 10, $"{compared} {bad}");
    }

    [VectorsFact]
    public void Recorded_frames_that_are_intact_survive_truncation_anywhere_and_do_without_their_end_mark() =>
        Assert.All(RecordedFrames.All("gt06").Where(IsIntact), f =>
        {
            Wire.AssertTruncatesCleanly(Decoder, f);
            var whole = Decode(f);
            if (whole.Error is null)
                Assert.Equal(
                    whole.Messages.Select(m => m with { Events = [] }),
                    Decode(f[..^2]).Messages.Select(m => m with { Events = [] }));
            for (var length = 0; length < f.Length - 2; length++) Assert.Empty(Decode(f[..length]).Messages);
        });

    [Fact]
    public void Every_kind_of_message_survives_truncation_anywhere() =>
        Assert.All(EveryKind(), f => Wire.AssertTruncatesCleanly(Decoder, f));

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(100_000)]
    public void Every_kind_of_message_is_found_in_a_stream_however_it_is_cut(int piece)
    {
        var kinds = EveryKind().ToList();
        byte[] stream = [1, 0x78, 2, 0x79, 0x78, .. kinds.SelectMany(f => f), 0x79, 0x79, 0, 1, .. kinds[^1]];

        var frames = Wire.Feed(Decoder, stream, piece);

        Assert.Equal(kinds.Count + 1, frames.Count);
        Assert.All(frames, f => Assert.Null(f.Error));
        Assert.All(frames, f => Assert.Equal(Imei, f.DeviceId));
    }

    [Fact]
    public void A_login_names_the_device_and_its_zone_and_is_answered_by_its_serial()
    {
        var frame = Decode(Gt06Encoder.Login(Imei, 0x0102, -TimeSpan.FromMinutes(210)));

        Assert.Equal(Imei, frame.Session.DeviceId);
        Assert.Equal(-TimeSpan.FromMinutes(210), frame.Session.Zone);
        Assert.Equal(MessageKind.Login, Assert.Single(frame.Messages).Kind);
        Assert.Equal(Answer(0x01, 0x0102), frame.Reply);
        Assert.Equal(TimeSpan.FromHours(8), Decode(Convert.FromHexString(
            "78781101075253367890024270003201000512790D0A")).Session.Zone);
    }

    [Fact]
    public void A_position_is_read_as_it_was_written() => Messages.ForAll(
        Messages.Positions.Select(m => m with
        {
            Record = m.Record == RecordClass.Stored ? RecordClass.Stored : RecordClass.Live,
            Speed = Speed.FromKilometresPerHour(m.DeviceSerial ?? 0),
            Satellites = m.Satellites % 16,
            BatteryPercent = null,
            OdometerMetres = null,
            DeviceSerial = null,
            Seal = default,
        }),
        message =>
        {
            var frame = Decode(Gt06Encoder.Position(message, 77));

            Assert.Null(frame.Error);
            Assert.Equal(Answer(0x22, 77), frame.Reply);
            var read = Assert.Single(frame.Messages);
            Assert.InRange(read.Position!.Value.LatitudeE7 - message.Position!.Value.LatitudeE7, -3, 3);
            Assert.InRange(read.Position!.Value.LongitudeE7 - message.Position!.Value.LongitudeE7, -3, 3);
            Assert.Equal(
                message with { Position = null, Events = [] }, read with { Position = null, Events = [] });
        });

    [Fact]
    public void Every_event_an_alarm_can_carry_is_read_as_it_was_written()
    {
        DeviceEvent[] carried =
        [
            DeviceEvent.Panic, DeviceEvent.PowerCut, DeviceEvent.Vibration, DeviceEvent.FenceEntered,
            DeviceEvent.FenceLeft, DeviceEvent.Towed, DeviceEvent.Tampered, DeviceEvent.BatteryLow,
            DeviceEvent.GoingOffline, DeviceEvent.DoorOpened, DeviceEvent.Removed, DeviceEvent.Fall,
            DeviceEvent.Unplugged, DeviceEvent.SealedAuto, DeviceEvent.Unsealed,
        ];
        Assert.All(carried, e =>
        {
            var alarm = Read(Gt06Encoder.Alarm(Sample with { Events = [e], BatteryPercent = 50 }, 1));
            Assert.Equal([e], alarm.Events);
            Assert.Equal(RecordClass.Alarm, alarm.Record);
            Assert.Equal(50, alarm.BatteryPercent);
            Assert.Equal(e == DeviceEvent.SealedAuto ? true : e == DeviceEvent.Unsealed ? false : null,
                alarm.Seal.Locked);
        });
    }

    [Theory]
    // The makers' and third parties' examples: number, what the status and alarm bytes say, class.
    [InlineData("7878251613020c12141ac5027951430c2a16f60014000900000000001a00007c550300020002f1e70d0a", "removed")]
    [InlineData("787825260F0C1D030B26C9027AC8180C4658600004000901CC00287D001F718004041302000C472A0D0A", "tampered")]
    [InlineData("787819a5012ed0000075df000000000098661502050413000019a12b0d0a", "tampered")]
    [InlineData("78781219028f0a29e10036f12003040102000875dc0d0a", "panic")]
    [InlineData(
        "78782ea4110c0c02281bf6026c18720c38d22800149c1181cc00010000260e000000000615f8012c05041102ff001058fd0d0a",
        "going-offline")]
    public void Alarms_of_every_dialect_have_their_event(string hex, string slug)
    {
        var message = Read(Convert.FromHexString(hex));

        Assert.Equal([slug], message.Events.Select(e => e.Slug()));
        Assert.Equal(RecordClass.Alarm, message.Record);
    }

    [Fact]
    public void A_record_sent_again_is_stored()
    {
        Assert.Equal(RecordClass.Stored, Read(Convert.FromHexString(
            "787822220f0c1d023305c9027ac8180c46586000140001cc00287d001f71000001000820860d0a")).Record);
        Assert.Equal(RecordClass.Live, Read(Convert.FromHexString(
            "78783536190c1d0f1724cf026cc9140c367d4000940001cc0025ef0540e88c01000000000064051428000006c3000001453f9201"
            + "003477560d0a")).Record);
    }

    [Fact]
    public void The_zone_of_the_login_counts_where_the_maker_does_not_say_UTC()
    {
        var session = Decode(Gt06Encoder.Login(Imei, 1, TimeSpan.FromHours(5))).Session;
        var local = Gt06Encoder.Position(Sample, 4);
        local[3] = 0x12;
        var crc = BitwiseCrc(local.AsSpan(2, local.Length - 6));
        (local[^4], local[^3]) = ((byte)(crc >> 8), (byte)crc);

        Assert.Equal(Sample.Time!.Value.AddHours(-5), Decoder.Decode(local, session, Options).Messages[0].Time);
        Assert.Equal(Sample.Time, Decoder.Decode(Gt06Encoder.Position(Sample, 4), session, Options).Messages[0].Time);
        Assert.Equal(
            Sample.Time!.Value.AddHours(-1),
            Decoder.Decode(local, session, new(TimeSpan.FromHours(1))).Messages[0].Time);
    }

    [Theory]
    [InlineData(0x31, "01000000003039", 1700, null, null)]
    [InlineData(0x31, "01000100003039", -12, null, null)]
    [InlineData(0x32, "44060402", 678, DeviceEvent.PowerCut, 100)]
    [InlineData(0x32, "4406041400FF", 678, DeviceEvent.DoorOpened, 100)]
    public void A_cell_of_ten_bytes_is_followed_by_the_state_and_the_altitude(
        byte type, string state, short altitude, DeviceEvent? expected, int? battery)
    {
        // Behind a status a language may follow the altitude: the two bytes of the longer form here.
        var bytes = Convert.FromHexString(state);
        var (head, language) = type == 0x32 ? (bytes[..4], bytes[4..]) : (bytes, []);
        var fix = Gt06Encoder.Position(Sample, 1)[4..22];
        var message = Read(Framed(type,
        [
            .. fix, 0x01, 0xCC, 0, 1, 0x26, 0x0E, 0, 0, 0x12, 0x34, .. head, (byte)(altitude >> 8), (byte)altitude,
            .. language,
        ]));

        Assert.Equal(Sample.Position, message.Position);
        Assert.Equal(altitude, message.AltitudeMetres);
        Assert.Equal(battery, message.BatteryPercent);
        Assert.Equal(expected is { } e ? [e] : Array.Empty<DeviceEvent>(), message.Events);
        Assert.Equal(
            type == 0x32 ? RecordClass.Alarm : bytes[2] == 1 ? RecordClass.Stored : RecordClass.Live, message.Record);
    }

    [Fact]
    public void A_row_of_cells_has_no_status()
    {
        var status = Decode(Framed(0x19, Convert.FromHexString("01CC00287D001F714103040201")));
        Assert.Equal([DeviceEvent.PowerCut], Assert.Single(status.Messages).Events);

        var row = Decode(Framed(0x19, Convert.FromHexString("01CC00287D001F7141287D001F7240287D001F733F")));
        Assert.Equal(MessageKind.Other, Assert.Single(row.Messages).Kind);
        Assert.Empty(row.Messages[0].Events);
        Assert.Null(row.Reply);
    }

    [Theory]
    [InlineData(0x3B, true)]
    [InlineData(0x2A, false)]
    public void A_number_nobody_has_described_is_a_position_where_it_begins_as_one(byte type, bool position)
    {
        var frame = Gt06Encoder.Position(Sample, 4);
        frame[3] = type;
        var crc = BitwiseCrc(frame.AsSpan(2, frame.Length - 6));
        (frame[^4], frame[^3]) = ((byte)(crc >> 8), (byte)crc);

        Assert.Equal(position, Read(frame).Position is not null);
        Assert.Equal(position, Decode(frame).Reply is not null);
    }

    [Fact]
    public void The_time_and_the_door_are_told()
    {
        Assert.Equal(
            Convert.FromHexString("78780B8A1A03010C2238000" + "3")[..12], Decode(Gt06Encoder.AskTime(3)).Reply![..12]);
        Assert.Null(Decode(Gt06Encoder.AskTime(3), DecodeOptions.Default).Reply);
        Assert.False(Read(Gt06Encoder.Door(true, 1)).Seal.DoorClosed);
        Assert.True(Read(Gt06Encoder.Door(false, 1)).Seal.DoorClosed);
    }

    [Fact]
    public void One_changed_byte_anywhere_is_a_bad_checksum() =>
        Wire.AssertNoChangePasses(Decoder, Gt06Encoder.Position(Sample, 4), 3..^2);

    [Fact]
    public void A_length_that_leaves_two_bytes_out_is_read_and_named()
    {
        var frame = Convert.FromHexString("787808134606020002044dc5050d0a");

        Assert.Equal(FrameScan.Frame(frame.Length), Decoder.Scan(frame));
        Assert.Equal(DecodeCodes.LengthWrong, Decode(frame).Error?.Code);
        Assert.Equal(MessageKind.Heartbeat, Read(frame).Kind);
    }

    [Fact]
    public void Mutated_frames_never_break_the_decoder() => Wire.Fuzz(Decoder, [.. EveryKind()], seed: 6);

    [Fact]
    public void Decoding_a_position_allocates_its_result_and_nothing_else() =>
        Assert.InRange(Wire.AllocatedPerFrame(Decoder, Gt06Encoder.Position(Sample, 4)), 1, 540);

    static DecodedFrame Decode(byte[] frame, DecodeOptions? options = null) =>
        Decoder.Decode(frame, DeviceSession.Fresh, options ?? Options);

    static DeviceMessage Read(byte[] frame) => Assert.Single(Decode(frame).Messages);

    static byte[] Answer(byte type, int serial) => Framed(type, [], serial);

    static byte[] Framed(byte type, byte[] content, int serial = 1)
    {
        byte[] told = [(byte)(content.Length + 5), type, .. content, (byte)(serial >> 8), (byte)serial];
        var crc = BitwiseCrc(told);
        return [0x78, 0x78, .. told, (byte)(crc >> 8), (byte)crc, 0x0D, 0x0A];
    }

    static bool IsIntact(byte[] frame) => frame.Length > 9 && frame[^2] == '\r' && frame[^1] == '\n'
        && BitwiseCrc(frame.AsSpan(2, frame.Length - 6)) == (frame[^4] << 8 | frame[^3]);

    /// <summary>The checksum by its definition, apart from the table the decoder uses.</summary>
    static int BitwiseCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFF;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x8408 : crc >> 1;
        }
        return crc ^ 0xFFFF;
    }
}
