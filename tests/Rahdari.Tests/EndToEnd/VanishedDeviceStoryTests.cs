using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;

namespace Rahdari.Tests.EndToEnd;

/// <summary>
/// Locks whose network is gone and that connect again while their old connections are half open here. The kernel is
/// what it is on the road: it drops what comes for the old sockets, so that nobody answers there and nobody says so.
/// </summary>
public sealed class VanishedDeviceStoryTests : IAsyncLifetime
{
    /// <summary>Of Linux: level <c>SOL_SOCKET</c>, option <c>SO_ATTACH_FILTER</c> (asm-generic/socket.h).</summary>
    const int SocketLevel = 1, AttachFilter = 26;

    static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Classic BPF: nothing passes.</summary>
    static readonly ulong[] Nothing = [Step(0x06, 0)];

    /// <summary>What carries data does not pass (length without the TCP header over 0); a bare acknowledgement
    /// does.</summary>
    static readonly ulong[] NoData =
    [
        Step(0x30, 12), Step(0x54, 0xf0), Step(0x74, 2), Step(0x07, 0), Step(0x80, 0), Step(0x1c, 0),
        Step(0x25, 0) | 1UL << 24, Step(0x06, 0), Step(0x06, uint.MaxValue),
    ];

    readonly string folder = Directory.CreateTempSubdirectory("rahdari-vanished-").FullName;
    int serial;

    [Theory]
    [InlineData("silent")]
    [InlineData("with an answer on its way")]
    public async Task A_lock_that_vanished_connects_again_and_is_the_same_lock(string how)
    {
        using var node = await ServedNode.CreateAsync(folder, "pk", RahdariProcess.FreePorts(), null);
        await using var server = await node.StartAsync(await node.ConfigureAsync("node.yaml"));
        using var old = await ConnectAsync(node);
        await SayAsync(old);
        if (how == "silent")
        {
            Attach(old.Client, Nothing);
        }
        else
        {
            Attach(old.Client, NoData);
            await old.GetStream().WriteAsync(Record(++serial));
            // The record has arrived; its answer never will.
            await server.UntilAsync(async () => await RecordsAsync(node) == 2 ? this : null, Patience);
        }

        using var again = await ConnectAsync(node);
        await SayAsync(again);
        await SayAsync(again);

        Assert.Null((await node.GetAsync("/api/v1/devices/jt600:8000000001/quarantine", "auditor"))["since"]);
        Assert.Contains(
            "rahdari_intake_lines_asked{alive=\"no\"} 1", await node.Http.GetStringAsync("/metrics"),
            StringComparison.Ordinal);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    static async Task<long> RecordsAsync(ServedNode node)
    {
        var line = (await node.Http.GetStringAsync("/metrics")).Split('\n')
            .FirstOrDefault(l => l.StartsWith("rahdari_intake_records{", StringComparison.Ordinal));
        return line is null ? 0 : (long)double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
    }

    static async Task<TcpClient> ConnectAsync(ServedNode node)
    {
        var client = new TcpClient { NoDelay = true };
        await client.ConnectAsync(IPAddress.Loopback, node.DevicePort);
        return client;
    }

    async Task SayAsync(TcpClient client)
    {
        await client.GetStream().WriteAsync(Record(++serial));
        var expected = string.Create(CultureInfo.InvariantCulture, $"(P69,0,{serial})");
        var answer = new byte[expected.Length];
        using var limit = new CancellationTokenSource(Patience);
        await client.GetStream().ReadExactlyAsync(answer, limit.Token);
        Assert.Equal(expected, Encoding.ASCII.GetString(answer));
    }

    static byte[] Record(int serial) => Jt600Encoder.Record("8000000001", new DeviceMessage
    {
        Kind = MessageKind.Position, Time = ServedNode.Now().AddMinutes(-10).AddSeconds(serial), Valid = true,
        Position = ServedNode.Karachi, Speed = new Speed(0), CourseDegrees = 0, Satellites = 9, DeviceSerial = serial,
    });

    /// <summary>A filter's instruction: operation in the low 16 bits, jumps in the next two bytes, operand
    /// above.</summary>
    static ulong Step(ushort operation, uint operand) => operation | (ulong)operand << 32;

    static void Attach(Socket socket, ulong[] steps)
    {
        var program = Marshal.AllocHGlobal(steps.Length * sizeof(ulong));
        try
        {
            Marshal.Copy([.. steps.Select(s => (long)s)], 0, program, steps.Length);
            var option = new byte[2 * sizeof(ulong)];
            BitConverter.TryWriteBytes(option, (ushort)steps.Length);
            BitConverter.TryWriteBytes(option.AsSpan(sizeof(ulong)), program.ToInt64());
            socket.SetRawSocketOption(SocketLevel, AttachFilter, option);
        }
        finally
        {
            Marshal.FreeHGlobal(program);
        }
    }
}
