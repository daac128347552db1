using System.Text;
using FsCheck.Fluent;
using Rahdari.Devices;
using Rahdari.Devices.Eseal;

namespace Rahdari.Tests.Devices.Eseal;

public sealed class EsealDecoderTests
{
    const string Id = "1000821";

    static readonly EsealDecoder Decoder = new();

    static readonly DeviceMessage Sample = new()
    {
        Kind = MessageKind.Position,
        Time = DateTimeOffset.Parse("2026-03-01T12:34:56Z"),
        Valid = true,
        Position = new(248_607_120, -670_099_320),
        Speed = Speed.FromKilometresPerHour(61),
        CourseDegrees = 271,
        DeviceSerial = 34,
        Seal = new(DoorClosed: true),
    };

    static IEnumerable<byte[]> EveryKind() =>
    [
        EsealEncoder.Report(Id, Sample), EsealEncoder.Report(Id, Sample with { Events = [DeviceEvent.SealedAuto] }),
        EsealEncoder.StartupTaken(Id), "##S,eSeal,1000898,256,3.0.6,RC-NFC DEL ACK,,E##"u8.ToArray(),
    ];

    [VectorsFact]
    public void Recorded_frames_read_as_a_third_party_reads_them()
    {
        var compared = 0;
        foreach (var recorded in RecordedFrames.Expected("eseal"))
        {
            var frame = Decode(recorded.Bytes);
            Assert.Null(frame.Error);
            Assert.NotNull(frame.DeviceId);
            compared += RecordedFrames.AssertSame(recorded, frame);
        }
        Assert.True(compared > 0);
    }

    [VectorsFact]
    public void Recorded_frames_survive_truncation_anywhere() => Assert.All(RecordedFrames.All("eseal"), f =>
    {
        Wire.AssertTruncatesCleanly(Decoder, f);
        var places = Decode(f).Messages.Select(m => m.Position).Append(null).ToHashSet();
        for (var length = 0; length < f.Length; length++)
            Assert.All(Decode(f[..length]).Messages, m => Assert.Contains(m.Position, places));
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
        byte[] stream =
        [
            .. "#x##S,eSeal,1,2"u8, .. kinds.SelectMany(f => f.Concat("\r\n"u8.ToArray())), 0xFF, .. kinds[0],
        ];

        var frames = Wire.Feed(Decoder, stream, piece);

        Assert.Equal(kinds.Count + 1, frames.Count);
        Assert.All(frames, f => Assert.Null(f.Error));
    }

    [Fact]
    public void A_report_is_read_as_it_was_written_and_answered_by_its_index() => Messages.ForAll(
        Messages.Positions.Select(m => m with
        {
            Record = RecordClass.Live,
            Position = new(m.Position!.Value.LatitudeE7 / 10 * 10, m.Position.Value.LongitudeE7 / 10 * 10),
            Speed = Speed.FromKilometresPerHour(m.DeviceSerial ?? 0),
            Satellites = null,
            BatteryPercent = null,
            OdometerMetres = null,
            Seal = new(DoorClosed: m.Seal.Locked),
        }),
        message =>
        {
            var frame = Decode(EsealEncoder.Report(Id, message));

            Assert.Null(frame.Error);
            Assert.Equal(Id, frame.DeviceId);
            Assert.Equal(message with { Events = [] }, Assert.Single(frame.Messages) with { Events = [] });
            Assert.Equal(
                $"##S,eSeal,{Id},256,3.0.8,Normal ACK,{message.DeviceSerial},E##\r\n",
                Encoding.ASCII.GetString(frame.Reply!));
        });

    [Fact]
    public void Every_event_is_read_as_it_was_written()
    {
        DeviceEvent[] carried =
        [
            DeviceEvent.Restarted, DeviceEvent.DoorClosed, DeviceEvent.Vibration, DeviceEvent.Fall,
            DeviceEvent.SealedAuto, DeviceEvent.UnsealedByPlatform,
        ];
        Assert.All(carried, e => Assert.Equal([e], Read(EsealEncoder.Report(Id, Sample with { Events = [e] })).Events));
        var opened = Read(EsealEncoder.Report(
            Id, Sample with { Events = [DeviceEvent.DoorOpened], Seal = new(DoorClosed: false) }));
        Assert.Equal([DeviceEvent.DoorOpened], opened.Events);
        Assert.Equal(RecordClass.Alarm, opened.Record);
        Assert.False(opened.Seal.DoorClosed);
        Assert.False(Read(EsealEncoder.Report(
            Id, Sample with { Events = [DeviceEvent.UnsealedByPlatform] })).Seal.Locked);
    }

    [Theory]
    [InlineData("2026-13-01", 7)]
    [InlineData("95.000000N 67.000000E", 11)]
    [InlineData("361", 12)]
    public void A_field_that_is_none_is_named_by_its_byte_and_the_rest_is_kept(string value, int place)
    {
        var fields = Encoding.ASCII.GetString(EsealEncoder.Report(Id, Sample)).Split(',');
        fields[place] = value;

        var frame = Decode(Encoding.ASCII.GetBytes(string.Join(',', fields)));

        Assert.Equal(DecodeCodes.FieldInvalid, frame.Error?.Code);
        Assert.Equal(string.Join(',', fields[..place]).Length + 1, frame.Error?.Offset);
        Assert.Equal(Sample.Seal, Assert.Single(frame.Messages).Seal);
        Assert.NotNull(frame.Reply);
    }

    [Fact]
    public void An_unlocking_without_a_password_is_no_command() =>
        Assert.Null(((IDeviceProtocol)Decoder).Encode(new DeviceCommand.UnlockOnce("123456"), Id, 1));

    [Fact]
    public void Mutated_frames_never_break_the_decoder() => Wire.Fuzz(Decoder, [.. EveryKind()], seed: 3);

    [Fact]
    public void Decoding_a_report_allocates_its_result_and_nothing_else() =>
        Assert.InRange(Wire.AllocatedPerFrame(Decoder, EsealEncoder.Report(Id, Sample)), 1, 640);

    static DecodedFrame Decode(byte[] frame) => Decoder.Decode(frame, DeviceSession.Fresh, DecodeOptions.Default);

    static DeviceMessage Read(byte[] frame) => Assert.Single(Decode(frame).Messages);
}
