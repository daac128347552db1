using System.Text;
using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Devices.Queclink;

namespace Rahdari.Tests.Devices.Queclink;

public sealed class QueclinkDecoderTests
{
    const string Imei = "356307042441013";

    static readonly QueclinkDecoder Decoder = new();

    static readonly DeviceMessage Sample = new()
    {
        Kind = MessageKind.Position,
        Time = DateTimeOffset.Parse("2026-03-01T12:34:56Z"),
        Valid = true,
        Position = new(248_607_120, 670_099_320),
        AltitudeMetres = -12,
        Speed = Speed.FromKilometresPerHour(61),
        CourseDegrees = 271,
        OdometerMetres = 12_300,
        DeviceSerial = 0x11F0,
    };

    static IEnumerable<byte[]> EveryKind() =>
    [
        QueclinkEncoder.Report(Imei, [Sample]),
        QueclinkEncoder.Report(Imei, [.. Enumerable.Repeat(Sample, 15)]),
        QueclinkEncoder.Report(Imei, [Sample with { Record = RecordClass.Stored, Events = [DeviceEvent.DoorOpened] }]),
        QueclinkEncoder.Heartbeat(Imei, Sample.Time!.Value, 7),
        Text("+RESP:GTPNA,110100,356307042441013,,20110214013254,000F$"),
        Text("+ACK:GTFRI,110100,356307042441013,,FFFF,20110214013254,000F$"),
    ];

    [VectorsFact]
    public void Recorded_reports_read_as_a_third_party_reads_them_and_the_binary_form_is_named()
    {
        var (compared, binary, without) = (0, 0, 0);
        foreach (var recorded in RecordedFrames.Expected("gl200"))
        {
            var frame = Decode(recorded.Bytes);
            if (recorded.Bytes.AsSpan(0, 6).IndexOf((byte)':') < 0)
            {
                Assert.Equal(DecodeCodes.BinaryFormUnsupported, frame.Error?.Code);
                Assert.Empty(frame.Messages);
                Assert.Equal(FrameScan.Frame(recorded.Bytes.Length), Decoder.Scan(recorded.Bytes));
                binary++;
                continue;
            }
            var placed = recorded.Positions.Where(p => p.FixTime is not null).ToList();
            // The third party does not look for the place behind the longest bus report.
            if (placed.Count == 0 && frame.Messages[0].Position is not null)
            {
                Assert.Equal("28345fd99313dcfe", recorded.Id);
                continue;
            }
            if (placed.Count == 0)
            {
                Assert.Null(Assert.Single(frame.Messages).Position);
                without++;
                continue;
            }
            Assert.Equal(placed.Count, frame.Messages.Count);
            foreach (var (expected, message) in placed.Zip(frame.Messages))
            {
                RecordedFrames.AssertSame(recorded.Id, expected, message);
                Assert.Equal(
                    recorded.Bytes[1] == 'B' ? RecordClass.Stored : RecordClass.Live, message.Record);
                compared++;
            }
        }
        Assert.True(compared > 60 && binary == 5 && without > 15, $"{compared} {binary} {without}");
    }

    [VectorsFact]
    public void Recorded_frames_survive_truncation_anywhere_and_never_yield_another_place() => Assert.All(
        RecordedFrames.All("gl200").Where(f => f[^1] == '$'),
        f =>
        {
            Wire.AssertTruncatesCleanly(Decoder, f);
            AssertNoOtherPlace(f);
        });

    [Fact]
    public void Every_kind_of_message_survives_truncation_anywhere() => Assert.All(EveryKind(), f =>
    {
        Wire.AssertTruncatesCleanly(Decoder, f);
        AssertNoOtherPlace(f);
    });

    [Fact]
    public void As_many_positions_as_a_report_holds_are_read()
    {
        var one = Encoding.ASCII.GetString(QueclinkEncoder.Report(Imei, [Sample]));
        var start = one.IndexOf(",10,1,", StringComparison.Ordinal) + 6;
        var end = one.IndexOf(",,,", start, StringComparison.Ordinal) + 1;
        var groups = string.Concat(Enumerable.Repeat(one[start..end], 18));

        var frame = Decode(Text($"{one[..start]}{groups}{one[end..]}"));

        Assert.Null(frame.Error);
        Assert.Equal(18, frame.Messages.Count);
        Assert.Single(frame.Messages.Select(m => m.Position).Distinct());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(100_000)]
    public void Every_kind_of_message_is_found_in_a_stream_with_garbage_however_it_is_cut(int piece) =>
        Wire.AssertEachIsFound(Decoder, [.. EveryKind()], Imei, piece, "+REST$+ garbage\r\n"u8);

