using Rahdari.Devices;
using Rahdari.Devices.Jt808;

namespace Rahdari.Tests.Devices.Jt808;

/// <summary>Where a terminal tells the number of its SIM card.</summary>
public sealed class Jt808CardTests
{
    const string Id = "013912345678", Id2019 = "00000000013912345678", Card = "8992302000001234569";

    static readonly byte[] Packed = Convert.FromHexString(Card + "F");

    /// <summary>Behind maker, model and terminal in the lengths of an edition.</summary>
    [Theory]
    [InlineData(Id, 34)]
    [InlineData(Id2019, 67)]
    [InlineData(Id2019, 73)]
    public void The_attributes_tell_the_card(string id, int at)
    {
        var body = new byte[at + 12];
        Packed.CopyTo(body, at);
        Assert.Equal(Card, Told(id, 0x0107, body));
        Assert.Null(Told(id, 0x0107, body[..(at + 9)]));
    }

    [Fact]
    public void A_report_tells_the_card_in_its_extension_or_behind_an_imei_and_zeros_are_none()
    {
        var report = new byte[28];
        Assert.Equal(Card, Told(Id, 0x0200, [.. report, 0xEB, 14, 0, 12, 0, 0xB2, .. Packed]));
        Assert.Null(Told(Id, 0x0200, [.. report, 0xEB, 14, 0, 12, 0, 0xB2, .. new byte[10]]));
        Assert.Equal(Card, Told(Id, 0x0200, [.. report, 0xF8, 20, 4, .. new byte[8], .. Packed, (byte)'A']));
        Assert.Null(Told(Id, 0x0200, [.. report, 0xF8, 18, 4, .. new byte[8], .. Packed[..9]]));
        Assert.Null(Told(Id, 0x0200, report));
    }

    static string? Told(string id, int message, byte[] body) => Assert.Single(
        new Jt808Decoder().Decode(
            Jt808Encoder.Frame(id, message, 1, body), DeviceSession.Fresh, DecodeOptions.Default).Messages)
        .SimCard?.Value;
}
