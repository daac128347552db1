using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;

namespace Rahdari.Tests.Devices.Jt600;

public sealed class Jt600DecoderTests
{
    const string Id = "8000620011";

    static readonly Jt600Decoder Decoder = new();

    /// <summary>The protocol has knots.</summary>
    static readonly DeviceMessage Sample = SampleFrames.Message with { Speed = Speed.FromKnots(18) };

    /// <summary>One of every kind of message, in its wire form.</summary>
    static readonly string[] Texts =
    [
        "(8000620011,P45,170720,020614,22.56035,N,114.01640,E,A,36,270,1,1,0008627839,0,0,24,5)",
        "(8000620011,P52,2,123456)", "(8000620011,P22,2)", "(7560405553,@JT)",
        "(3460311327,U01,010100,000024,F,0.000000,N,0.000000,E,0.00,0,0,100%,00000001000000,263,1,18,0,0,33)",
        "(3460311327,U06,11,220916,135643,T,9.552553,N,13.658265,W,0.61,0,9,100%,00000001000000,11012,10,30,0,0,126)",
        "(3120820029,W01,02553.3555,E,2438.0997,S,A,171012,053339,0,8,20,6,31,5,20,20)",
    ];

    static IEnumerable<byte[]> EveryKind() =>
    [
        Jt600Encoder.Record(Id, Sample),
        Jt600Encoder.LockReport(Id, Sample with { Events = [DeviceEvent.UnsealedByBluetooth] }),
        Jt600Encoder.Heartbeat(Id),
        .. Texts.Select(System.Text.Encoding.ASCII.GetBytes),
        ShortForm(3),
        Peripheral(),
    ];

    [VectorsFact]
    public void Recorded_frames_read_as_a_third_party_reads_them()
    {
        var compared = 0;
        foreach (var recorded in RecordedFrames.Expected("jt600"))
        {
            var frame = Decoder.Decode(recorded.Bytes, DeviceSession.Fresh, DecodeOptions.Default);
            Assert.Null(frame.Error);
            Assert.Equal(ChecksumVerdict.None, frame.Checksum);
            if (recorded.Positions.Count == 0) Assert.All(frame.Messages, m => Assert.Null(m.Position));
            else Assert.Equal(recorded.Positions.Count, frame.Messages.Count);
            foreach (var (expected, message) in recorded.Positions.Zip(frame.Messages))
                RecordedFrames.AssertSame(recorded.Id, expected, message);
            compared += recorded.Positions.Count;
        }
        Assert.True(compared > 30, $"only {compared} positions compared");
    }

    [VectorsFact]
    public void Recorded_frames_survive_truncation_anywhere() =>
        Assert.All(RecordedFrames.All("jt600"), f => Wire.AssertTruncatesCleanly(Decoder, f));

    [Fact]
    public void Every_kind_of_message_survives_truncation_anywhere() =>
        Assert.All(EveryKind(), f => Wire.AssertTruncatesCleanly(Decoder, f));

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void Every_kind_of_message_is_found_in_a_stream_however_it_is_cut(int piece)
    {
        var kinds = EveryKind().ToList();

        var frames = Wire.Feed(Decoder, kinds.SelectMany(f => f).ToArray(), piece);

        Assert.Equal(kinds.Count, frames.Count);
        Assert.All(frames, f => Assert.Null(f.Error));
    }

    [Fact]
    public void A_record_is_read_as_it_was_written() => Messages.ForAll(Messages.Positions, message =>
    {
        var frame = Decoder.Decode(Jt600Encoder.Record(Id, message), DeviceSession.Fresh, DecodeOptions.Default);

        var read = Assert.Single(frame.Messages);
        Assert.Null(frame.Error);
        Assert.Equal(Id, frame.DeviceId);
        Assert.InRange(read.Position!.Value.LatitudeE7 - message.Position!.Value.LatitudeE7, -9, 9);
        Assert.InRange(read.Position!.Value.LongitudeE7 - message.Position!.Value.LongitudeE7, -9, 9);
        Assert.Equal(message.CourseDegrees / 2 * 2, read.CourseDegrees);
        Assert.Equal(
            message with { Position = null, CourseDegrees = null, Events = [] },
            read with { Position = null, CourseDegrees = null, Events = [] });
        Assert.Empty(read.Events);
    });