    [Theory]
    [InlineData(1)]
    [InlineData(100_000)]
    public void A_report_cut_before_its_number_does_not_swallow_the_next_one(int piece)
    {
        var good = QueclinkEncoder.Report(Imei, [Sample]);
        var stream = new[] { good[..^30], good, [.. good[..^5], (byte)'$'], good }.SelectMany(f => f).ToArray();

        var frames = Wire.Feed(Decoder, stream, piece);

        Assert.Equal([null, DecodeCodes.Truncated, null], frames.Select(f => f.Error?.Code));
        Assert.Null(frames[1].Reply);
    }

    [Fact]
    public void A_report_is_read_as_it_was_written() => Messages.ForAll(
        Messages.Positions.Select(m => m with
        {
            Record = m.Record == RecordClass.Stored ? RecordClass.Stored : RecordClass.Live,
            Position = new(m.Position!.Value.LatitudeE7 / 10 * 10, m.Position!.Value.LongitudeE7 / 10 * 10),
            Valid = true,
            Speed = new Speed((m.DeviceSerial ?? 0) * 100),
            AltitudeMetres = (m.CourseDegrees - 100) * 10,
            Satellites = null,
            BatteryPercent = null,
            Seal = default,
        }),
        message =>
        {
            var second = Sample with { Record = message.Record, DeviceSerial = message.DeviceSerial };
            var frame = Decode(QueclinkEncoder.Report(Imei, [message, second]));

            Assert.Null(frame.Error);
            Assert.Equal(message with { Events = [] }, frame.Messages[0] with { Events = [] });
            Assert.Equal(second with { Events = [] }, frame.Messages[1] with { Events = [] });
            Assert.Equal($"+SACK:{message.DeviceSerial:X4}$", Encoding.ASCII.GetString(frame.Reply!));
        });

    [Fact]
    public void Events_are_told_by_the_type_of_the_report()
    {
        DeviceEvent[] carried =
        [
            DeviceEvent.Panic, DeviceEvent.BatteryLow, DeviceEvent.Restarted, DeviceEvent.GoingOffline,
            DeviceEvent.Towed, DeviceEvent.Jamming, DeviceEvent.PowerCut, DeviceEvent.PowerRestored,
            DeviceEvent.Charging, DeviceEvent.DoorOpened, DeviceEvent.FenceEntered, DeviceEvent.FenceLeft,
        ];
        Assert.All(carried, e => Assert.Equal(
            [e], Decode(QueclinkEncoder.Report(Imei, [Sample with { Events = [e] }])).Messages[0].Events));
    }

    [Theory]
    [InlineData("+RESP:GTJDS,0A0102,135790246811220,,2,0,,,,,,,,,,,,20090214093254,11F0$", DeviceEvent.Jamming)]
    [InlineData("+RESP:GTJDS,0A0102,135790246811220,,1,0,,,,,,,,,,,,20090214093254,11F0$", null)]
    [InlineData("+RESP:GTGEO,02010C,135790246811220,,0,1,20090214093254,11F0$", DeviceEvent.FenceEntered)]
    [InlineData("+RESP:GTGEO,060100,135790246811220,,,10,20090214093254,11F0$", DeviceEvent.FenceLeft)]
    [InlineData("+RESP:GTTSW,300500,135790246811220,,0,1,20090214093254,11F0$", DeviceEvent.Tampered)]
    [InlineData("+RESP:GTTSW,300500,135790246811220,,0,0,20090214093254,11F0$", null)]
    [InlineData("+RESP:GTLSW,300500,135790246811220,,0,1,20090214093254,11F0$", null)]
    public void A_state_before_the_place_makes_the_event(string text, DeviceEvent? expected) => Assert.Equal(
        expected is { } e ? [e] : Array.Empty<DeviceEvent>(), Assert.Single(Decode(Text(text)).Messages).Events);

