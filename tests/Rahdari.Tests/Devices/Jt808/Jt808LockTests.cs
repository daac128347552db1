using Rahdari.Devices;
using Rahdari.Devices.Jt808;

namespace Rahdari.Tests.Devices.Jt808;

/// <summary>What a lock tells of its rope, cover and sub-locks, and how it is told to lock.</summary>
public sealed class Jt808LockTests
{
    const string Id = "013912345678", Id2019 = "00000000013912345678";

    static readonly Jt808Decoder Decoder = new();

    /// <summary>Alarm, status (fixed, locked), 24.860712 N, 67.009932 E, then 2026-03-01 20:34:56 at +08:00.</summary>
    static readonly byte[] Report = Convert.FromHexString(
        "00000000" + "00001002" + "017B5828" + "03FE7D8C" + "0000" + "0000" + "0000" + "260301203456");

    [Theory]
    [InlineData("DA03000009", true)]
    [InlineData("DA03000001", true)]
    [InlineData("DA0300020C", false)]
    [InlineData("DA03FFFFF6", false)]
    [InlineData("DA0400000900", true)]
    [InlineData("DA020009", null)]
    [InlineData("DA00", null)]
    public void The_ropes_field_tells_the_rope_and_nothing_of_the_cover(string field, bool? rope)
    {
        var read = Read(0x0200, [.. Report, .. Convert.FromHexString(field)]);

        Assert.Equal((rope, (bool?)null), (read.Seal.RopePresent, read.Seal.CoverClosed));
        Assert.Empty(read.Events);
    }

    /// <summary>The one with 65 as it was recorded.</summary>
    [Theory]
    [InlineData("60100061" + "001234567890" + "3930303137333833")]
    [InlineData("60100065" + "001234567890" + "3930303137333833")]
    [InlineData("60100066" + "001234567890" + "3930303137333833")]
    [InlineData("E803FFFFFF")]
    [InlineData("0B0601013912FF01")]
    public void What_no_source_explains_changes_nothing(string field)
    {
        var read = Read(0x0200, [.. Report, .. Convert.FromHexString(field)]);

        Assert.Empty(read.Events);
        Assert.Equal(new(Locked: true), read.Seal);
    }

    [Fact]
    public void A_field_that_is_cut_off_tells_nothing_and_is_named()
    {
        // Fewer than the 18 bytes that one maker's firmware fills without fields.
        var fields = Convert.FromHexString("DA03000009" + "600A0065" + "001234567890" + "3930");
        for (var length = 0; length <= fields.Length; length++)
        {
            var decoded = Decode(0x0200, [.. Report, .. fields[..length]]);
            var read = Assert.Single(decoded.Messages);
            Assert.Equal(length >= 5 ? true : default(bool?), read.Seal.RopePresent);
            Assert.Empty(read.Events);
            // One byte alone is no field yet.
            Assert.Equal(length is 0 or 1 or 5 or 6 || length == fields.Length, decoded.Error is null);
        }
        Wire.AssertTruncatesCleanly(Decoder, Jt808Encoder.Frame(Id, 0x0200, 1, [.. Report, .. fields]));
    }

    /// <summary>Bytes after the standard's table of vehicle control, of 2011 and 2013.</summary>
    [Fact]
    public void Locking_is_vehicle_control_of_the_doors()
    {
        var inner = Convert.FromHexString("8500" + "0001" + Id + "0102" + "01");
        byte[] wire = [0x7E, .. inner, inner.Aggregate((byte)0, (check, b) => (byte)(check ^ b)), 0x7E];

        Assert.Equal(wire, Decoder.Encode(new DeviceCommand.Lock(), Id, 0x0102));
        Assert.Null(Decoder.Encode(new DeviceCommand.UnlockOnce("223457"), Id, 0x0102));
        Assert.Null(Decoder.Encode(new DeviceCommand.Lock(), Id[1..], 0x0102));
    }

    [Fact]
    public void A_terminal_of_2019_is_not_told_to_lock_because_older_firmware_would_unlock() =>
        Assert.Null(Decoder.Encode(new DeviceCommand.Lock(), Id2019, 0x0102));

    [Fact]
    public void The_answer_to_locking_is_a_report_that_tells_whether_it_is_locked_and_wants_none()
    {
        var decoded = Decode(0x0500, [0x01, 0x02, .. Report]);

        Assert.Null(decoded.Reply);
        Assert.Null(decoded.Error);
        var read = Assert.Single(decoded.Messages);
        Assert.Equal(
            (MessageKind.Position, true, new GeoPosition(248_607_120, 670_099_320)),
            (read.Kind, read.Seal.Locked, read.Position));
        Assert.Null(Read(0x0500, [0x01, 0x02, .. Report[..6], 0, .. Report[7..]]).Seal.Locked);
        Assert.Equal(MessageKind.Other, Read(0x0500, [0x01, 0x02]).Kind);
        Wire.AssertTruncatesCleanly(Decoder, Jt808Encoder.Frame(Id, 0x0500, 1, [0x01, 0x02, .. Report]));
    }

    [Fact]
    public void A_password_in_the_answer_to_locking_is_covered()
    {
        var password = "48291377"u8.ToArray();
        var frame = Jt808Encoder.Frame(Id, 0x0500, 1, [0x01, 0x02, .. Report, 0x67, 8, .. password]);

        foreach (var hidden in new[]
        {
            Decoder.Decode(frame, DeviceSession.Fresh, DecodeOptions.Default).Hidden, Decoder.SecretsIn(frame),
        })
            Assert.Equal([.. password, frame[^2]], hidden.SelectMany(h => frame[h]));
    }

    static DecodedFrame Decode(int message, byte[] body) => Decoder.Decode(
        Jt808Encoder.Frame(Id, message, 1, body), DeviceSession.Fresh, DecodeOptions.Default);

    static DeviceMessage Read(int message, byte[] body) => Assert.Single(Decode(message, body).Messages);
}
