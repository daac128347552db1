using System.Net;
using Rahdari.Devices;
using Rahdari.Devices.Teltonika;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Telemetry.Enriching;
using Rahdari.Tests.Telemetry.Connecting;

namespace Rahdari.Tests.Telemetry.Enriching;

public sealed class IdentityGradeTests
{
    const string Imei = "356307042441013", Apn = "127.0.7.3", Range = "127.0.9.3", Elsewhere = "127.0.8.3";

    static readonly DeviceId Device = new("teltonika", Imei);

    static readonly SimCardNumber Booked = SimCardNumber.Parse("8992302000001234569"),
        Other = SimCardNumber.Parse("8992302000007654321");

    static readonly DeviceNetwork[] Networks =
    [
        new("carrier-apn", DeviceNetworkKind.PrivateApn, IPNetwork.Parse("127.0.7.0/24"), []),
        new("vendor", DeviceNetworkKind.VendorRange, IPNetwork.Parse("127.0.9.0/24"), []),
    ];

    int seconds;

    [Theory]
    [InlineData(Apn, null, true, IdentityGrade.Network)]
    [InlineData(Apn, null, false, IdentityGrade.Network)]
    [InlineData(Apn, true, true, IdentityGrade.Network)]
    [InlineData(Apn, true, false, IdentityGrade.Network)]
    [InlineData(Apn, false, true, IdentityGrade.None)]
    [InlineData(Range, null, true, IdentityGrade.None)]
    [InlineData(Range, true, false, IdentityGrade.None)]
    [InlineData(Range, true, true, IdentityGrade.Network)]
    [InlineData(Range, false, true, IdentityGrade.None)]
    [InlineData(Elsewhere, true, true, IdentityGrade.None)]
    public async Task The_network_and_the_card_grade_a_record(
        string from, bool? tellsBooked, bool inBooks, IdentityGrade grade)
    {
        await using var node = await IntakeHost.StartAsync(networks: Networks);
        if (inBooks) node.Cards.Booked[Device] = Booked;
        var told = tellsBooked switch { null => null, true => Booked, false => Other };

        using var tracker = await LoginAsync(node, from);
        await SendAsync(tracker, told);

        var fix = (await node.LaneAsync("live"))[^1];
        Assert.Equal(grade, fix.Identity);
        Assert.Equal(told, fix.Message.SimCard);
        Assert.Equal(told is not null && inBooks ? Booked : null, fix.BookedCard);
    }

    [Fact]
    public async Task The_card_told_last_counts_for_the_connection_and_for_no_other()
    {
        await using var node = await IntakeHost.StartAsync(networks: Networks);
        node.Cards.Booked[Device] = Booked;
        using (var tracker = await LoginAsync(node, Range))
        {
            await SendAsync(tracker, null);
            await SendAsync(tracker, Booked);
            await SendAsync(tracker, null);
            await SendAsync(tracker, Other);
            await SendAsync(tracker, null);
            tracker.EndSending();
            await tracker.ExpectEndAsync();
        }
        using var again = await LoginAsync(node, Range);
        await SendAsync(again, null);

        var fixes = await node.LaneAsync("live");
        Assert.Equal(
        [
            IdentityGrade.None, IdentityGrade.None, IdentityGrade.Network, IdentityGrade.Network, IdentityGrade.None,
            IdentityGrade.None, IdentityGrade.None, IdentityGrade.None,
        ], fixes.Select(f => f.Identity));
        Assert.Equal([false, true], fixes.Where(f => f.Card is not null).Select(f => f.Card!.Differs));
    }

    [Fact]
    public async Task Within_one_packet_each_record_goes_by_its_own_card()
    {
        await using var node = await IntakeHost.StartAsync(networks: Networks);
        node.Cards.Booked[Device] = Booked;
        using var tracker = await LoginAsync(node, Range);
        await tracker.SendAsync(TeltonikaEncoder.Packet([Message(Booked), Message(Other)]));
        await tracker.ReceiveAsync(4);
        Assert.Equal(
            [IdentityGrade.Network, IdentityGrade.None],
            (await node.LaneAsync("live")).Skip(1).Select(f => f.Identity));
    }

    static async Task<DeviceSocket> LoginAsync(IntakeHost node, string from)
    {
        node.Clock.Advance(TimeSpan.FromSeconds(1));
        var tracker = await node.ConnectAsync("teltonika", from);
        await tracker.SendAsync(TeltonikaEncoder.Login(Imei));
        await tracker.ReceiveAsync(1);
        return tracker;
    }

    async Task SendAsync(DeviceSocket tracker, SimCardNumber? card)
    {
        await tracker.SendAsync(TeltonikaEncoder.Packet([Message(card)]));
        await tracker.ReceiveAsync(4);
    }

    DeviceMessage Message(SimCardNumber? card) => new()
    {
        Kind = MessageKind.Position,
        Time = IntakeHost.Start.AddSeconds(seconds++),
        Valid = true,
        Position = new(248_607_120, 670_099_320),
        Satellites = 9,
        SimCard = card,
    };
}
