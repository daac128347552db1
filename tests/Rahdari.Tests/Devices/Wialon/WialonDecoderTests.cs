using System.Text;
using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Devices.Wialon;

namespace Rahdari.Tests.Devices.Wialon;

public sealed class WialonDecoderTests
{
    const string Id = "860000000000000";

    static readonly WialonDecoder Decoder = new();

    static readonly DeviceMessage Sample = new()
    {
        Kind = MessageKind.Position,
        Time = DateTimeOffset.Parse("2026-03-01T12:34:56.789Z"),
        Valid = true,
        Position = new(248_607_123, -670_099_321),
        AltitudeMetres = -12,
        Speed = Speed.FromKilometresPerHour(61),
        CourseDegrees = 271,
        Satellites = 9,
    };

    static IEnumerable<byte[]> EveryKind() =>
    [
        WialonEncoder.Login(Id),
        WialonEncoder.Data(Sample),
        WialonEncoder.Batch([Sample, Sample]),
        WialonEncoder.Ping(),
        Text("#SD#010326;123456;5544.6025;N;03739.6834;E;61;271;-12;9\r\n"),
        Text("#M#on the way\r\n"),
        Text("#I#5;0;1;010326;123456;a.jpg\r\n#\r\n#x"),
    ];

    [Theory]
    [InlineData("#L#2.0;860000000000000;NA;46D4", "860000000000000")]
    [InlineData("#L#2.0;355217044956192;NA;E335", "355217044956192")]
    [InlineData("#L#2.0;12345;NA;5FEC", "12345")]
    [InlineData("#L#353451048036030;NA", "353451048036030")]
    public void Logins_that_public_clients_send_name_their_device(string login, string id)
    {
        var frame = Decode(login + "\r\n");

        Assert.Equal(id, frame.DeviceId);
        Assert.Equal(MessageKind.Login, Assert.Single(frame.Messages).Kind);
        Assert.Equal("#AL#1\r\n", Answer(frame));
        Assert.Equal(login.Contains("2.0") ? ChecksumVerdict.Ok : ChecksumVerdict.None, frame.Checksum);
    }

    [Fact]
    public void A_record_that_a_public_client_sends_is_read_with_its_checksum()
    {
        var frame = Decode("#D#010125;112233;5128.199596;N;00000.122544;E;0;0;0;0;0;0;NA;;NA;"
            + "example1:1:0,example2:2:0.12,example3:1:123;72D3\r\n");

        Assert.Equal(ChecksumVerdict.Ok, frame.Checksum);
        Assert.Null(frame.Error);
        var message = Assert.Single(frame.Messages);
        Assert.Equal(new GeoPosition(514_699_933, 20_424), message.Position);
        Assert.Equal(DateTimeOffset.Parse("2025-01-01T11:22:33Z"), message.Time);
        Assert.False(message.Valid);
        Assert.Equal("#AD#1\r\n", Answer(frame));
    }

    [Fact]
    public void A_batch_that_a_public_client_sends_is_stored_records()
    {
        var frame = Decode("#B#231117;042345;5730.9064;N;05306.8488;E;0;239;192;18;NA;NA;NA;;NA;tamper_1:1:1|"
            + "231117;042346;5730.9064;N;05306.8488;E;0;239;192;19;NA;NA;NA;;NA;tamper_1:1:0\r\n");

        Assert.Equal(2, frame.Messages.Count);
        Assert.All(frame.Messages, m => Assert.Equal(RecordClass.Stored, m.Record));
        Assert.Equal(new GeoPosition(575_151_067, 531_141_467), frame.Messages[1].Position);
        Assert.Equal("#AB#2\r\n", Answer(frame));
    }

