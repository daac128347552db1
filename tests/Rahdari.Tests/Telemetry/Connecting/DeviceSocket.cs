using System.Net.Sockets;
using System.Text;

namespace Rahdari.Tests.Telemetry.Connecting;

/// <summary>A device's end of a connection.</summary>
sealed class DeviceSocket(TcpClient client) : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly NetworkStream stream = client.GetStream();

    public async Task SendAsync(byte[] bytes) => await stream.WriteAsync(bytes);

    public async Task SendByteWiseAsync(byte[] bytes)
    {
        foreach (var b in bytes) await stream.WriteAsync(new[] { b });
    }

    /// <summary>Reads exactly this many bytes.</summary>
    public async Task<byte[]> ReceiveAsync(int count)
    {
        using var limit = new CancellationTokenSource(Patience);
        var bytes = new byte[count];
        await stream.ReadExactlyAsync(bytes, limit.Token);
        return bytes;
    }

    /// <summary>Reads a text of a known length.</summary>
    public async Task ExpectAsync(string text) =>
        Assert.Equal(text, Encoding.ASCII.GetString(await ReceiveAsync(text.Length)));

    /// <summary>The other end closes, in order, without having said anything more.</summary>
    public async Task ExpectEndAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        Assert.Equal(0, await stream.ReadAsync(new byte[1], limit.Token));
    }

    /// <summary>Reads answers, whatever they are, until the other end closes.</summary>
    public async Task DrainAsync()
    {
        using var limit = new CancellationTokenSource(Patience);
        var bytes = new byte[4096];
        while (await stream.ReadAsync(bytes, limit.Token) > 0) { }
    }

    /// <summary>Says that nothing more will be sent.</summary>
    public void EndSending() => client.Client.Shutdown(SocketShutdown.Send);

    public void Dispose() => client.Dispose();
}
