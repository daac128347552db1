using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;

namespace Rahdari.Transparency;

/// <summary>What was committed since the last look, in order.</summary>
/// <param name="Missed">Something before or among these was lost to the listener: it reads the store.</param>
sealed record CommittedBatch<T>(IReadOnlyList<T> Items, bool Missed);

/// <summary>
/// Tells listeners in this process what was committed. A hint, not a record: whoever tells never waits, and a listener
/// that is too slow misses the oldest and reads the store instead.
/// </summary>
abstract class CommittedFeed<T>
{
    /// <summary>Three commits of judging, of 2,000 live and 500 late records each, with room to spare.</summary>
    const int QueueLength = 8_192;

    readonly ConcurrentDictionary<Listener, bool> listeners = [];

    public void Publish(IReadOnlyCollection<T> committed)
    {
        foreach (var listener in listeners.Keys)
            foreach (var one in committed) listener.Queue.Writer.TryWrite(one);
    }

    /// <summary>What is committed from this call on, until the caller cancels; to be read once, and read.</summary>
    public IAsyncEnumerable<CommittedBatch<T>> BatchesAsync(CancellationToken cancel)
    {
        var listener = new Listener();
        listeners[listener] = true;
        return ReadAsync(listener, cancel);
    }

    /// <summary>As above, one by one, without word of what was missed.</summary>
    public async IAsyncEnumerable<T> ListenAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var batch in BatchesAsync(cancel))
            foreach (var one in batch.Items) yield return one;
    }

    async IAsyncEnumerable<CommittedBatch<T>> ReadAsync(
        Listener listener, [EnumeratorCancellation] CancellationToken cancel)
    {
        try
        {
            while (await listener.Queue.Reader.WaitToReadAsync(cancel))
            {
                var items = new List<T>();
                while (items.Count < QueueLength && listener.Queue.Reader.TryRead(out var one)) items.Add(one);
                yield return new(items, listener.HasMissed());
            }
        }
        finally
        {
            listeners.TryRemove(listener, out _);
        }
    }

    sealed class Listener
    {
        int missed;

        public Listener() => Queue = Channel.CreateBounded<T>(
            new BoundedChannelOptions(QueueLength) { FullMode = BoundedChannelFullMode.DropOldest },
            _ => Volatile.Write(ref missed, 1));

        public Channel<T> Queue { get; }

        /// <summary>Says so once.</summary>
        public bool HasMissed() => Interlocked.Exchange(ref missed, 0) == 1;
    }
}
