using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Devices.Meitrack;

namespace Rahdari.Tests.Devices.Meitrack;

public sealed class MeitrackDecoderTests
{
    const string Imei = "356307042441013";

    static readonly MeitrackDecoder Decoder = new();

    static readonly DeviceMessage Sample = new()
    {
        Kind = MessageKind.Position,
        Time = DateTimeOffset.Parse("2026-03-01T12:34:56Z"),
        Valid = true,
        Position = new(248_607_120, 670_099_320),
        AltitudeMetres = -12,
        Speed = Speed.FromKilometresPerHour(61),
        CourseDegrees = 271,
        Satellites = 9,
        OdometerMetres = 12_345,
    };

    static IEnumerable<byte[]> EveryKind() =>
    [
        MeitrackEncoder.Report(Imei, Sample),
        MeitrackEncoder.Batch(Imei, [Sample, Sample with { Seal = new(Locked: true), BatteryPercent = 80 }]),
        MeitrackEncoder.FixedBatch(Imei, [Sample, Sample]),
        MeitrackEncoder.Enclosed("$$"u8, (byte)'z', Imei, "AAC,1"u8),
    ];

    [VectorsFact]
    public void Recorded_frames_read_as_a_third_party_reads_them_and_bad_checksums_are_told()
    {
        var (compared, bad) = (0, 0);
        foreach (var recorded in RecordedFrames.Expected("meitrack"))
        {
            var frame = Decode(recorded.Bytes);
            var intact = IsIntact(recorded.Bytes);
            Assert.True(intact == (frame.Checksum == ChecksumVerdict.Ok), $"{recorded.Id}: {frame.Checksum}");
            if (!intact)
            {
                Assert.Empty(frame.Messages);
                Assert.Equal(DecodeCodes.ChecksumBad, frame.Error?.Code);
                bad++;
                continue;
            }
            Assert.Equal(Math.Max(1, recorded.Positions.Count), frame.Messages.Count);
            foreach (var (expected, message) in recorded.Positions.Zip(frame.Messages))
            {
                RecordedFrames.AssertSame(recorded.Id, expected, message);
                compared++;
            }
        }
        Assert.True(compared > 40 && bad > 4, $"{compared} {bad}");
    }

    [VectorsFact]
    public void Recorded_frames_survive_truncation_anywhere() => Assert.All(
        RecordedFrames.All("meitrack").Where(f => f.AsSpan().EndsWith("\r\n"u8)),
        f => Wire.AssertTruncatesCleanly(Decoder, f));

