using System.Buffers.Binary;
using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Devices.Galileosky;

namespace Rahdari.Tests.Devices.Galileosky;

public sealed class GalileoskyDecoderTests
{
    const string Imei = "356307042441013";

    static readonly GalileoskyDecoder Decoder = new();

    static readonly DecodeOptions Options = new(Now: DateTimeOffset.Parse("2026-03-01T12:34:56Z"));

    static readonly DeviceMessage Sample = new()
    {
        Kind = MessageKind.Position,
        Time = DateTimeOffset.Parse("2026-03-01T12:34:56Z"),
        Valid = true,
        Position = new(248_607_120, -670_099_320),
        AltitudeMetres = -12,
        Speed = new(61_500),
        CourseDegrees = 271,
        Satellites = 9,
        OdometerMetres = 12_345,
        DeviceSerial = 1700,
    };

    static IEnumerable<byte[]> EveryKind() =>
    [
        GalileoskyEncoder.Login(Imei), GalileoskyEncoder.Records(Imei, [Sample, Sample]),
        GalileoskyEncoder.Records(null, [Sample with { Record = RecordClass.Stored }]), Compressed(), Photo(),
        Iridium(), Nothing(0x80),
    ];

    [VectorsFact]
    public void Recorded_frames_read_as_a_third_party_reads_them_and_bad_checksums_are_told()
    {
        var compared = 0;
        foreach (var recorded in RecordedFrames.Expected("galileo"))
        {
            var frame = Decode(recorded.Bytes);
            var intact = BitwiseCrc(recorded.Bytes.AsSpan(..^2)) == (recorded.Bytes[^1] << 8 | recorded.Bytes[^2]);
            Assert.True(intact == (frame.Checksum == ChecksumVerdict.Ok), recorded.Id);
            if (!intact)
            {
                Assert.Empty(frame.Messages);
                continue;
            }
            Assert.Null(frame.Error);
            Assert.NotNull(frame.Reply);
            compared += RecordedFrames.AssertSame(recorded, frame);
        }
        Assert.True(compared > 20, $"{compared}");
    }

    [VectorsFact]
    public void Recorded_frames_survive_truncation_anywhere() => Assert.All(RecordedFrames.All("galileo"), f =>
    {
        Wire.AssertTruncatesCleanly(Decoder, f);
        for (var length = 0; length < f.Length; length++) Assert.Empty(Decode(f[..length]).Messages);
    });

    [Theory]
    [InlineData(0)]
    [InlineData(0x80)]
    public void A_packet_without_content_is_answered(byte more)
    {
        var packet = Nothing(more);

        var frame = Decode(packet);

        Assert.Equal(MessageKind.Heartbeat, Assert.Single(frame.Messages).Kind);
        Assert.Equal([0x02, packet[3], packet[4]], frame.Reply!);
        packet[4] ^= 1;
        Assert.Equal(ChecksumVerdict.Bad, Decode(packet).Checksum);
        Assert.Equal(FrameScan.NeedMore, Decoder.Scan(packet));
    }

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
        byte[] stream = [0xFF, 0x01, 0xFF, 0xFF, 0xFF, .. kinds.SelectMany(f => f), 0xFE, .. kinds[0]];

        var frames = Wire.Feed(Decoder, stream, piece);