    [Fact]
    public void Every_kind_of_packet_survives_truncation_anywhere_and_never_yields_another_place() =>
        Assert.All(EveryKind(), f =>
        {
            Wire.AssertTruncatesCleanly(Decoder, f);
            var places = Decode(f).Messages.Select(m => m.Position).Append(null).ToHashSet();
            for (var length = 0; length < f.Length; length++)
                Assert.All(Decode(f[..length]).Messages, m => Assert.Contains(m.Position, places));
        });

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(100_000)]
    public void Every_kind_of_packet_is_found_in_a_stream_with_garbage_however_it_is_cut(int piece) =>
        Wire.AssertEachIsFound(Decoder, [.. EveryKind()], Id, piece, "#D#010326;12##garbage"u8);

    [Fact]
    public void A_record_is_read_as_it_was_written() => Messages.ForAll(
        Messages.Positions.Select(m => m with
        {
            Record = RecordClass.Stored,
            Valid = m.Satellites >= 3,
            Speed = Speed.FromKilometresPerHour(m.DeviceSerial ?? 0),
            AltitudeMetres = (m.CourseDegrees - 100) * 10,
            BatteryPercent = null,
            OdometerMetres = null,
            DeviceSerial = null,
            Seal = default,
        }),
        message =>
        {
            var live = message with { Record = RecordClass.Live, Events = [] };
            var one = Decode(WialonEncoder.Data(message));
            var two = Decode(WialonEncoder.Batch([message, message]));

            Assert.Equal(ChecksumVerdict.Ok, one.Checksum);
            Assert.Equal(ChecksumVerdict.Ok, two.Checksum);
            Assert.Equal(live, Assert.Single(one.Messages) with { Events = live.Events });
            var stored = live with { Record = RecordClass.Stored };
            Assert.All(two.Messages, m => Assert.Equal(stored, m with { Events = live.Events }));
        });

    [Fact]
    public void Each_record_of_a_batch_knows_its_bytes()
    {
        var batch = WialonEncoder.Batch([Sample, Sample with { Satellites = 4 }]);
        var places = Decode(batch).Places;

        Assert.Equal(batch.AsSpan(places[0]).Length, batch.AsSpan(places[1]).Length);
        Assert.StartsWith("010326;123456.789;", Encoding.ASCII.GetString(batch[places[1]]));
    }

    [Theory]
    [InlineData("#SD#010326;123456;5544.6025;N;03739.6834;E;61;271;-12;9;FFFF\r\n")]
    [InlineData("#L#2.0;355217044956192;NA;E336\r\n")]
    [InlineData("#B#010326;123456;5544.6025;N;03739.6834;E;61;271;-12;9|FFFF\r\n")]
    public void A_wrong_checksum_gives_no_message_and_no_answer(string packet)
    {
        var frame = Decode(packet);

        Assert.Equal(ChecksumVerdict.Bad, frame.Checksum);
        Assert.Equal(DecodeCodes.ChecksumBad, frame.Error?.Code);
        Assert.Empty(frame.Messages);
        Assert.Null(frame.Reply);
    }

    [Fact]
    public void One_changed_byte_of_a_checked_record_is_no_position()
    {
        var packet = WialonEncoder.Data(Sample);
        for (var i = 3; i < packet.Length - 2; i++)
        {
            var damaged = packet.ToArray();
            damaged[i] ^= 0x02;
            Assert.Empty(Decode(damaged).Messages);
        }
    }

    [Theory]
    [InlineData("#L#unit-7;NA", "unit-7")]
    [InlineData("#L#1.x;NA", null)]
    [InlineData("#L#unit.7;rk-abc", null)]
    [InlineData("#L#2.0;unit_7;rk-abc", null)]
    [InlineData("#L#2.0;01234567890123456789012345678901234567890;NA", null)]
    public void An_id_is_told_from_a_version_and_one_that_no_node_knows_is_refused_by_name(string login, string? id)
    {
        var frame = Decode(login + "\r\n");

        Assert.Equal(id, frame.DeviceId);
        if (id is not null) return;
        Assert.Empty(frame.Messages);
        Assert.Equal("#AL#0\r\n", Answer(frame));
        Assert.StartsWith("the device id", frame.Error!.Detail, StringComparison.Ordinal);
        Assert.Equal(login.Contains("rk-"), frame.Secret is not null);
    }

    [Theory]
    [InlineData("#D#010326;123456\r\n", "#AD#-1\r\n")]
    [InlineData("#SD#\r\n", "#ASD#-1\r\n")]
    [InlineData("#B#\r\n", "#AB#0\r\n")]
    [InlineData("#L#;NA\r\n", "#AL#0\r\n")]
    public void A_packet_without_what_it_should_hold_is_refused(string packet, string answer)
    {
        var frame = Decode(packet);

        Assert.Empty(frame.Messages);
        Assert.NotNull(frame.Error);
        Assert.Equal(answer, Answer(frame));
    }

    [Theory]
    [InlineData("#SD#320326;123456;5544.6025;N;03739.6834;E;61;271;-12;9\r\n")]
    [InlineData("#SD#010326;123456;5564.6025;N;03739.6834;E;61;271;-12;9\r\n")]
    [InlineData("#SD#010326;123456;5544.6025;N;03739.6834;Q;61;271;-12;9\r\n")]
    [InlineData("#SD#010326;123456;9144.6025;N;03739.6834;E;61;271;-12;9\r\n")]
    public void A_field_that_is_none_is_named_and_the_record_kept(string packet)
    {
        var frame = Decode(packet);

        Assert.Equal(DecodeCodes.FieldInvalid, frame.Error?.Code);
        var message = Assert.Single(frame.Messages);
        Assert.True(message.Time is null || message.Position is null);
        Assert.Equal("#ASD#1\r\n", Answer(frame));
    }

    [Fact]
    public void What_is_not_known_is_no_fault()
    {
        var frame = Decode("#SD#NA;NA;NA;NA;NA;NA;NA;NA;NA;NA\r\n");

        Assert.Null(frame.Error);
        Assert.Equal(
            new DeviceMessage { Kind = MessageKind.Position, Valid = false, Events = [] },
            Assert.Single(frame.Messages) with { Events = [] },
            (a, b) => (a with { Events = [] }).ToString() == (b with { Events = [] }).ToString());
    }

    [Fact]
    public void The_panic_button_is_told_and_a_datagram_names_its_device()
    {
        var frame = Decode("2.0;12345#SD#010326;123456;5544.6025;S;03739.6834;W;61;271;-12;NA\r\n");
        Assert.Equal("12345", frame.DeviceId);
        Assert.Equal(new GeoPosition(-557_433_750, -376_613_900), frame.Messages[0].Position);
        Assert.True(frame.Messages[0].Valid);
        Assert.Equal(
            [DeviceEvent.Panic],
            Decode(WialonEncoder.Data(Sample with { Events = [DeviceEvent.Panic] })).Messages[0].Events);
    }

    [Fact]
    public void Mutated_packets_never_break_the_decoder() => Wire.Fuzz(Decoder, [.. EveryKind()], seed: 10);

    [Fact]
    public void Decoding_a_record_allocates_its_result_and_nothing_else() =>
        Assert.InRange(Wire.AllocatedPerFrame(Decoder, WialonEncoder.Data(Sample)), 1, 520);

    static DecodedFrame Decode(string packet) => Decode(Text(packet));

    static DecodedFrame Decode(byte[] frame) => Decoder.Decode(frame, DeviceSession.Fresh, DecodeOptions.Default);

    static string Answer(DecodedFrame frame) => Encoding.ASCII.GetString(frame.Reply!);

    static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);
}
