using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Devices.Ruptela;

namespace Rahdari.Tests.Devices.Ruptela;

public sealed class RuptelaDecoderTests
{
    const string Imei = "356307042441013";

    static readonly RuptelaDecoder Decoder = new();

    static readonly DeviceMessage Sample = new()
    {
        Kind = MessageKind.Position,
        Time = DateTimeOffset.Parse("2026-03-01T12:34:56Z"),
        Valid = true,
        Position = new(248_607_123, 670_099_321),
        AltitudeMetres = -12,
        Speed = Speed.FromKilometresPerHour(61),
        CourseDegrees = 271,
        Satellites = 9,
        Charging = true,
        OdometerMetres = 12_345,
    };

    static IEnumerable<byte[]> EveryKind() =>
    [
        RuptelaEncoder.Identification(Imei),
        RuptelaEncoder.Heartbeat(Imei),
        RuptelaEncoder.Packet(Imei, [Sample]),
        RuptelaEncoder.Packet(Imei, [Sample, Sample with { Events = [DeviceEvent.Jamming] }], extended: false),
        TroubleCodes(),
    ];

    [VectorsFact]
    public void Recorded_frames_read_as_a_third_party_reads_them()
    {
        var compared = 0;
        foreach (var recorded in RecordedFrames.Expected("ruptela"))
        {
            var frame = Decode(recorded.Bytes);
            Assert.Equal(ChecksumVerdict.Ok, frame.Checksum);
            Assert.Equal(HasItsLength(recorded.Bytes) ? null : DecodeCodes.LengthWrong, frame.Error?.Code);
            Assert.Equal(recorded.Positions.Count, frame.Messages.Count);
            foreach (var (expected, message) in recorded.Positions.Zip(frame.Messages))
            {
                if (message.Position is not null) RecordedFrames.AssertSame(recorded.Id, expected, message);
                else Assert.True(!expected.Valid && message.Valid != true && expected.FixTime == message.Time);
                compared++;
            }
        }
        Assert.True(compared > 30, $"{compared}");
    }

    [VectorsFact]
    public void Recorded_frames_survive_truncation_anywhere() =>
        Assert.All(RecordedFrames.All("ruptela").Where(HasItsLength), f => Wire.AssertTruncatesCleanly(Decoder, f));

