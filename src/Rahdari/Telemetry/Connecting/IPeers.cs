using Microsoft.AspNetCore.Connections;

namespace Rahdari.Telemetry.Connecting;

/// <summary>
/// What the transport knows of the other ends of connections. <see cref="KeepAlivePeers"/> asks the sockets; tests
/// answer in their place.
/// </summary>
public interface IPeers
{
    /// <summary>
    /// The transport asks the other end from now on. A connection whose other end is gone ends of it, at the latest
    /// after <see cref="KeepAlivePeers.GivesUpAfter"/>.
    /// </summary>
    void Ask(ConnectionContext connection);

    /// <summary>Whether the other end was heard of within that time; null where the transport does not say.</summary>
    bool? HaveAnswered(ConnectionContext connection);

    /// <summary>The transport asks no more.</summary>
    void Leave(ConnectionContext connection);
}
