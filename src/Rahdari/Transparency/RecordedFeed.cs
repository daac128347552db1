using System.Collections.Concurrent;
using System.Threading.Channels;

namespace Rahdari.Transparency;

/// <summary>
/// Tells listeners in this process (live pages, timers) that events were committed. A hint, not a record: a slow
/// listener misses the oldest and reads the store instead.
/// </summary>
sealed class RecordedFeed
{
    /// <summary>A page shows a few hundred rows at most; older hints are of no use to it.</summary>
    const int QueueLength = 512;

    readonly ConcurrentDictionary<Channel<Recorded>, bool> listeners = [];

    public void Publish(IReadOnlyList<Recorded> events)
    {
        foreach (var listener in listeners.Keys)
            foreach (var recorded in events) listener.Writer.TryWrite(recorded);
    }

    /// <summary>Events committed from now on, until the caller cancels.</summary>
    public async IAsyncEnumerable<Recorded> ListenAsync(
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
    {
        var channel = Channel.CreateBounded<Recorded>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropOldest });
        listeners[channel] = true;
        try
        {
            await foreach (var recorded in channel.Reader.ReadAllAsync(cancel)) yield return recorded;
        }
        finally
        {
            listeners.TryRemove(channel, out _);
        }
    }
}