    [Fact]
    public void Every_kind_of_message_survives_truncation_anywhere() =>
        Assert.All(EveryKind(), f => Wire.AssertTruncatesCleanly(Decoder, f));

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(100_000)]
    public void Every_kind_of_message_is_found_in_a_stream_with_garbage_however_it_is_cut(int piece) =>
        Wire.AssertEachIsFound(Decoder, [.. EveryKind()], Imei, piece, "(garbage)"u8);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_packet_is_read_as_it_was_written(bool extended) => Messages.ForAll(
        Messages.Positions.Select(m => m with
        {
            Record = RecordClass.Live,
            Position = m.Valid == true ? m.Position : null,
            Speed = m.Valid == true ? Speed.FromKilometresPerHour(m.DeviceSerial ?? 0) : null,
            CourseDegrees = m.Valid == true ? m.CourseDegrees : null,
            AltitudeMetres = m.Valid == true ? (m.CourseDegrees - 100) * 10 : null,
            BatteryPercent = null,
            DeviceSerial = null,
            Seal = default,
        }),
        message =>
        {
            var frame = Decode(RuptelaEncoder.Packet(Imei, [message, Sample], extended));

            Assert.Equal(ChecksumVerdict.Ok, frame.Checksum);
            Assert.Equal(message with { Events = [] }, frame.Messages[0] with { Events = message.Events });
            Assert.Equal(Sample with { Events = [] }, frame.Messages[1] with { Events = Sample.Events });
        });

    [Theory]
    [InlineData(-430)]
    [InlineData(-1_000)]
    [InlineData(3_276)]
    [InlineData(3_400)]
    [InlineData(5_500)]
    public void Heights_of_passes_and_of_low_land_are_read_as_they_were_written(int metres) => Assert.Equal(
        metres,
        Decode(RuptelaEncoder.Packet(Imei, [Sample with { AltitudeMetres = metres }])).Messages[0].AltitudeMetres);

    [Fact]
    public void Records_are_answered_with_the_published_acknowledgement() =>
        Assert.Equal("0002640113bc", Convert.ToHexStringLower(Decode(RuptelaEncoder.Packet(Imei, [Sample])).Reply!));

    [Fact]
    public void Identification_and_heartbeat_are_told_apart_and_answered()
    {
        var login = Decode(RuptelaEncoder.Identification(Imei));
        var heartbeat = Decode(RuptelaEncoder.Heartbeat(Imei));

        Assert.Equal(MessageKind.Login, Assert.Single(login.Messages).Kind);
        Assert.Equal(MessageKind.Heartbeat, Assert.Single(heartbeat.Messages).Kind);
        Assert.Equal([0, 2, 115, 1], login.Reply![..4]);
        Assert.Equal([0, 2, 116, 1], heartbeat.Reply![..4]);
    }

    [Fact]
    public void An_element_is_an_event_only_where_it_made_the_record()
    {
        DeviceEvent[] carried = [DeviceEvent.Jamming, DeviceEvent.Towed, DeviceEvent.Tampered];
        Assert.All(carried, e =>
        {
            var packet = RuptelaEncoder.Packet(Imei, [Sample with { Events = [e] }]);
            Assert.Equal([e], Decode(packet).Messages[0].Events);
            Assert.Empty(Decode(Resealed(packet, p => (p[36], p[37]) = (0, 7))).Messages[0].Events);
        });
    }

    [Fact]
    public void The_parts_of_a_long_record_become_one_message()
    {
        var later = Sample with { Time = Sample.Time!.Value.AddHours(1) };
        var packet = RuptelaEncoder.Packet(Imei, [Sample with { OdometerMetres = null }, Sample, later]);
        var places = Decode(packet).Places;
        var split = Resealed(packet, p =>
        {
            p[places[0].Start.Value + 5] = 0x10;
            p[places[1].Start.Value + 5] = 0x11;
        });

        var frame = Decode(split);

        Assert.Equal(2, frame.Messages.Count);
        Assert.Equal(12_345, frame.Messages[0].OdometerMetres);
        Assert.Equal(places[0].Start.Value..places[1].End.Value, frame.Places[0]);
        Assert.Equal(places[2], frame.Places[1]);
    }

    [Fact]
    public void One_changed_byte_anywhere_is_no_position() =>
        Wire.AssertNoChangePasses(Decoder, RuptelaEncoder.Packet(Imei, [Sample]), 2.., verdict: null);

    [Fact]
    public void Records_that_lead_astray_are_refused_by_code()
    {
        var packet = RuptelaEncoder.Packet(Imei, [Sample]);

        Assert.Equal(DecodeCodes.RecordInvalid, Decode(Resealed(packet, p => p[12] = 9)).Error?.Code);
        Assert.Equal(DecodeCodes.RecordInvalid, Decode(Resealed(packet, p => p[12] = 0)).Error?.Code);
        Assert.Equal(DecodeCodes.RecordInvalid, Decode(Resealed(packet, p => p[38] = 200)).Error?.Code);
        Assert.Null(Decode(Resealed(packet, p => p[38] = 200)).Reply);
    }

    [Fact]
    public void Trouble_codes_carry_a_place_and_may_be_from_memory()
    {
        var message = Assert.Single(Decode(TroubleCodes()).Messages);

        Assert.Equal(RecordClass.Stored, message.Record);
        Assert.Equal(new GeoPosition(10_000_000, 20_000_000), message.Position);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), message.Time);
    }

    [Fact]
    public void Web_requests_and_frames_of_locks_are_garbage()
    {
        Assert.Equal(FrameScanKind.Garbage, Decoder.Scan("GET / HTTP/1.1\r\n"u8).Kind);
        Assert.Equal(FrameScanKind.Garbage, Decoder.Scan("(7560405553,@JT)"u8).Kind);
    }

    [Fact]
    public void Mutated_frames_never_break_the_decoder() => Wire.Fuzz(Decoder, [.. EveryKind()], seed: 6);

    [Fact]
    public void Decoding_a_packet_allocates_its_result_and_nothing_else() =>
        Assert.InRange(Wire.AllocatedPerFrame(Decoder, RuptelaEncoder.Packet(Imei, [Sample])), 1, 520);

    static DecodedFrame Decode(byte[] frame) => Decoder.Decode(frame, DeviceSession.Fresh, DecodeOptions.Default);

    static byte[] TroubleCodes()
    {
        var frame = RuptelaEncoder.Heartbeat(Imei)[2..^2];
        frame[8] = 9;
        byte[] code = [0, 0x65, 0x53, 0xF1, 0x00, 0x01, 0x31, 0x2D, 0x00, 0x00, 0x98, 0x96, 0x80, 2];
        return Enclosed([.. frame, 1, .. code, .. "P0300"u8]);
    }

    static bool HasItsLength(byte[] frame) => frame.Length == (frame[0] << 8 | frame[1]) + 4;

    /// <summary>Changes a frame and gives it the right checksum again.</summary>
    static byte[] Resealed(byte[] frame, Action<byte[]> change)
    {
        var changed = frame.ToArray();
        change(changed);
        return Enclosed(changed[2..^2]);
    }

    /// <summary>The checksum by its definition, apart from the table the decoder uses.</summary>
    static byte[] Enclosed(byte[] body)
    {
        var crc = 0;
        foreach (var b in body)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0x8408 : crc >> 1;
        }
        return [(byte)(body.Length >> 8), (byte)body.Length, .. body, (byte)(crc >> 8), (byte)crc];
    }
}
