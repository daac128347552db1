using Microsoft.AspNetCore.Connections;
using Rahdari.Telemetry.Connecting;

namespace Rahdari.Tests.Telemetry.Connecting;

/// <summary>What the transport says of the other ends of connections, as a test has it.</summary>
sealed class TestPeers : IPeers
{
    int asked;

    /// <summary>Whether the other end of any connection is there; null where the transport does not say.</summary>
    public bool? Answer { get; set; } = true;

    /// <summary>How many connections were asked.</summary>
    public int Asked => Volatile.Read(ref asked);

    public void Ask(ConnectionContext connection) => Interlocked.Increment(ref asked);

    public bool? HaveAnswered(ConnectionContext connection) => Answer;

    public void Leave(ConnectionContext connection)
    {
    }
}
