using Rahdari.Devices;
using Rahdari.Devices.Jt600;

namespace Rahdari.Tests.Devices.Jt600;

/// <summary>The example frames of the manufacturer's manual (JT701D protocol, V1.4), field by field.</summary>
public sealed class Jt600ManualTests
{
    const string Record = "2480006200111911003418042116225922348310113550543F12980000002D060000000020E028109228661F"
        + "000100000F0F0F0F0F0F0F0F000001CC0156";

    static readonly Jt600Decoder Decoder = new();

    [Fact]
    public void The_binary_record_reads_as_the_manual_explains_it()
    {
        var frame = Decoder.Decode(Convert.FromHexString(Record), DeviceSession.Fresh, DecodeOptions.Default);

        Assert.Null(frame.Error);
        Assert.Equal(ChecksumVerdict.None, frame.Checksum);
        Assert.Equal("8000620011", frame.DeviceId);
        Assert.Equal("(P69,0,86)", Text(frame.Reply));
        var message = Assert.Single(frame.Messages);
        Assert.Equal(MessageKind.Position, message.Kind);
        Assert.Equal(RecordClass.Live, message.Record);
        Assert.Equal(DateTimeOffset.Parse("2021-04-18T16:22:59Z"), message.Time);
        Assert.True(message.Valid);
        Assert.Equal(new GeoPosition(225_805_167, 1_139_175_717), message.Position);
        Assert.Equal(33_336, message.Speed?.MetresPerHour);
        Assert.Equal(304, message.CourseDegrees);
        Assert.Equal(45_000, message.OdometerMetres);
        Assert.Equal(6, message.Satellites);
        Assert.Equal(new SealState(Locked: true, RopePresent: true, CoverClosed: true), message.Seal);
        Assert.Equal(40, message.BatteryPercent);
        Assert.Null(message.Charging);
        Assert.Equal(86, message.DeviceSerial);
        Assert.Empty(message.Events);
    }

    [Fact]
    public void Unlocking_by_card_is_an_event_and_is_answered_by_its_serial()
    {
        var frame = Read("(8000620011,P45,170720,020614,22.56035,N,114.01640,E,A,36,270,1,1,0008627839,0,0,24,5)");

        Assert.Equal("(P69,0,24)", Text(frame.Reply));
        var message = Assert.Single(frame.Messages);
        Assert.Equal(MessageKind.Event, message.Kind);
        Assert.Equal(DateTimeOffset.Parse("2020-07-17T02:06:14Z"), message.Time);
        Assert.Equal(new GeoPosition(225_603_500, 1_140_164_000), message.Position);
        Assert.Equal(36_000, message.Speed?.MetresPerHour);
        Assert.Equal(270, message.CourseDegrees);
        Assert.Equal([DeviceEvent.UnsealedByCard], message.Events);
        Assert.False(message.Seal.Locked);
        Assert.Equal(5_000, message.OdometerMetres);
        Assert.Equal(24, message.DeviceSerial);
    }

    [Fact]
    public void An_unlocking_refused_outside_the_fence_is_not_an_unlocking()
    {
        var frame = Read("(8000400055,P45,040121,104728,22.55801,N,114.00846,E,A,0,244,1,99,0008627839,0,0,2,29)");

        Assert.Equal([DeviceEvent.UnsealRefusedOutsideFence], Assert.Single(frame.Messages).Events);
        Assert.Null(frame.Messages[0].Seal.Locked);
        Assert.Equal("(P69,0,2)", Text(frame.Reply));
    }

    [Fact]
    public void Automatic_locking_is_a_sealing()
    {
        var frame = Read("(8000400055,P45,060121,081012,22.58080,N,113.91751,E,A,0,0,5,0,0000000000,0,0,3,58)");

        Assert.Equal([DeviceEvent.SealedAuto], Assert.Single(frame.Messages).Events);
        Assert.True(frame.Messages[0].Seal.Locked);
    }

    [Fact]
    public void A_report_of_older_firmware_gets_the_older_answer()
    {
        var frame = Read("(7560405553,P45,040121,104728,22.55801,N,114.00846,E,A,0,244,2,0,0008627839,0,0,2)");

        Assert.Equal("(P46)", Text(frame.Reply));
        Assert.Equal([DeviceEvent.UnsealRefusedUnregisteredCard, DeviceEvent.IllegalCard], frame.Messages[0].Events);
    }

    [Fact]
    public void The_dynamic_password_report_hears_its_password_back()
    {
        var frame = Read("(8000620011,P52,2,123456)");

        Assert.Equal("(P52,2,123456)", Text(frame.Reply));
        Assert.Equal(MessageKind.Other, Assert.Single(frame.Messages).Kind);
    }

    [Fact]
    public void The_time_request_is_answered_where_the_time_is_known()
    {
        var now = DateTimeOffset.Parse("2026-03-09T07:05:01Z");
        var frame = Decoder.Decode("(8000620011,P22,2)"u8, DeviceSession.Fresh, new(Now: now));

        Assert.Equal("(P22,090326070501)", Text(frame.Reply));
        Assert.Null(Read("(8000620011,P22,2)").Reply);
    }

    [Fact]
    public void The_heartbeat_wants_no_answer()
    {
        var frame = Read("(7560405553,@JT)");

        Assert.Equal("7560405553", frame.DeviceId);
        Assert.Equal(MessageKind.Heartbeat, Assert.Single(frame.Messages).Kind);
        Assert.Null(frame.Reply);
    }

    static DecodedFrame Read(string text) =>
        Decoder.Decode(System.Text.Encoding.ASCII.GetBytes(text), DeviceSession.Fresh, DecodeOptions.Default);

    static string? Text(byte[]? bytes) => bytes is null ? null : System.Text.Encoding.ASCII.GetString(bytes);
}
