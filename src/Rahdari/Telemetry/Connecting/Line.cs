using System.Net;
using Microsoft.AspNetCore.Connections;
using Rahdari.Hosting;

namespace Rahdari.Telemetry.Connecting;

/// <summary>
/// The order in which connections are made and heard within this process. No clock is in it, so that what was in hand
/// before something else happened is told from what came after it.
/// </summary>
sealed class ArrivalOrder
{
    long last;

    public long Next() => Interlocked.Increment(ref last);
}

/// <summary>One connection, as the stages after it know it.</summary>
/// <param name="number">No other connection of this process has it; it is in <see cref="ArrivalOrder"/>.</param>
/// <param name="remote">The other end.</param>
/// <param name="network">Of the settings, the one the other end is in; null where it is in none.</param>
/// <param name="connection">What carries it; null where nothing does that can be asked.</param>
sealed class Line(long number, IPEndPoint? remote, DeviceNetwork? network, ConnectionContext? connection = null)
{
    readonly CancellationToken closed = connection?.ConnectionClosed ?? default;
    volatile bool ended;

    /// <summary>A device's memory holds its lines for long, and no connection that is over.</summary>
    volatile ConnectionContext? transport = connection;

    TaskCompletionSource? question;
    long aliveAt;

    public long Number => number;

    /// <summary>Address and port; empty where the transport has none.</summary>
    public string Remote { get; } = remote?.ToString() ?? "";

    /// <summary>The address alone: a device that connects again has another port.</summary>
    public string Address { get; } = remote?.Address.ToString() ?? "";

    public DeviceNetwork? Network => network;

    /// <summary>Null once it is over.</summary>
    public ConnectionContext? Connection => transport;

    /// <summary>
    /// Not known to be over; it is over once the other end has said that it sends no more. A line whose other end
    /// vanished stays open until it has been idle too long, or is asked (<see cref="LivingLines"/>).
    /// </summary>
    public bool IsOpen => !ended && !closed.IsCancellationRequested;

    /// <summary>When it was last found to live, in <see cref="ArrivalOrder"/>; 0 where nobody has asked.</summary>
    public long AliveAt => Volatile.Read(ref aliveAt);

    public void End()
    {
        (ended, transport) = (true, null);
        Volatile.Read(ref question)?.TrySetResult();
    }

    /// <summary>It lives. Whoever waits to know is told.</summary>
    public void IsAlive(long at)
    {
        Volatile.Write(ref aliveAt, at);
        Volatile.Read(ref question)?.TrySetResult();
    }

    /// <summary>The question that is being asked, which completes once there is an answer; the given one where none
    /// was.</summary>
    public TaskCompletionSource Question(TaskCompletionSource mine) =>
        Interlocked.CompareExchange(ref question, mine, null) ?? mine;

    public void Answered() => Volatile.Write(ref question, null);
}

/// <summary>When bytes came, and over which line.</summary>
/// <param name="Order">Not later than the first moment the bytes were there, in <see cref="ArrivalOrder"/>.</param>
sealed record Arrival(Line Line, long Order);

/// <summary>The networks that only known devices are in, as the node's settings have them.</summary>
sealed class DeviceNetworks(NodeSettings node)
{
    /// <summary>The narrowest network an address is in; null where it is in none.</summary>
    /// <param name="protocol">The port's; a network may be of some protocols only.</param>
    public DeviceNetwork? Of(IPAddress? address, string protocol)
    {
        if (address is null) return null;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return node.DeviceNetworks
            .Where(n => (n.Protocols.Count == 0 || n.Protocols.Contains(protocol)) && n.Range.Contains(plain))
            .MaxBy(n => n.Range.PrefixLength);
    }
}
