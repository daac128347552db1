using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Rahdari.Telemetry.Connecting;

/// <summary>
/// Asks by TCP's own keepalive (RFC 9293, section 3.8.4), which the other end's kernel answers, whatever the device
/// does. It is asked only while somebody waits for the answer: each question wakes a radio.
/// </summary>
sealed class KeepAlivePeers : IPeers
{
    /// <summary>Seconds, the shortest a kernel takes; a mobile network answers within one.</summary>
    const int AskAfter = 1, AskAgainAfter = 1;

    /// <summary>One may be lost.</summary>
    const int Questions = 2;

    /// <summary>Until a connection of which no question is answered ends.</summary>
    public static readonly TimeSpan GivesUpAfter = TimeSpan.FromSeconds(AskAfter + Questions * AskAgainAfter);

    /// <summary>Of Linux: level <c>IPPROTO_TCP</c>, option <c>TCP_INFO</c>, and where in <c>struct tcp_info</c> the
    /// milliseconds since the last acknowledgement stand (linux/tcp.h).</summary>
    const int TcpLevel = 6, TcpInfo = 11, LastAckReceived = 56;

    public void Ask(ConnectionContext connection) => Try(connection, socket =>
    {
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, AskAfter);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, AskAgainAfter);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, Questions);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        return true;
    });

    /// <summary>
    /// A kernel asks nothing while an answer of ours is on its way; where that is lost, the connection goes on sending
    /// it again for minutes. The time of the last acknowledgement tells it.
    /// </summary>
    public bool? HaveAnswered(ConnectionContext connection) => !OperatingSystem.IsLinux() ? null : Try(
        connection, socket =>
        {
            Span<byte> info = stackalloc byte[LastAckReceived + sizeof(uint)];
            if (socket.GetRawSocketOption(TcpLevel, TcpInfo, info) < info.Length) return null;
            return MemoryMarshal.Read<uint>(info[LastAckReceived..]) <= GivesUpAfter.TotalMilliseconds;
        });

    public void Leave(ConnectionContext connection) => Try(connection, socket =>
    {
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, false);
        return true;
    });

    /// <summary>Null where there is no socket, or none any more.</summary>
    static bool? Try(ConnectionContext connection, Func<Socket, bool?> act)
    {
        if (connection.Features.Get<IConnectionSocketFeature>()?.Socket is not { } socket) return null;
        try
        {
            return act(socket);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return null;
        }
    }
}