    [Theory]
    [InlineData("EPF", DeviceEvent.PowerCut)]
    [InlineData("EPN", DeviceEvent.PowerRestored)]
    [InlineData("MPF", DeviceEvent.PowerCut)]
    [InlineData("MPN", DeviceEvent.PowerRestored)]
    public void Both_ways_of_telling_the_supply_are_events(string type, DeviceEvent expected)
    {
        var message = Assert.Single(Decode(Text(
            $"+RESP:GT{type},1A0900,356307042441013,,0,0.0,0,31.4,67.009932,24.860712,20260301123456,0410,0001,18D8,"
            + "6141,00,20260301123500,11F0$")).Messages);

        Assert.Equal([expected], message.Events);
        Assert.Equal(new GeoPosition(248_607_120, 670_099_320), message.Position);
        // Without a fix now the cut is dated by its report; what came back is a state.
        Assert.Equal(expected == DeviceEvent.PowerRestored, message.Valid);
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("", false)]
    [InlineData("1", true)]
    [InlineData("0.8", true)]
    public void The_place_of_a_bus_report_is_valid_where_its_accuracy_says_so(string accuracy, bool valid)
    {
        var message = Assert.Single(Decode(Text(
            "+RESP:GTCAN,310701,356307042441013,,00,1,C00FFFFF,,2,H46358,12305.50,601,0,83,,P53.00,,0,2749.15,0.19,"
            + $"2.80,,,,40,,0,,,,{accuracy},12.5,358,31.4,67.009932,24.860712,20260301123456,0410,0001,18D8,6141,00,"
            + "20260301123500,11F0$")).Messages);

        Assert.Equal(valid, message.Valid);
        Assert.Equal(Sample.Time, message.Time);
        Assert.Equal(358, message.CourseDegrees);
    }

    [Theory]
    [InlineData("19800106000012", "1980-01-06T00:00:12Z")]
    [InlineData("19991231235959", "1999-12-31T23:59:59Z")]
    [InlineData("19801306000012", null)]
    public void A_clock_that_was_never_set_keeps_its_place(string told, string? time)
    {
        var frame = Decode(Text(
            $"+RESP:GTRTL,110100,356307042441013,,0,0,1,1,4.3,92,70.0,67.009932,24.860712,{told},0410,0001,18D8,6141,"
            + "00,80,20260301123500,000C$"));

        Assert.Equal(time is null ? null : DateTimeOffset.Parse(time), Assert.Single(frame.Messages).Time);
        Assert.Equal(time is null, frame.Error is not null);
        Assert.Equal(time is null, frame.Messages[0].Position is null);
    }

    [Fact]
    public void Positions_with_wireless_networks_or_without_a_place_between_them_are_read_in_order()
    {
        var frame = Decode(Text(
            "+RESP:GTERI,110100,356307042441013,,00000002,,10,3,1,61.0,271,12.0,67.009932,24.860712,20260301123456,"
            + "0410,0001,18D8,6141,00,,0,,,,,,20260301123500,0410,0001,18D8,6141,00,,1,,90,,67.100000,24.861000,"
            + "20260301123556,2,aabbccddeeff,-60,,,,aabbccddee00,-70,,,,0410,0001,18D8,6141,00,,,80,20260301123600,"
            + "11F0$"));

        Assert.Null(frame.Error);
        Assert.Equal([new(248_607_120, 670_099_320), new(248_610_000, 671_000_000)],
            frame.Messages.Select(m => m.Position));
        Assert.Equal([271, 90], frame.Messages.Select(m => m.CourseDegrees));
        Assert.Null(frame.Messages[1].Speed);
    }

    [Fact]
    public void A_heartbeat_is_answered_with_version_and_number()
    {
        var frame = Decode(Text("+ACK:GTHBD,1A0401,135790246811220,,20100214093254,11F0"));

        Assert.Equal(MessageKind.Heartbeat, Assert.Single(frame.Messages).Kind);
        Assert.Equal("+SACK:GTHBD,1A0401,11F0$", Encoding.ASCII.GetString(frame.Reply!));
    }

    [Fact]
    public void A_report_without_a_place_has_the_send_time_in_the_zone_given()
    {
        var text = Text("+RESP:GTPNA,110100,356307042441013,,20110214093254,000F$");

        Assert.Equal(DateTimeOffset.Parse("2011-02-14T09:32:54Z"), Decode(text).Messages[0].Time);
        var zoned = Decoder.Decode(text, DeviceSession.Fresh, new(Zone: TimeSpan.FromHours(8)));
        Assert.Equal(DateTimeOffset.Parse("2011-02-14T01:32:54Z"), zoned.Messages[0].Time);
    }

