namespace Rahdari.Telemetry;

/// <summary>
/// What has been received and is not durable yet. A scaled corridor clock asks it, so that corridor time does not run
/// away from a slow disk.
/// </summary>
public sealed class IntakeFrontier
{
    readonly Lock gate = new();
    readonly LinkedList<DateTimeOffset> undone = new();

    /// <summary>The receive time of the oldest work under way; null where there is none. Receive times never go back,
    /// so the first one in is the oldest.</summary>
    public DateTimeOffset? Oldest
    {
        get
        {
            lock (gate) return undone.First?.Value;
        }
    }

    internal IDisposable Enter(DateTimeOffset receivedAt)
    {
        lock (gate) return new Work(this, undone.AddLast(receivedAt));
    }

    sealed class Work(IntakeFrontier frontier, LinkedListNode<DateTimeOffset> node) : IDisposable
    {
        public void Dispose()
        {
            lock (frontier.gate)
                if (node.List is not null) frontier.undone.Remove(node);
        }
    }
}
