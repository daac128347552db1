using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Rahdari.Devices;
using Rahdari.Devices.Wialon;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Connecting;
using Rahdari.Telemetry.Enriching;
using Rahdari.Telemetry.Relaying;
using Rahdari.Tests.Telemetry.Connecting;

namespace Rahdari.Tests.Telemetry.Relaying;

/// <summary>A vendor's platform that speaks Wialon IPS on the device port.</summary>
public sealed class WialonRelayTests : IAsyncLifetime
{
    const string Own = "8000000001", Strange = "6000000001";

    RelayNode node = null!;
    WebApplication ports = null!;
    Uri port = null!;
    string key = "";

    public async Task InitializeAsync()
    {
        node = await RelayNode.StartAsync();
        key = await node.KeyOfAsync(RelayNode.Locks);
        var builder = WebApplication.CreateSlimBuilder();
        var listener = new DeviceListener(Registry.Find("wialon")!, node.Get<Intake>());
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0, l => l.Run(listener.OnConnectedAsync)));
        ports = builder.Build();
        await ports.StartAsync();
        port = new(ports.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!
            .Addresses.First());
    }

    public async Task DisposeAsync()
    {
        await ports.DisposeAsync();
        await node.DisposeAsync();
    }

    async Task<DeviceSocket> ConnectAsync()
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, port.Port);
        return new(client);
    }

    byte[] Data(int secondsAgo) =>
        WialonEncoder.Data(RelayNode.MessageOf(node.Now.AddSeconds(-secondsAgo), secondsAgo));

    [Fact]
    public async Task A_platform_that_logs_in_with_its_key_relays()
    {
        using var platform = await ConnectAsync();
        await platform.SendAsync(WialonEncoder.Login(Own, key));
        await platform.ExpectAsync("#AL#1\r\n");
        await platform.SendAsync(Data(10));
        await platform.ExpectAsync("#AD#1\r\n");

        var live = await node.LaneAsync("live");
        Assert.Equal(2, live.Count);
        Assert.All(live, f =>
        {
            Assert.Equal(new(RelayNode.Locks, null, default, First: true), f.Relay);
            Assert.Equal(IdentityGrade.Vendor, f.Identity);
        });
    }

    [Fact]
    public async Task Login_and_records_in_one_piece_are_relayed_too()
    {
        using var platform = await ConnectAsync();
        await platform.SendAsync([.. WialonEncoder.Login(Own, key), .. Data(10), .. Data(9)]);
        await platform.ExpectAsync("#AL#1\r\n#AD#1\r\n#AD#1\r\n");

        Assert.All(await node.LaneAsync("live"), f => Assert.NotNull(f.Relay));
    }

    [Fact]
    public async Task A_device_that_connects_itself_is_direct_whatever_its_password()
    {
        foreach (var password in new[] { "NA", "secret" })
        {
            using var device = await ConnectAsync();
            await device.SendAsync([.. WialonEncoder.Login(Strange, password), .. Data(10)]);
            await device.ExpectAsync("#AL#1\r\n#AD#1\r\n");
        }

        Assert.All(await node.LaneAsync("live"), f => Assert.Null(f.Relay));
    }

    [Fact]
    public async Task A_key_that_is_none_or_no_vendors_is_told_so_and_the_connection_ends()
    {
        var officer = await node.Get<KeyRegister>().IssueAsync(
            new byte[KeyRegister.SecretBytes], Rahdari.Tests.Movements.Scene.Karachi, Role.Officer, "o", default);
        foreach (var wrong in new[] { "rk-nothing", officer })
        {
            using var platform = await ConnectAsync();
            await platform.SendAsync([.. WialonEncoder.Login(Own, wrong), .. Data(10)]);
            await platform.ExpectAsync("#AL#01\r\n");
            await platform.ExpectEndAsync();
        }

        Assert.Empty(await node.LaneAsync("live"));
        Assert.Equal(2, node.Get<IntakeFaults>().CountOf("wialon", RelayCodes.KeyUnknown));
    }

    [Fact]
    public async Task A_device_that_is_not_the_vendors_is_refused_also_in_the_middle()
    {
        using var platform = await ConnectAsync();
        await platform.SendAsync(WialonEncoder.Login(Strange, key));
        await platform.ExpectAsync("#AL#01\r\n");
        await platform.ExpectEndAsync();
        using var second = await ConnectAsync();
        await second.SendAsync(WialonEncoder.Login(Own, key));
        await second.ExpectAsync("#AL#1\r\n");
        await second.SendAsync([.. WialonEncoder.Login(Strange), .. Data(10)]);
        await second.ExpectAsync("#AL#01\r\n");
        await second.ExpectEndAsync();

        Assert.DoesNotContain(await node.LaneAsync("live"), f => f.Device.Serial == Strange);
        Assert.Equal(2, node.Get<IntakeFaults>().CountOf("wialon", RelayCodes.DeviceNotVendors));
    }

    [Fact]
    public async Task No_key_is_written_anywhere()
    {
        var spoiled = Encoding.ASCII.GetString(WialonEncoder.Login(Own, key));
        spoiled = $"{spoiled[..^4]}{(spoiled[^3] == '0' ? '1' : '0')}\r\n";
        foreach (var sent in new[] { spoiled, $"#L#2.0;?;{key};NA\r\n", $"#L#2.0;{Own};rk-{key[^40..]};NA\r\n" })
        {
            using var platform = await ConnectAsync();
            await platform.SendAsync(Encoding.ASCII.GetBytes(sent));
            platform.EndSending();
            await node.Get<IJournal>().WaitAsync("pk-test/faulty", 99, TimeSpan.FromMilliseconds(300), default);
        }
        using (var platform = await ConnectAsync())
        {
            await platform.SendAsync(WialonEncoder.Login(Own, key));
            await platform.ExpectAsync("#AL#1\r\n");
        }

        var secret = key[^40..];
        var rows = (await node.Get<IJournal>().ReadAsync("pk-test/live", 0, 99, default))
            .Concat(await node.Get<IJournal>().ReadAsync("pk-test/faulty", 0, 99, default)).ToList();
        Assert.NotEmpty(rows);
        Assert.DoesNotContain(rows, r => Encoding.ASCII.GetString(r.Entry.Raw).Contains(secret[..8]));
        Assert.Contains(rows, r => Encoding.ASCII.GetString(r.Entry.Raw).Contains($"{Own};****"));
        Assert.DoesNotContain(node.Get<IntakeFaults>().Newest, f => f.Head.Contains(
            Convert.ToHexStringLower(Encoding.ASCII.GetBytes(secret[..4]))));
    }
}
