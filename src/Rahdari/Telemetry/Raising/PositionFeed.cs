using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Rahdari.Telemetry.Raising;

/// <summary>
/// Tells live pages of this process where units are, after the commit. A hint: a slow listener misses the oldest and
/// reads the table instead.
/// </summary>
sealed class PositionFeed
{
    /// <summary>Positions a page can draw between two frames of a screen, about.</summary>
    const int QueueLength = 512;

    readonly ConcurrentDictionary<Channel<UnitPosition>, bool> listeners = [];

    public void Publish(IReadOnlyCollection<UnitPosition> positions)
    {
        foreach (var listener in listeners.Keys)
            foreach (var position in positions) listener.Writer.TryWrite(position);
    }

    /// <summary>Positions committed from now on, until the caller cancels.</summary>
    public async IAsyncEnumerable<UnitPosition> ListenAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        var channel = Channel.CreateBounded<UnitPosition>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropOldest });
        listeners[channel] = true;
        try
        {
            await foreach (var position in channel.Reader.ReadAllAsync(cancel)) yield return position;
        }
        finally
        {
            listeners.TryRemove(channel, out _);
        }
    }
}
