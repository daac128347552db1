using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Rahdari.Devices;

namespace Rahdari.Tests.Simulator;

/// <summary>One record as the port received and kept it.</summary>
sealed record ReceivedRecord(string Device, DeviceMessage Message, byte[] Frame);

/// <summary>
/// A server's port for one device protocol over real TCP: decodes with the product's decoder, keeps, then answers.
/// It can be told to hang up instead of answering.
/// </summary>
sealed class FakeDevicePort : IAsyncDisposable
{
    readonly IDeviceProtocol protocol;
    readonly TcpListener listener = new(IPAddress.Loopback, 0);
    readonly CancellationTokenSource stop = new();
    readonly ConcurrentQueue<ReceivedRecord> received = new();
    readonly Task accepting;
    int frames;

    public FakeDevicePort(string name)
    {
        protocol = Registry.Find(name)!;
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    /// <summary>In order of receipt.</summary>
    public IReadOnlyList<ReceivedRecord> Received => [.. received];

    /// <summary>What to do with the nth data frame, counted from 1: keep and answer it, or not.</summary>
    public Func<int, FrameFate> Fate { get; set; } = _ => FrameFate.KeepAndAnswer;

    /// <summary>Called with each record kept.</summary>
    public Action<ReceivedRecord>? OnReceived { get; set; }

    async Task AcceptAsync()
    {
        var sessions = new List<Task>();
        try
        {
            while (true) sessions.Add(ServeAsync(await listener.AcceptTcpClientAsync(stop.Token)));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException)
        {
            await Task.WhenAll(sessions);
        }
    }

    async Task ServeAsync(TcpClient client)
    {
        using var connection = client;
        var (buffer, length, session) = (new byte[8192], 0, DeviceSession.Fresh);
        try
        {
            while (true)
            {
                var scan = protocol.Scan(buffer.AsSpan(0, length));
                if (scan.Kind == FrameScanKind.NeedMore)
                {
                    var read = await client.GetStream().ReadAsync(buffer.AsMemory(length), stop.Token);
                    if (read == 0) return;
                    length += read;
                    continue;
                }
                var frame = buffer[..scan.Length];
                buffer.AsSpan(scan.Length, length - scan.Length).CopyTo(buffer);
                length -= scan.Length;
                var decoded = protocol.Decode(frame, session, DecodeOptions.Default);
                session = decoded.Session;
                if (!await AnswerAsync(client.GetStream(), decoded, frame)) return;
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
        {
            // The device hung up or the test is over.
        }
    }

    /// <summary>False where the port hangs up.</summary>
    async Task<bool> AnswerAsync(NetworkStream stream, DecodedFrame decoded, byte[] frame)
    {
        var isData = decoded.Messages.Any(m => m.Kind != MessageKind.Login);
        var fate = isData ? Fate(Interlocked.Increment(ref frames)) : FrameFate.KeepAndAnswer;
        if (fate != FrameFate.Drop)
            foreach (var message in decoded.Messages.Where(m => m.Kind != MessageKind.Login))
            {
                var device = $"{protocol.Name}:{decoded.DeviceId ?? decoded.Session.DeviceId}";
                var record = new ReceivedRecord(device, message, frame);
                received.Enqueue(record);
                OnReceived?.Invoke(record);
            }
        if (fate is FrameFate.Drop or FrameFate.KeepAndHangUp) return false;
        if (decoded.Reply is { } reply) await stream.WriteAsync(reply, stop.Token);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }
}

enum FrameFate
{
    KeepAndAnswer,

    /// <summary>Kept, but the device never hears of it.</summary>
    KeepAndHangUp,

    /// <summary>Lost before it was kept.</summary>
    Drop,
}
