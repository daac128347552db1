using System.Collections.Concurrent;
using Rahdari.Devices;
using Rahdari.Movements;
using Rahdari.Telemetry.Connecting;

namespace Rahdari.Tests.Telemetry.Connecting;

/// <summary>Commands that wait for devices, as a test puts them there.</summary>
sealed class CommandTable : IWaitingCommands
{
    readonly ConcurrentDictionary<DeviceId, byte[]> waiting = [];
    readonly ConcurrentDictionary<DeviceId, Action> listeners = [];

    public bool Listens(DeviceId device) => listeners.ContainsKey(device);

    public void Put(DeviceId device, byte[] command)
    {
        waiting[device] = command;
        if (listeners.TryGetValue(device, out var wake)) wake();
    }

    public bool HasAny(DeviceId device) => waiting.ContainsKey(device);

    public IDisposable Listen(DeviceId device, Action wake)
    {
        listeners[device] = wake;
        return new Listening(this, device);
    }

    public Task<CommandsToSend> TakeAsync(DeviceId device, DeviceSession session, CancellationToken cancel) =>
        Task.FromResult(new CommandsToSend(
            waiting.TryRemove(device, out var command) ? [command] : [], session with { OneTimePassword = null }));

    sealed class Listening(CommandTable table, DeviceId device) : IDisposable
    {
        public void Dispose() => table.listeners.TryRemove(device, out _);
    }
}