    [Fact]
    public void Every_event_the_record_can_carry_is_read_as_it_was_written()
    {
        DeviceEvent[] carried =
        [
            DeviceEvent.FenceEntered, DeviceEvent.FenceLeft, DeviceEvent.RopeCut, DeviceEvent.Vibration,
            DeviceEvent.UnlockedTooLong, DeviceEvent.WrongPasswords, DeviceEvent.IllegalCard, DeviceEvent.BatteryLow,
            DeviceEvent.CoverOpened, DeviceEvent.MotorStuck, DeviceEvent.Restarted, DeviceEvent.Charging,
        ];
        Assert.All(carried, e => Assert.Equal([e], Read(Jt600Encoder.Record(Id, Sample with { Events = [e] })).Events));
        Assert.Equal(
            [DeviceEvent.RopeCut, DeviceEvent.CoverOpened],
            Read(Jt600Encoder.Record(
                Id, Sample with { Events = [DeviceEvent.CoverOpened, DeviceEvent.RopeCut] })).Events);
    }

    [Fact]
    public void A_lock_report_is_read_as_it_was_written()
    {
        DeviceEvent[] carried =
        [
            DeviceEvent.SealedAuto, DeviceEvent.UnsealedByCard, DeviceEvent.UnsealedByVehicleCard,
            DeviceEvent.UnsealedByStaticPassword, DeviceEvent.UnsealedByDynamicPassword,
            DeviceEvent.UnsealedByBluetooth, DeviceEvent.UnsealRefusedBadPassword,
            DeviceEvent.UnsealRefusedOutsideFence, DeviceEvent.UnsealRefused,
        ];
        Assert.All(carried, e =>
        {
            var report = Read(Jt600Encoder.LockReport(Id, Sample with { Events = [e] }));
            Assert.Equal([e], report.Events);
            Assert.Equal(Sample.Time, report.Time);
            Assert.Equal(Sample.Position, report.Position);
            Assert.Equal(7, report.DeviceSerial);
        });
        Assert.Equal(
            [DeviceEvent.UnsealRefusedBadPassword, DeviceEvent.WrongPasswords],
            Read(Jt600Encoder.LockReport(Id, Sample with
            {
                Events = [DeviceEvent.UnsealRefusedBadPassword, DeviceEvent.WrongPasswords],
            })).Events);
    }

    [Theory]
    [InlineData(1, RecordClass.Live)]
    [InlineData(2, RecordClass.Alarm)]
    [InlineData(3, RecordClass.Stored)]
    [InlineData(4, RecordClass.Stored)]
    public void The_data_type_is_the_record_class(byte type, RecordClass record)
    {
        var frame = Jt600Encoder.Record(Id, Sample);
        frame[7] = (byte)(frame[7] & 0xF0 | type);

        Assert.Equal(record, Read(frame).Record);
    }

    [Fact]
    public void Firmware_before_the_JT701D_is_answered_where_it_asks()
    {
        var asking = Jt600Encoder.Record(Id, Sample);
        var silent = Jt600Encoder.Record(Id, Sample, ackRequired: false);
        (asking[6], silent[6]) = (0x17, 0x17);

        Assert.Equal("(P35)"u8.ToArray(), Decode(asking).Reply);
        Assert.Null(Decode(silent).Reply);
    }

    [Fact]
    public void Firmware_before_the_tail_may_send_several_records_in_one_frame()
    {
        var first = Jt600Encoder.Record(Id, Sample)[10..44];
        var second = Jt600Encoder.Record(Id, Sample with { Time = Sample.Time!.Value.AddMinutes(1) })[10..44];
        byte[] frame = [.. Jt600Encoder.Record(Id, Sample)[..6], 0x16, 0x11, 0, 2 * 34 + 1, .. first, .. second, 7];

        var read = Decoder.Decode(frame, DeviceSession.Fresh, DecodeOptions.Default);

        Assert.Null(read.Error);
        Assert.Equal([Sample.Time, Sample.Time!.Value.AddMinutes(1)], read.Messages.Select(m => m.Time));
        Assert.All(read.Messages, m => Assert.Equal((Sample.Position, 7), (m.Position, m.DeviceSerial)));
        Assert.Equal([10..44, 44..78], read.Places);
        Assert.Equal("(P35)"u8.ToArray(), read.Reply);
        Wire.AssertTruncatesCleanly(Decoder, frame);
    }

    [Fact]
    public void A_lock_on_its_charger_has_no_percentage()
    {
        var read = Read(Jt600Encoder.Record(Id, Sample with { Charging = true }));

        Assert.True(read.Charging);
        Assert.Null(read.BatteryPercent);
    }

