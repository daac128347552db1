using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Devices.Teltonika;

namespace Rahdari.Tests.Devices.Teltonika;

public sealed class TeltonikaDecoderTests
{
    const string Imei = "356307042441013";

    static readonly TeltonikaDecoder Decoder = new();

    static readonly DeviceMessage Sample = new()
    {
        Kind = MessageKind.Position,
        Time = DateTimeOffset.Parse("2026-03-01T12:34:56.789Z"),
        Valid = true,
        Position = new(248_607_123, 670_099_321),
        AltitudeMetres = -12,
        Speed = Speed.FromKilometresPerHour(61),
        CourseDegrees = 271,
        Satellites = 9,
        BatteryPercent = 80,
        OdometerMetres = 12_345,
    };

    static readonly SimCardNumber Card = SimCardNumber.Parse("8992302000001234569");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_number_of_the_card_is_joined_of_two_elements(bool extended)
    {
        var packet = TeltonikaEncoder.Packet([Sample with { SimCard = Card }, Sample], extended);
        var frame = Decoder.Decode(packet, new(Imei), DecodeOptions.Default);
        Assert.Equal([Card, null], frame.Messages.Select(m => m.SimCard));
    }

    static IEnumerable<byte[]> EveryKind() =>
    [
        TeltonikaEncoder.Login(Imei),
        TeltonikaEncoder.Packet([Sample]),
        TeltonikaEncoder.Packet([Sample, Sample with { Events = [DeviceEvent.Unplugged] }], extended: true),
        Codec16(),
        Packet7([0, 0, 0, 60, 1, 0x1F, 0x42, 0x0A, 0, 0, 0x42, 0x86, 0, 0, 0, 10, 64, 50, 7], 1),
        TeltonikaEncoder.Packet([Sample with { SimCard = Card }]),
        CommandAnswer(),
        TeltonikaEncoder.Ping(),
    ];

    [VectorsFact]
    public void Recorded_frames_read_as_a_third_party_reads_them_and_bad_checksums_are_told()
    {
        var (compared, bad, answers) = (0, 0, 0);
        foreach (var recorded in RecordedFrames.Expected("teltonika").Where(r => r.Bytes.Length > 12))
        {
            var frame = Decoder.Decode(recorded.Bytes, DeviceSession.Fresh, DecodeOptions.Default);
            var intact = IsIntact(recorded.Bytes);
            Assert.True(intact == (frame.Checksum == ChecksumVerdict.Ok), $"{recorded.Id}: {frame.Checksum}");
            if (!intact)
            {
                Assert.NotNull(frame.Error);
                bad++;
            }
            else if (recorded.Bytes[8] is 12 or 13 or 14)
            {
                Assert.Equal(MessageKind.Other, Assert.Single(frame.Messages).Kind);
                answers++;
            }
            else
            {
                Assert.Null(frame.Error);
                Assert.Equal(recorded.Positions.Count, frame.Messages.Count);
                foreach (var (expected, message) in recorded.Positions.Zip(frame.Messages))
                    RecordedFrames.AssertSame(recorded.Id, expected, message);
                Assert.Equal(TeltonikaEncoder.RecordsAccepted(frame.Messages.Count), frame.Reply);
                compared += frame.Messages.Count;
                continue;
            }
            Assert.Null(frame.Reply);
        }
        Assert.True(compared > 52 && bad > 3 && answers > 4, $"{compared} {bad} {answers}");
    }

    [VectorsFact]
    public void Recorded_frames_survive_truncation_anywhere() => Assert.All(
        RecordedFrames.All("teltonika").Where(f => f.Length <= 12 || f.Length == 12 + DeclaredLength(f)),
        f => Wire.AssertTruncatesCleanly(Decoder, f));

