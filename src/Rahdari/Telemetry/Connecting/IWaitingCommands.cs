using Rahdari.Devices;
using Rahdari.Movements;

namespace Rahdari.Telemetry.Connecting;

/// <summary>What a connection has to write for its device now.</summary>
/// <param name="Session">Without the one-time password, where it was used.</param>
public sealed record CommandsToSend(IReadOnlyList<byte[]> Frames, DeviceSession Session);

/// <summary>
/// The commands that wait for devices. <see cref="Commanding"/> answers from the record; tests answer from a table.
/// </summary>
public interface IWaitingCommands
{
    /// <summary>Whether it is worth asking; costs nothing for a device without commands.</summary>
    bool HasAny(DeviceId device);

    /// <summary>Has the connection of a device told when a command is there for it; the newest connection is.</summary>
    IDisposable Listen(DeviceId device, Action wake);

    /// <summary>Records as sent, and hands out, what is ready for the device.</summary>
    Task<CommandsToSend> TakeAsync(DeviceId device, DeviceSession session, CancellationToken cancel);
}