        Assert.Equal(kinds.Count + 1, frames.Count);
        Assert.All(frames, f => Assert.Equal(Imei, f.DeviceId));
    }

    [Fact]
    public void Records_are_read_as_they_were_written_and_answered_by_the_checksum() => Messages.ForAll(
        Messages.Positions.Select(m => m with
        {
            Record = m.Record == RecordClass.Stored ? RecordClass.Stored : RecordClass.Live,
            Position = new(m.Position!.Value.LatitudeE7 / 10 * 10, m.Position.Value.LongitudeE7 / 10 * 10),
            Speed = new((m.DeviceSerial ?? 0) * 500),
            AltitudeMetres = (m.CourseDegrees - 100) * 10,
            Satellites = m.Satellites % 16,
            BatteryPercent = null,
            Seal = default,
        }),
        message =>
        {
            var packet = GalileoskyEncoder.Records(Imei, [message, Sample]);
            var frame = Decode(packet);

            Assert.Null(frame.Error);
            Assert.Equal(Imei, frame.DeviceId);
            Assert.Equal([2, packet[^2], packet[^1]], frame.Reply);
            Assert.Equal(2, frame.Messages.Count);
            Assert.Equal(message with { Events = [] }, frame.Messages[0] with { Events = [] });
            Assert.Equal(
                Sample with { Events = [], Record = message.Record }, frame.Messages[1] with { Events = [] });
        });

    [Fact]
    public void Inputs_eight_to_thirteen_and_both_serial_ports_do_not_end_the_reading()
    {
        var plain = GalileoskyEncoder.Records(Imei, [Sample]);
        byte[] more = [0x78, 1, 2, 0x79, 1, 2, 0x7A, 1, 2, 0x7B, 1, 2, 0x7C, 1, 2, 0x7D, 1, 2, 0x88, 1, 0x89, 1];
        byte[] told = [1, (byte)(plain.Length - 5 + more.Length), 0, .. plain[3..19], .. more, .. plain[19..^2]];

        var crc = BitwiseCrc(told);
        var frame = Decode([.. told, (byte)crc, (byte)(crc >> 8)]);

        Assert.Null(frame.Error);
        Assert.Equal(Sample.Position, Assert.Single(frame.Messages).Position);
    }

    [Fact]
    public void Each_record_knows_its_bytes()
    {
        var packet = GalileoskyEncoder.Records(Imei, [Sample, Sample]);
        var places = Decode(packet).Places;

        Assert.Equal(packet[places[0]], packet[places[1]]);
        Assert.Equal(packet.Length - 5, packet[places[0]].Length + packet[places[1]].Length);
    }

    [Fact]
    public void A_connection_begins_with_a_name()
    {
        var frame = Decode(GalileoskyEncoder.Login(Imei));

        Assert.Equal(MessageKind.Login, Assert.Single(frame.Messages).Kind);
        Assert.Equal(Imei, frame.Session.DeviceId);
        var later = Decoder.Decode(GalileoskyEncoder.Records(null, [Sample]), frame.Session, Options);
        Assert.Equal(Imei, later.DeviceId);
    }

    [Fact]
    public void A_compressed_record_has_the_year_that_makes_it_no_record_of_the_future()
    {
        var read = Assert.Single(Decode(Compressed()).Messages);

        Assert.Equal(DateTimeOffset.Parse("2025-12-31T23:00:00Z"), read.Time);
        Assert.True(read.Valid);
        Assert.InRange(read.Position!.Value.LatitudeE7, 248_606_000, 248_608_000);
        Assert.InRange(read.Position!.Value.LongitudeE7, 670_098_000, 670_100_000);
        Assert.Equal(new Speed(61_500), read.Speed);
        var without = Decode(Compressed(), DecodeOptions.Default);
        Assert.Null(without.Messages[0].Time);
        Assert.Equal(DecodeCodes.FieldInvalid, without.Error?.Code);
    }

    [Fact]
    public void Compressed_records_are_read_as_they_were_written_to_ten_metres() => Messages.ForAll(
        Messages.Positions.Select(m => m with
        {
            Record = m.Record == RecordClass.Stored ? RecordClass.Stored : RecordClass.Live,
            Time = Options.Now!.Value.AddSeconds(-60 * (m.DeviceSerial ?? 0)),
            Speed = new((m.CourseDegrees ?? 0) * 500),
            AltitudeMetres = (m.CourseDegrees - 100) * 10,
            DeviceSerial = null,
            Satellites = null,
            BatteryPercent = null,
            OdometerMetres = null,
            Seal = default,
        }),
        message =>
        {
            foreach (var frame in (DecodedFrame[])
                [
                    Decode(GalileoskyEncoder.Compressed([message])),
                    Decode(GalileoskyEncoder.ByIridium(Imei, message, compressed: true)),
                ])
            {
                var read = Assert.Single(frame.Messages);
                Assert.Null(frame.Error);
                Assert.Equal(
                    message with { Position = null, Events = [], Record = read.Record },
                    read with { Position = null, Events = [] });
                Assert.InRange(read.Position!.Value.LatitudeE7 - message.Position!.Value.LatitudeE7, -900, 900);
                Assert.InRange(read.Position!.Value.LongitudeE7 - message.Position!.Value.LongitudeE7, -900, 900);
            }
        });

    [Fact]
    public void A_session_by_Iridium_is_read_as_it_was_written()
    {
        var frame = Decode(GalileoskyEncoder.ByIridium(Imei, Sample, compressed: false));

        Assert.Null(frame.Error);
        Assert.Equal(Imei, frame.DeviceId);
        Assert.Equal(Sample with { Events = [] }, Assert.Single(frame.Messages) with { Events = [] });
    }

    [Fact]
    public void A_session_by_Iridium_whose_data_lead_astray_has_its_own_time_and_place_and_says_so()
    {
        const int dataAt = 51, countAt = dataAt + GalileoskyRecord.MinimalBytes;
        var session = GalileoskyEncoder.ByIridium(Imei, Sample, compressed: true);
        session[countAt] = 0x7F;

        var frame = Decode(session);

        Assert.Equal((DecodeCodes.RecordInvalid, dataAt), (frame.Error!.Code, frame.Error.Offset));
        var read = Assert.Single(frame.Messages);
        Assert.Equal((Sample.Time, (bool?)false), (read.Time, read.Valid));
    }

    [Fact]
    public void A_session_by_Iridium_that_is_too_short_is_told_within_its_bytes()
    {
        byte[] session = [1, 0, 3, 1, 0, 0x1C];

        Assert.Equal(new(DecodeCodes.LengthWrong, 6, "a session has at least 51 bytes"), Decode(session).Error);
    }

    [Fact]
    public void Thermometers_do_not_end_the_reading()
    {
        var whole = GalileoskyEncoder.Records(Imei, [Sample]);
        byte[] packet = [.. whole[..^2], 0x80, 1, 2, 3, 0x87, 4, 5, 6, 0, 0];
        packet[1] += 8;
        Seal(packet);

        var frame = Decode(packet);

        Assert.Null(frame.Error);
        Assert.Equal(Sample.Position, Assert.Single(frame.Messages).Position);
    }

    [Fact]
    public void A_packet_by_way_of_Iridium_has_the_place_of_its_record_or_of_its_session()
    {
        var read = Decode(Iridium());

        Assert.Equal(ChecksumVerdict.None, read.Checksum);
        Assert.Null(read.Reply);
        Assert.Equal(Sample.Position, Assert.Single(read.Messages).Position);
        Assert.True(read.Messages[0].Valid);
        var bare = Assert.Single(Decode(Iridium(data: false)).Messages);
        Assert.False(bare.Valid);
        Assert.Equal(new GeoPosition(-245_000_000, 670_100_000), bare.Position);
    }

    [Fact]
    public void An_unknown_tag_is_named_by_its_byte_and_what_came_before_is_kept()
    {
        var packet = GalileoskyEncoder.Records(Imei, [Sample]);
        packet[^7] = 0x1F;
        Seal(packet);

        var frame = Decode(packet);

        Assert.Equal(new(DecodeCodes.RecordInvalid, packet.Length - 7, "tag 1F is unknown or cut off"), frame.Error);
        Assert.Equal(Sample.Position, Assert.Single(frame.Messages).Position);
        Assert.NotNull(frame.Reply);
    }

    /// <summary>Each record ends with a tag of unknown length and five bytes.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void The_records_behind_an_unknown_tag_are_read_and_the_tag_is_named(bool named)
    {
        var messages = Enumerable.Range(0, 4)
            .Select(i => Sample with { Time = Sample.Time!.Value.AddSeconds(i), DeviceSerial = 700 + i }).ToList();
        byte[] content = [.. messages.SelectMany(m => (byte[])
            [.. GalileoskyEncoder.Records(named ? Imei : null, [m])[3..^2], 0x1F, 0x10, 0x20, 0x03, 0x30, 0x10])];
        var frame = Decode(Packet(0x01, content));

        Assert.Equal(
            messages.Select(m => (m.Time, m.DeviceSerial)), frame.Messages.Select(m => (m.Time, m.DeviceSerial)));
        Assert.Equal(messages.Select(m => m.Position), frame.Messages.Select(m => m.Position));
        Assert.Equal(DecodeCodes.RecordInvalid, frame.Error?.Code);
        Assert.StartsWith("tag 1F", frame.Error!.Detail, StringComparison.Ordinal);
        Assert.Equal(3, frame.Places[0].Start.Value);
        Assert.Equal(3 + content.Length / 4, frame.Places[1].Start.Value);
    }

    [Fact]
    public void A_record_without_the_unknown_tag_between_two_with_it_is_read()
    {
        var messages = Enumerable.Range(0, 3)
            .Select(i => Sample with { Time = Sample.Time!.Value.AddSeconds(i), DeviceSerial = 700 + i }).ToList();
        byte[] content = [.. messages.SelectMany((m, i) => (byte[])
            [.. GalileoskyEncoder.Records(Imei, [m])[3..^2], .. i == 1 ? Array.Empty<byte>() : [0x1F, 0x10, 0x20]])];
        var frame = Decode(Packet(0x01, content));

        Assert.Equal(messages.Select(m => m.Time), frame.Messages.Select(m => m.Time));
        Assert.Equal(messages.Select(m => m.DeviceSerial), frame.Messages.Select(m => m.DeviceSerial));
    }

    [Fact]
    public void The_compressed_records_behind_an_unknown_tag_are_read_and_the_tag_is_named()
    {
        var one = GalileoskyEncoder.Compressed([Sample])[3..^2];
        // Three tags instead of two; the third is unknown and has two bytes.
        byte[] row = [.. one[..10], 3, one[11], one[12], 0x1F, .. one[13..], 7, 7];
        var frame = Decode(Packet(0x08, [.. row, .. row, .. row]));

        Assert.Equal(3, frame.Messages.Count);
        Assert.All(frame.Messages, m => Assert.Equal(Sample.CourseDegrees, m.CourseDegrees));
        Assert.Equal(new(DecodeCodes.RecordInvalid, 3 + 13, "tag 1F is unknown"), frame.Error);
        Assert.Equal([3, 3 + row.Length, 3 + 2 * row.Length], frame.Places.Select(p => p.Start.Value));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_record_of_a_session_by_Iridium_is_read(bool compressed)
    {
        var second = Sample with { Time = Sample.Time!.Value.AddMinutes(1), CourseDegrees = 10 };
        var more = (compressed
            ? GalileoskyEncoder.Compressed([second])
            : GalileoskyEncoder.Records(null, [second]))[3..^2];
        byte[] session = [.. GalileoskyEncoder.ByIridium(Imei, Sample, compressed), .. more];
        BinaryPrimitives.WriteUInt16BigEndian(session.AsSpan(1), (ushort)(session.Length - 3));
        BinaryPrimitives.WriteUInt16BigEndian(session.AsSpan(49), (ushort)(session.Length - 51));

        var frame = Decode(session);

        Assert.Null(frame.Error);
        Assert.Equal([Sample.Time, second.Time], frame.Messages.Select(m => m.Time));
        Assert.Equal([Sample.CourseDegrees, 10], frame.Messages.Select(m => m.CourseDegrees));
        Assert.Equal(2, frame.Places.Count);

        // What is left of a third one that is cut off is told.
        var cut = Decode([.. Longer(session, 4)]);
        Assert.Equal(2, cut.Messages.Count(m => m.CourseDegrees is not null));
        Assert.Equal((DecodeCodes.RecordInvalid, session.Length), (cut.Error?.Code, cut.Error?.Offset));

        static byte[] Longer(byte[] session, int by)
        {
            byte[] longer = [.. session, .. Enumerable.Repeat((byte)0x1F, by)];
            BinaryPrimitives.WriteUInt16BigEndian(longer.AsSpan(1), (ushort)(longer.Length - 3));
            return longer;
        }
    }

    [Fact]
    public void One_changed_byte_anywhere_is_a_bad_checksum() =>
        Wire.AssertNoChangePasses(Decoder, GalileoskyEncoder.Records(Imei, [Sample]), 3..);

    [Fact]
    public void Mutated_frames_never_break_the_decoder() => Wire.Fuzz(Decoder, [.. EveryKind()], seed: 30);

    [Fact]
    public void Decoding_a_packet_allocates_its_result_and_nothing_else() =>
        Assert.InRange(Wire.AllocatedPerFrame(Decoder, GalileoskyEncoder.Records(Imei, [Sample])), 1, 620);

    /// <summary>A compressed record of 31 December, 23:00, with speed and course as its one tag.</summary>
    static byte[] Compressed()
    {
        const long seconds = 364 * 86_400 + 23 * 3_600;
        var longitude = (long)((67.00993 + 180) / 360 * (1 << 22));
        var latitude = (long)((24.86071 + 90) / 180 * (1 << 21));
        var bits = (UInt128)seconds << 54 | (UInt128)longitude << 31 | (UInt128)latitude << 10;
        var record = new byte[10];
        for (var i = 9; i >= 0; i--, bits >>= 8) record[i] = (byte)bits;
        byte[] packet = [8, 16, 0, .. record, 1, 0x33, 0x67, 0x02, 0x96, 0x0A, 0, 0];
        Seal(packet);
        return packet;
    }

    static byte[] Nothing(byte more)
    {
        byte[] packet = [1, 0, more, 0, 0];
        Seal(packet);
        return packet;
    }

    static byte[] Photo()
    {
        byte[] packet = [7, 4, 0, 1, 0xFF, 0xD8, 0xFF, 0, 0];
        Seal(packet);
        return packet;
    }

    static byte[] Iridium(bool data = true)
    {
        byte[] tags = data ? GalileoskyEncoder.Records(null, [Sample])[3..^2] : [];
        byte[] content =
        [
            1, 0, 0x1C, 0, 0, 0, 7, .. System.Text.Encoding.ASCII.GetBytes(Imei), 0, 0, 1, 0, 2, 0x69, 0xA0, 0, 0,
            3, 0, 0x0B, 2, 24, 0x75, 0x30, 67, 0x02, 0x58, 0, 0, 0, 5, 2, 0, (byte)tags.Length, .. tags,
        ];
        return [1, 0, (byte)content.Length, .. content];
    }

    static byte[] Packet(byte kind, byte[] content)
    {
        byte[] packet = [kind, (byte)content.Length, (byte)(content.Length >> 8), .. content, 0, 0];
        Seal(packet);
        return packet;
    }

    static void Seal(byte[] packet)
    {
        var crc = BitwiseCrc(packet.AsSpan(..^2));
        (packet[^2], packet[^1]) = ((byte)crc, (byte)(crc >> 8));
    }

    static DecodedFrame Decode(byte[] frame, DecodeOptions? options = null) =>
        Decoder.Decode(frame, new(frame is [8, ..] or [7, ..] ? Imei : null), options ?? Options);

    /// <summary>The checksum by its definition, apart from the table the decoder uses.</summary>
    static int BitwiseCrc(ReadOnlySpan<byte> bytes)
    {
        var crc = 0xFFFF;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? crc >> 1 ^ 0xA001 : crc >> 1;
        }
        return crc;
    }
}