    [Fact]
    public void Every_kind_of_message_survives_truncation_anywhere() => Assert.All(EveryKind(), f =>
    {
        Wire.AssertTruncatesCleanly(Decoder, f);
        // Only the line end may be missing.
        for (var length = 0; length < f.Length - 2; length++) Assert.Empty(Decode(f[..length]).Messages);
    });

    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(100_000)]
    public void Every_kind_of_message_is_found_in_a_stream_with_garbage_however_it_is_cut(int piece) =>
        Wire.AssertEachIsFound(Decoder, [.. EveryKind()], Imei, piece, "$(garbage$$"u8);

    [Theory]
    [InlineData(-2, 1)]
    [InlineData(3, 1)]
    [InlineData(3, 7)]
    [InlineData(-2, 100_000)]
    public void A_frame_that_counts_itself_wrongly_is_found_by_its_end(int wrong, int piece)
    {
        var good = MeitrackEncoder.Report(Imei, Sample);
        var lying = Lying(good, wrong);

        var frames = Wire.Feed(Decoder, [.. lying, .. good, .. good], piece);

        Assert.Equal([DecodeCodes.LengthWrong, null, null], frames.Select(f => f.Error?.Code));
        Assert.All(frames, f => Assert.Equal(Sample.Position, Assert.Single(f.Messages).Position));
    }

    [Fact]
    public void A_report_is_read_as_it_was_written() => Messages.ForAll(Positions(), message =>
    {
        var read = Assert.Single(Decode(MeitrackEncoder.Report(Imei, message)).Messages);

        Assert.Equal(
            message with { BatteryPercent = null, Seal = default, Events = [] }, read with { Events = [] });
    });

    [Fact]
    public void A_batch_is_read_as_it_was_written() => Messages.ForAll(Positions(), message =>
    {
        var frame = Decode(MeitrackEncoder.Batch(Imei, [message, Sample]));

        Assert.Equal(ChecksumVerdict.Ok, frame.Checksum);
        Assert.Null(frame.Reply);
        Assert.Equal(message with { Events = [] }, frame.Messages[0] with { Events = [] });
        Assert.Equal(Sample with { Events = [] }, frame.Messages[1] with { Events = [] });
    });

    [Fact]
    public void A_batch_of_fixed_form_is_read_as_it_was_written_and_answered_with_its_count() =>
        Messages.ForAll(Positions(), message =>
        {
            var frame = Decode(MeitrackEncoder.FixedBatch(Imei, [message, Sample]));

            Assert.Equal(
                message with { BatteryPercent = null, Seal = default, Events = [] },
                frame.Messages[0] with { Events = [] });
            Assert.Equal("@@A27,356307042441013,CCC,2*CE\r\n", Encoding.ASCII.GetString(frame.Reply!));
        });

    [Fact]
    public void Events_are_carried_by_every_form()
    {
        DeviceEvent[] carried =
        [
            DeviceEvent.Panic, DeviceEvent.BatteryLow, DeviceEvent.FenceEntered, DeviceEvent.FenceLeft,
            DeviceEvent.PowerRestored, DeviceEvent.PowerCut, DeviceEvent.Restarted, DeviceEvent.Towed,
            DeviceEvent.Jamming,
        ];
        Assert.All(carried, e =>
        {
            var message = Sample with { Events = [e] };
            Assert.Equal([e], Decode(MeitrackEncoder.Report(Imei, message)).Messages[0].Events);
            Assert.Equal([e], Decode(MeitrackEncoder.Batch(Imei, [message])).Messages[0].Events);
            Assert.Equal([e], Decode(MeitrackEncoder.FixedBatch(Imei, [message])).Messages[0].Events);
        });
    }

    [Fact]
    public void A_number_before_the_event_does_no_harm()
    {
        var panic = Sample with { Events = [DeviceEvent.Panic] };
        var plain = Encoding.ASCII.GetString(MeitrackEncoder.Report(Imei, panic));
        var content = plain[plain.IndexOf("AAA", StringComparison.Ordinal)..plain.IndexOf('*')];
        var frame = Sealed(Encoding.ASCII.GetBytes(content.Replace("AAA,", "AAA,7,")));

        var message = Assert.Single(Decode(frame).Messages);

        Assert.Equal(Sample.Position, message.Position);
        Assert.Equal([DeviceEvent.Panic], message.Events);
    }

    [Fact]
    public void One_changed_byte_anywhere_is_no_position()
    {
        Assert.All(EveryKind().Take(3), frame =>
        {
            for (var i = 0; i < frame.Length - 2; i++)
            {
                var damaged = frame.ToArray();
                damaged[i] ^= 0x01;
                var read = Decode(damaged);
                Assert.True(read.Messages.Count == 0 && read.Reply is null && read.Error is not null, $"byte {i}");
            }
        });
    }

    [Fact]
    public void Records_that_lead_astray_are_refused_by_code()
    {
        Assert.Equal(DecodeCodes.RecordInvalid, Decode(Sealed("CCE,\0\0\0\0\u0009\0"u8)).Error?.Code);
        Assert.Equal(DecodeCodes.RecordInvalid, Decode(Sealed("CCE,\0\0\0\0\u0001\0\u0044\0aaaaaaaa"u8)).Error?.Code);
        Assert.Equal(DecodeCodes.RecordInvalid, Decode(Sealed("CCC,\u0002\u0001\u0034\0\0\0\0\0short"u8)).Error?.Code);
        Assert.Equal(DecodeCodes.RecordInvalid, Decode(Sealed("CCC,\u0002"u8)).Error?.Code);
    }

    [Fact]
    public void Of_a_batch_that_leads_astray_the_whole_records_are_used()
    {
        var two = Content(MeitrackEncoder.Batch(Imei, [Sample, Sample]));

        // The third record is not there, or its length leads beyond the end.
        byte[] three = [.. two];
        three[8] = 3;
        foreach (var content in new[] { three, [.. three, 0x44, 0, 1, 2] })
        {
            var read = Decode(Sealed(content));
            Assert.Equal([Sample.Position, Sample.Position], read.Messages.Select(m => m.Position));
            Assert.Equal(2, read.Places.Count);
            Assert.Equal(DecodeCodes.RecordInvalid, read.Error?.Code);
        }
        var trailing = Decode(Sealed([.. two, 7, 7]));
        Assert.Equal(2, trailing.Messages.Count);
        Assert.Equal(DecodeCodes.RecordInvalid, trailing.Error?.Code);
    }

    [Fact]
    public void Fixed_records_are_used_though_their_length_is_none_or_bytes_are_left()
    {
        var two = Content(MeitrackEncoder.FixedBatch(Imei, [Sample, Sample]));
        byte[] lying = [.. two];
        lying[6] = 0;
        foreach (var content in new[] { lying, [.. two, 9, 9, 9] })
        {
            var read = Decode(Sealed(content));
            Assert.Equal([Sample.Position, Sample.Position], read.Messages.Select(m => m.Position));
            Assert.Equal(DecodeCodes.RecordInvalid, read.Error?.Code);
            Assert.Contains(",CCC,2*", Encoding.ASCII.GetString(read.Reply!));
        }
        Assert.Empty(Decode(Sealed([.. lying, 9, 9, 9])).Messages);
    }

    [Fact]
    public void The_position_now_and_an_interval_can_be_asked_for()
    {
        Assert.Equal(
            "@@R25,356307042441013,A10*58\r\n",
            Encoding.ASCII.GetString(Decoder.Encode(new DeviceCommand.PositionNow(), Imei, 17)!));
        // The maker's own example of a command's checksum.
        Assert.Equal(
            "@@W27,353358017784062,A73,2*D9\r\n",
            Encoding.ASCII.GetString(MeitrackEncoder.Enclosed("@@"u8, (byte)'W', "353358017784062", "A73,2"u8)));
        var interval = new DeviceCommand.ReportEvery(TimeSpan.FromSeconds(60));
        Assert.Contains(",A12,6*", Encoding.ASCII.GetString(Decoder.Encode(interval, Imei, 17)!));
        Assert.Null(Decoder.Encode(new DeviceCommand.ReportEvery(TimeSpan.FromSeconds(1)), Imei, 0));
        Assert.Null(Decoder.Encode(new DeviceCommand.Lock(), Imei, 0));
    }

    [Fact]
    public void Mutated_frames_never_break_the_decoder() => Wire.Fuzz(Decoder, [.. EveryKind()], seed: 7);

    [Fact]
    public void Decoding_a_report_allocates_its_result_and_nothing_else() =>
        Assert.InRange(Wire.AllocatedPerFrame(Decoder, MeitrackEncoder.Report(Imei, Sample)), 1, 400);

    static Gen<DeviceMessage> Positions() => Messages.Positions.Select(m => m with
    {
        Record = RecordClass.Live,
        Position = new(m.Position!.Value.LatitudeE7 / 10 * 10, m.Position!.Value.LongitudeE7 / 10 * 10),
        Speed = Speed.FromKilometresPerHour(m.DeviceSerial ?? 0),
        AltitudeMetres = (m.CourseDegrees - 100) * 10,
        DeviceSerial = null,
        Seal = new(Locked: m.Seal.Locked),
    });

    static DecodedFrame Decode(byte[] frame) => Decoder.Decode(frame, DeviceSession.Fresh, DecodeOptions.Default);

    static byte[] Sealed(ReadOnlySpan<byte> content) => MeitrackEncoder.Enclosed("$$"u8, (byte)'A', Imei, content);

    /// <summary>The command and what follows it, without star and checksum.</summary>
    static byte[] Content(byte[] frame) => frame[(Array.IndexOf(frame, (byte)'C'))..^5];

    /// <summary>The same frame with another length, and the checksum that belongs to it.</summary>
    static byte[] Lying(byte[] frame, int by)
    {
        var comma = Array.IndexOf(frame, (byte)',');
        var length = int.Parse(Encoding.ASCII.GetString(frame[3..comma])) + by;
        byte[] changed = [.. frame[..3], .. Encoding.ASCII.GetBytes($"{length}"), .. frame[comma..^4]];
        return [.. changed, .. Encoding.ASCII.GetBytes($"{changed.Sum(b => b) & 0xFF:X2}\r\n")];
    }

    static bool IsIntact(byte[] frame)
    {
        var star = Array.LastIndexOf(frame, (byte)'*');
        return frame[..(star + 1)].Sum(b => b) % 256
            == Convert.ToInt32(Encoding.ASCII.GetString(frame, star + 1, 2), 16);
    }
}