    [Fact]
    public void Old_reports_without_a_version_are_read()
    {
        var frame = Decode(Text(
            "+RESP:GTTRI,862370030005908,1,0,99,1,0.0,354,18.5,18.821100,-34.083002,20150404121142,0655,0001,00DD,"
            + "ED9E,00,20150404121142,0043,0103010100$"));

        Assert.Equal("862370030005908", frame.DeviceId);
        Assert.Equal(new GeoPosition(-340_830_020, 188_211_000), Assert.Single(frame.Messages).Position);
        Assert.Equal("+SACK:0043$", Encoding.ASCII.GetString(frame.Reply!));
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("0", false)]
    public void The_oldest_order_of_the_group_is_told_by_its_fractions(string fix, bool valid)
    {
        var message = Assert.Single(Decode(Text(
            $"+RESP:GTSZI,356307042441013,0,3,0,{fix},61.0,271,-12.0,2,67.009932,24.860712,20260301123456,0410,0001,"
            + "18d8,6141,00,11F0,0102100203")).Messages);

        Assert.Equal(Sample.Speed, message.Speed);
        Assert.Equal(271, message.CourseDegrees);
        Assert.Equal(-12, message.AltitudeMetres);
        Assert.Equal(Sample.Position, message.Position);
        Assert.Equal(valid, message.Valid);
    }

    [Theory]
    [InlineData("LSA", "0", "2026-03-01T13:00:00Z", false)]
    [InlineData("LSA", "3", "2026-03-01T12:34:56Z", true)]
    [InlineData("LSA", "", "2026-03-01T12:34:56Z", true)]
    [InlineData("SOS", "0", "2026-03-01T13:00:00Z", false)]
    [InlineData("EPF", "0", "2026-03-01T13:00:00Z", false)]
    [InlineData("BPL", "0", "2026-03-01T12:34:56Z", true)]
    [InlineData("FRI", "0", "2026-03-01T12:34:56Z", true)]
    public void An_event_without_a_fix_has_the_time_of_its_report_and_no_valid_place(
        string type, string accuracy, string time, bool valid)
    {
        var message = Assert.Single(Decode(Text(
            $"+RESP:GT{type},060100,{Imei},,,10,1,{accuracy},61.0,271,-12.0,67.009932,24.860712,20260301123456,0410,"
            + "0001,18D8,6141,00,12.3,,,,80,210100,,,,20260301130000,11F0$")).Messages);

        Assert.Equal(DateTimeOffset.Parse(time), message.Time);
        Assert.Equal(valid, message.Valid);
        Assert.Equal(Sample.Position, message.Position);
        Assert.Equal(type == "FRI" ? 0 : 1, message.Events.Count);
    }

    [Theory]
    [InlineData("+RESP:GTFRI,060100,notanid,,,10,1,1,,,,,,,11F0$", DecodeCodes.NotThisProtocol)]
    [InlineData("+RESP:FRI,060100,135790246811220,,,11F0$", DecodeCodes.NotThisProtocol)]
    [InlineData("+RESP", DecodeCodes.NotThisProtocol)]
    [InlineData("+RSP\u0007rest", DecodeCodes.BinaryFormUnsupported)]
    [InlineData("+HBD\u0007rest", DecodeCodes.BinaryFormUnsupported)]
    public void What_cannot_be_read_is_told_by_code(string text, string code)
    {
        var frame = Decode(Text(text));

        Assert.Equal(code, frame.Error?.Code);
        Assert.Empty(frame.Messages);
        Assert.Null(frame.Reply);
    }

    [Fact]
    public void A_place_not_on_earth_is_named_and_the_report_kept()
    {
        var frame = Decode(Text(
            "+RESP:GTRTL,110100,356307042441013,,0,0,1,1,4.3,92,70.0,221.354335,31.222073,20110214013254,0460,0000,"
            + "18d8,6141,00,80,20110214013254,000C$"));

        Assert.Equal(DecodeCodes.FieldInvalid, frame.Error?.Code);
        Assert.Null(Assert.Single(frame.Messages).Position);
        Assert.False(frame.Messages[0].Valid);
    }

    [Fact]
    public void Mutated_frames_never_break_the_decoder() => Wire.Fuzz(Decoder, [.. EveryKind()], seed: 5);

    [Fact]
    public void Decoding_a_report_allocates_its_result_and_nothing_else() =>
        Assert.InRange(Wire.AllocatedPerFrame(Decoder, QueclinkEncoder.Report(Imei, [Sample])), 1, 440);

    static void AssertNoOtherPlace(byte[] frame)
    {
        var places = Decode(frame).Messages.Select(m => m.Position).ToHashSet();
        places.Add(null);
        for (var length = 0; length < frame.Length; length++)
            Assert.All(Decode(frame[..length]).Messages, m => Assert.Contains(m.Position, places));
    }

    static DecodedFrame Decode(byte[] frame) => Decoder.Decode(frame, DeviceSession.Fresh, DecodeOptions.Default);

    static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);
}
