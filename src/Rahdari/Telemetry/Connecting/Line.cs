using System.Net;
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
/// <param name="number">No other connection of this process has it.</param>
/// <param name="remote">The other end.</param>
/// <param name="network">The configured network the other end is in; null where it is in none.</param>
sealed class Line(long number, IPEndPoint? remote, string? network)
{
    volatile bool ended;

    public long Number => number;

    /// <summary>Address and port; empty where the transport has none.</summary>
    public string Remote { get; } = remote?.ToString() ?? "";

    /// <summary>The address alone: a device that connects again has another port.</summary>
    public string Address { get; } = remote?.Address.ToString() ?? "";

    public string? Network => network;

    /// <summary>Not known to be over. A line whose other end vanished stays open until it has been idle too
    /// long.</summary>
    public bool IsOpen => !ended;

    public void End() => ended = true;
}

/// <summary>When bytes came, and over which line.</summary>
/// <param name="Order">Not later than the first moment the bytes were there, in <see cref="ArrivalOrder"/>.</param>
sealed record Arrival(Line Line, long Order);

/// <summary>The networks that only known devices are in, as the node's settings have them.</summary>
sealed class DeviceNetworks(NodeSettings node)
{
    /// <summary>The name of the narrowest network an address is in; null where it is in none.</summary>
    /// <param name="protocol">The port's; a network may be of some protocols only.</param>
    public string? NameOf(IPAddress? address, string protocol)
    {
        if (address is null) return null;
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return node.DeviceNetworks
            .Where(n => (n.Protocols.Count == 0 || n.Protocols.Contains(protocol)) && n.Range.Contains(plain))
            .MaxBy(n => n.Range.PrefixLength)?.Name;
    }
}