    [Fact]
    public void An_impossible_date_is_named_by_its_byte_and_the_rest_is_kept()
    {
        var record = Jt600Encoder.Record(Id, Sample);
        record[11] = 0x13;

        var frame = Decode(record);

        Assert.Equal(new(DecodeCodes.FieldInvalid, 10, "date and time are none"), frame.Error);
        var message = Assert.Single(frame.Messages);
        Assert.Null(message.Time);
        Assert.Equal(Sample.Seal, message.Seal);
        Assert.NotNull(frame.Reply);
    }

    [Fact]
    public void An_impossible_place_is_named_by_its_byte()
    {
        var record = Jt600Encoder.Record(Id, Sample);
        record[16] = 0x91;

        var frame = Decode(record);

        Assert.Equal(DecodeCodes.FieldInvalid, frame.Error?.Code);
        Assert.Equal(16, frame.Error?.Offset);
        Assert.Null(Assert.Single(frame.Messages).Position);
    }

    [Fact]
    public void Each_record_of_a_short_frame_knows_its_bytes()
    {
        var frame = Decode(ShortForm(3));

        Assert.Equal([9..36, 36..63, 63..90], frame.Places);
        Assert.Equal(3, frame.Messages.Count);
        Assert.Null(frame.Reply);
    }

    [Fact]
    public void Web_requests_and_noise_are_garbage_up_to_the_next_start()
    {
        Assert.Equal(FrameScan.Garbage(18), Decoder.Scan("GET / HTTP/1.1\r\n\r\n"u8));
        Assert.Equal(FrameScan.Garbage(3), Decoder.Scan("xyz(8000620011,@JT)"u8));
        Assert.Equal(FrameScan.Garbage(8), Decoder.Scan("(1234,P4(8000620011,@JT)"u8));
        Assert.Equal(FrameScan.Garbage(10), Decoder.Scan([0x24, 0xFF, 1, 2, 3, 4, 5, 6, 7, 8]));
    }

    [Fact]
    public void A_text_frame_that_never_ends_is_garbage_at_the_limit()
    {
        var bytes = Enumerable.Repeat((byte)'1', Jt600Frame.MaxBytes).ToArray();
        bytes[0] = (byte)'(';

        Assert.Equal(FrameScan.NeedMore, Decoder.Scan(bytes.AsSpan(0, bytes.Length - 1)));
        Assert.Equal(FrameScan.Garbage(bytes.Length), Decoder.Scan(bytes));
    }

    [Fact]
    public void Mutated_frames_never_break_the_decoder() => Wire.Fuzz(Decoder, [.. EveryKind()], seed: 600);

    [Theory]
    [InlineData("271.9", 271)]
    [InlineData("360.0", 0)]
    [InlineData("361.5", null)]
    public void A_course_with_a_fraction_is_cut(string told, int? course)
    {
        var frame = Decode(System.Text.Encoding.ASCII.GetBytes(
            $"(3460311327,U06,11,220916,135643,T,24.860712,N,67.009932,E,0.61,{told},9,100%,0,11012,10,30,0,0,126)"));

        Assert.Equal(course, Assert.Single(frame.Messages).CourseDegrees);
        Assert.Equal(course is null, frame.Error is not null);
        Assert.Equal(new GeoPosition(248_607_120, 670_099_320), frame.Messages[0].Position);
    }

    [Fact]
    public void Decoding_a_record_allocates_its_result_and_nothing_else() =>
        Assert.InRange(Wire.AllocatedPerFrame(Decoder, Jt600Encoder.Record(Id, Sample)), 1, 520);

    static DecodedFrame Decode(byte[] frame) => Decoder.Decode(frame, DeviceSession.Fresh, DecodeOptions.Default);

    static DeviceMessage Read(byte[] frame) => Assert.Single(Decode(frame).Messages);

    static byte[] ShortForm(int records)
    {
        var record = new byte[Jt600Frame.ShortRecordBytes];
        Jt600FixBlock.Write(record, Sample);
        var length = records * record.Length;
        return
        [
            0x24, 0x62, 0x40, 0x90, 0x19, 0x61, 0x23, (byte)(length >> 8), (byte)length,
            .. Enumerable.Repeat(record, records).SelectMany(r => r), 0x22,
        ];
    }

    /// <summary>A peripheral's frame whose fix block holds an escaped comma (2C).</summary>
    static byte[] Peripheral() =>
    [
        .. "(7500313609,23,29,WLNET,5,2,"u8,
        .. Convert.FromHexString("22071916311822350966113549495E3D11232207191622591190702002FE0117623C010113470000"),
        (byte)')',
    ];
}
