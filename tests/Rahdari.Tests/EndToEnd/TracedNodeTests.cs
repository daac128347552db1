using System.Net;
using System.Net.Sockets;
using System.Text;
using Rahdari.Devices;
using Rahdari.Devices.Jt600;

namespace Rahdari.Tests.EndToEnd;

/// <summary>The real program under a tracer: what it has synced when an answer leaves.</summary>
public sealed class TracedNodeTests : IAsyncLifetime
{
    const int Devices = 20;

    static readonly byte[] Answer = "(P69,0,"u8.ToArray();

    /// <summary>Ten thousand in the run that lets a change in (<c>CI=true</c>) and in the long one.</summary>
    static readonly int Wanted =
        Environment.GetEnvironmentVariable("CI") == "true" || Environment.GetEnvironmentVariable("RAHDARI_LONG") == "1"
            ? 10_000
            : 1_000;

    readonly string folder = Directory.CreateTempSubdirectory("rahdari-trace-").FullName;

    [TracedFact]
    public async Task No_answer_leaves_before_the_bytes_it_answers_are_synced()
    {
        using var node = await ServedNode.CreateAsync(folder, "pk", RahdariProcess.FreePorts(), null);
        var (config, trace) = (await node.ConfigureAsync("node.yaml"), Path.Combine(folder, "trace.txt"));
        var sent = new Dictionary<int, IReadOnlyList<byte[]>>();
        await using (var server = await node.StartAsync(config, trace))
        {
            var all = await Task.WhenAll(
                Enumerable.Range(1, Devices).Select(n => SendAsync(n, node.DevicePort, Wanted / Devices)));
            foreach (var (port, frames) in all) sent[port] = frames;
            await server.TerminateTracedAsync();
            var (code, output) = await server.EndAsync(TimeSpan.FromMinutes(2));
            Assert.True(code == 0, $"it ended with {code}: {output}\n{server.Errors}");
        }
        var check = new SystemCallTrace(node.Settings.DataDirectory, node.DevicePort);
        check.Read(File.ReadLines(trace), sent, Head, Answer);
        Assert.Equal(Wanted, check.Answers);
        Assert.Empty(check.TooEarly);
        // Shared syncs are what makes it quick; a sync an answer at least would mean that nothing is shared.
        Assert.InRange(check.Syncs, 1, Wanted);

        var blind = new SystemCallTrace(node.Settings.DataDirectory, node.DevicePort, dropSyncs: true);
        blind.Read(File.ReadLines(trace), sent, Head, Answer);
        Assert.Equal(Wanted, blind.TooEarly.Count);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>The mark of a binary record and the first digits of the ids used here.</summary>
    static byte[] Head => [0x24, 0x80, 0x00, 0x00];

    /// <summary>A lock that waits for each answer.</summary>
    /// <returns>Its port, and what it sent.</returns>
    static async Task<(int Port, IReadOnlyList<byte[]> Frames)> SendAsync(int device, int port, int records)
    {
        using var socket = new TcpClient { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        var (stream, frames) = (socket.GetStream(), new List<byte[]>());
        var from = ServedNode.Now().AddHours(-6);
        for (var n = 0; n < records; n++)
        {
            frames.Add(Jt600Encoder.Record($"{8_000_000_000 + device}", new DeviceMessage
            {
                Kind = MessageKind.Position, Time = from.AddSeconds(n), Valid = true, Position = ServedNode.Karachi,
                Speed = new Speed(0), CourseDegrees = 0, Satellites = 9, BatteryPercent = 80, DeviceSerial = n % 256,
            }));
            await stream.WriteAsync(frames[^1]);
            var expected = Encoding.ASCII.GetBytes($"(P69,0,{n % 256})");
            var answer = new byte[expected.Length];
            await stream.ReadExactlyAsync(answer);
            Assert.Equal(expected, answer);
        }
        return (((IPEndPoint)socket.Client.LocalEndPoint!).Port, frames);
    }
}