    [Fact]
    public void Every_kind_of_message_survives_truncation_anywhere() =>
        Assert.All(EveryKind(), f => Wire.AssertTruncatesCleanly(Decoder, f));

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(100_000)]
    public void Every_kind_of_message_is_found_in_a_stream_however_it_is_cut(int piece) =>
        Wire.AssertEachIsFound(Decoder, [.. EveryKind()], Imei, piece);

    [Fact]
    public void A_login_names_the_device_and_is_answered_with_one()
    {
        var frame = Decode(TeltonikaEncoder.Login(Imei));

        Assert.Equal(Imei, frame.DeviceId);
        Assert.Equal(Imei, frame.Session.DeviceId);
        Assert.Equal(MessageKind.Login, Assert.Single(frame.Messages).Kind);
        Assert.Equal([1], frame.Reply);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_packet_is_read_as_it_was_written(bool extended) => Messages.ForAll(
        Messages.Positions.Select(m => m with
        {
            Record = m.Record == RecordClass.Alarm ? RecordClass.Alarm : RecordClass.Live,
            Speed = Speed.FromKilometresPerHour(m.DeviceSerial ?? 0),
            Satellites = m.Valid == true ? m.Satellites : 0,
            AltitudeMetres = (m.CourseDegrees - 100) * 10,
            DeviceSerial = null,
            Seal = default,
        }),
        message =>
        {
            var frame = Decode(TeltonikaEncoder.Packet([message, Sample], extended));

            Assert.Equal(ChecksumVerdict.Ok, frame.Checksum);
            Assert.Equal([0, 0, 0, 2], frame.Reply);
            Assert.Equal(message with { Events = [] }, frame.Messages[0] with { Events = message.Events });
            Assert.Equal(Sample with { Events = [] }, frame.Messages[1] with { Events = Sample.Events });
            Assert.Equal(
                message.Record == RecordClass.Alarm ? [DeviceEvent.Panic] : Array.Empty<DeviceEvent>(),
                frame.Messages[0].Events);
        });

    [Fact]
    public void An_element_is_an_event_only_where_it_made_the_record()
    {
        DeviceEvent[] carried =
        [
            DeviceEvent.FenceLeft, DeviceEvent.FenceEntered, DeviceEvent.Panic, DeviceEvent.Towed, DeviceEvent.Jamming,
            DeviceEvent.PowerRestored, DeviceEvent.Unplugged,
        ];
        Assert.All(carried, e =>
        {
            var packet = TeltonikaEncoder.Packet([Sample with { Events = [e] }]);
            Assert.Equal([e], Decode(packet).Messages[0].Events);
            // The same element in a periodic record, whose event id is 0, is a state.
            Assert.Empty(Decode(Resealed(packet, p => p[34] = 0)).Messages[0].Events);
        });
    }

    [Fact]
    public void One_changed_byte_anywhere_in_the_data_is_a_bad_checksum() =>
        Wire.AssertNoChangePasses(Decoder, TeltonikaEncoder.Packet([Sample]), 8..^4);

    [Fact]
    public void Counts_that_differ_and_records_that_lead_astray_are_refused_by_code()
    {
        var packet = TeltonikaEncoder.Packet([Sample]);

        Assert.Equal(DecodeCodes.CountsDiffer, Decode(Resealed(packet, p => p[9] = 2)).Error?.Code);
        Assert.Equal(DecodeCodes.RecordInvalid, Decode(Resealed(packet, p => p[36] = 200)).Error?.Code);
        Assert.Equal(DecodeCodes.CodecUnknown, Decode(Resealed(packet, p => p[8] = 0x55)).Error?.Code);
    }

    [Fact]
    public void Codec_7_says_what_its_masks_announce()
    {
        // Seconds of 2007, place, altitude, course, speed, satellites, cell, signal, operator; an element of each size.
        byte[] whole =
        [
            0x80, 0, 0, 60, 0x0F, 0xFF, 0x42, 0x0A, 0, 0, 0x42, 0x86, 0, 0, 0xFF, 0xF6, 64, 50, 7, 0, 1, 0, 2, 9,
            0, 0, 0, 3, 1, 1, 2, 1, 5, 0, 1, 1, 6, 0, 0, 0, 1,
        ];
        byte[] bare = [0x40, 0, 0, 61, 0x00];

        var frame = Decode(Packet7([.. whole, .. bare], 2));

        Assert.Null(frame.Error);
        var (first, second) = (frame.Messages[0], frame.Messages[1]);
        Assert.Equal(new DateTimeOffset(2007, 1, 1, 0, 1, 0, TimeSpan.Zero), first.Time);
        Assert.Equal(new(345_000_000, 670_000_000), first.Position);
        Assert.Equal((-10, 90, 7, true), (first.AltitudeMetres, first.CourseDegrees, first.Satellites, first.Valid));
        Assert.Equal(Speed.FromKilometresPerHour(50), first.Speed);
        Assert.Equal((RecordClass.Alarm, DeviceEvent.Panic), (first.Record, Assert.Single(first.Events)));
        Assert.Equal((MessageKind.Event, null, null), (second.Kind, second.Position, second.Valid));
        Assert.Equal(TeltonikaEncoder.RecordsAccepted(2), frame.Reply);
    }

    [Theory]
    [InlineData(0x7F, 0xC0)]
    [InlineData(0x43, 0x48)]
    public void A_place_of_codec_7_that_is_none_is_none(byte first, byte second)
    {
        // Not a number; 200 degrees.
        var frame = Decode(Packet7([0, 0, 0, 60, 1, 1, first, second, 0, 0, 0x42, 0x86, 0, 0], 1));

        Assert.Null(Assert.Single(frame.Messages).Position);
    }

    static byte[] Packet7(byte[] records, byte count) => Resealed(
        [0, 0, 0, 0, 0, 0, 0, (byte)(records.Length + 3), 7, count, .. records, count, 0, 0, 0, 0], _ => { });

    [Fact]
    public void Each_record_knows_its_bytes()
    {
        var one = TeltonikaEncoder.Packet([Sample]);
        var two = TeltonikaEncoder.Packet([Sample, Sample]);
        var places = Decode(two).Places;

        Assert.Equal(one[Decode(one).Places[0]], two[places[0]]);
        Assert.Equal(two[places[0]], two[places[1]]);
    }

    [Fact]
    public void A_datagram_is_read_and_answered_with_its_ids()
    {
        var data = TeltonikaEncoder.Packet([Sample])[8..^4];
        byte[] rest = [0xCA, 0xFE, 1, 5, 0, 15, .. System.Text.Encoding.ASCII.GetBytes(Imei), .. data];

        var frame = Decode([0, (byte)rest.Length, .. rest]);

        Assert.Null(frame.Error);
        Assert.Equal(Imei, frame.DeviceId);
        Assert.Equal(ChecksumVerdict.None, frame.Checksum);
        Assert.Equal([0, 5, 0xCA, 0xFE, 1, 5, 1], frame.Reply);
    }

    [Fact]
    public void What_a_serial_port_said_is_no_position_and_wants_no_answer()
    {
        var frame = Decode(Enclosed([0x0F, 1, 0x0B, 0, 0, 0, 2, (byte)'o', (byte)'k', 1]));

        Assert.Null(frame.Error);
        Assert.Equal(MessageKind.Other, Assert.Single(frame.Messages).Kind);
        Assert.Null(frame.Reply);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(100_000)]
    public void Garbage_reads_the_same_however_it_is_cut(int piece)
    {
        byte[] stream =
        [
            0, 0x5F, 0xCA, 0xFE, 1, 7, .. TeltonikaEncoder.Login(Imei), 0x8E, 0xFF, 0, 1, 0,
            .. TeltonikaEncoder.Packet([Sample]),
        ];

        var frames = Wire.Feed(Decoder, stream, piece);

        Assert.Equal(
            [MessageKind.Login, MessageKind.Heartbeat, MessageKind.Position],
            frames.SelectMany(f => f.Messages).Select(m => m.Kind));
    }

    [Fact]
    public void Web_requests_and_frames_of_locks_are_garbage()
    {
        Assert.Equal(FrameScan.Garbage(16), Decoder.Scan("GET / HTTP/1.1\r\n"u8));
        Assert.Equal(FrameScan.Garbage(16), Decoder.Scan("(7560405553,@JT)"u8));
        Assert.Equal(FrameScanKind.Garbage, Decoder.Scan([0, 0, 0, 0, 0, 1, 0, 0]).Kind);
        Assert.Equal(FrameScanKind.Garbage, Decoder.Scan([0, 0, 0, 9]).Kind);
    }

    [Fact]
    public void Mutated_frames_never_break_the_decoder() => Wire.Fuzz(Decoder, [.. EveryKind()], seed: 8);

    [Fact]
    public void Decoding_a_packet_allocates_its_result_and_nothing_else() =>
        Assert.InRange(Wire.AllocatedPerFrame(Decoder, TeltonikaEncoder.Packet([Sample])), 1, 520);

    static DecodedFrame Decode(byte[] frame) => Decoder.Decode(frame, DeviceSession.Fresh, DecodeOptions.Default);

    /// <summary>Changes a packet's data and gives it the right checksum again.</summary>
    static byte[] Resealed(byte[] packet, Action<byte[]> change)
    {
        var changed = packet.ToArray();
        change(changed);
        var crc = BitwiseCrc(changed.AsSpan(8, changed.Length - 12));
        (changed[^2], changed[^1]) = ((byte)(crc >> 8), (byte)crc);
        return changed;
    }

    static byte[] Codec16()
    {
        byte[] record =
        [
            .. TeltonikaEncoder.Packet([Sample])[10..34], 0, 252, 7, 2, 1, 0, 252, 1, 1, 0, 66, 0x2E, 0xE0, 0, 0,
        ];
        return Enclosed([0x10, 1, .. record, 1]);
    }

    static byte[] CommandAnswer() => Enclosed([0x0C, 1, 6, 0, 0, 0, 2, (byte)'o', (byte)'k', 1]);

    static byte[] Enclosed(byte[] data)
    {
        var crc = BitwiseCrc(data);
        return [0, 0, 0, 0, 0, 0, 0, (byte)data.Length, .. data, 0, 0, (byte)(crc >> 8), (byte)crc];
    }

    static int DeclaredLength(byte[] frame) => frame[4] << 24 | frame[5] << 16 | frame[6] << 8 | frame[7];

    static bool IsIntact(byte[] frame) => frame.Length == 12 + DeclaredLength(frame)
        && BitwiseCrc(frame.AsSpan(8, frame.Length - 12))
            == (frame[^4] << 24 | frame[^3] << 16 | frame[^2] << 8 | frame[^1]);

    /// <summary>The checksum by its definition, apart from the table the decoder uses.</summary>
    static int BitwiseCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1;
        }
        return crc;
    }
}
