using System.Net;
using System.Net.Sockets;
using Rahdari.Hosting;
using Rahdari.Hosting.Demonstrating;
using Rahdari.Tests.EndToEnd;

namespace Rahdari.Tests.Hosting;

public sealed class DeviceAddressTests : IDisposable
{
    readonly string folder = Directory.CreateTempSubdirectory("rahdari-address-").FullName;

    [Theory]
    [InlineData(null, "127.0.0.1", "127.0.0.2")]
    [InlineData("127.0.0.2", "127.0.0.2", "127.0.0.1")]
    public async Task Device_ports_listen_where_the_settings_say_and_else_where_the_web_does(
        string? address, string reached, string not)
    {
        var port = RahdariProcess.FreePorts();
        var demo = new DemoSettings(
            1, 1, 1, "default", folder, new Uri($"http://127.0.0.1:{port}"), port + 10, false, false);
        await using var node = await NodeHost.StartAsync(
            demo.Node("pk", 0) with { DeviceAddress = address is null ? null : IPAddress.Parse(address) },
            DemoRun.LoadPack("default"), new SettableClock(DemoSettings.Start), TimeProvider.System,
            new NodeOutput(TextWriter.Null), default);

        using var device = new TcpClient();
        await device.ConnectAsync(IPAddress.Parse(reached), port + 10);
        using var other = new TcpClient();
        await Assert.ThrowsAsync<SocketException>(() => other.ConnectAsync(IPAddress.Parse(not), port + 10));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
