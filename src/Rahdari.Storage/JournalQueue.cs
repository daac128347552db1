namespace Rahdari.Storage;

/// <summary>One caller's entries on their way to a commit.</summary>
sealed class PendingAppend(IReadOnlyList<JournalEntry> entries)
{
    public IReadOnlyList<JournalEntry> Entries => entries;

    public long Bytes { get; } = entries.Sum(e => (long)e.Raw.Length + e.Body.Length + e.Digest.Length);

    /// <summary>Completed after the commit, by <see cref="Answers"/> and not by the writer's thread: whoever waits
    /// goes on where it is completed.</summary>
    public TaskCompletionSource<IReadOnlyList<Journaled>> Done { get; } = new();
}

/// <summary>
/// Between the callers and the writer's thread: first come, first served, bounded in bytes and entries. What has no
/// room waits outside with its caller, who reads no socket meanwhile. Entries count until they are committed.
/// </summary>
/// <param name="gathering">Milliseconds that the writer waits for more callers.</param>
sealed class JournalQueue(
    int maxBytes, int maxEntries, TimeProvider time, int gathering = JournalQueue.MaxGatheringMilliseconds)
{
    /// <summary>A commit takes as long on a busy machine; nobody waits for more than one longer.</summary>
    const int MaxGatheringMilliseconds = 10;

    readonly object gate = new();
    readonly LinkedList<PendingAppend> outside = new();
    readonly Queue<Action> controls = new();
    readonly CommitSize size = new(time);
    List<PendingAppend> queued = [];
    long bytes;
    int entries, wanted;
    bool closed;

    public void Put(PendingAppend append, CancellationToken cancel)
    {
        LinkedListNode<PendingAppend> node;
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, typeof(IJournal));
            if (outside.Count == 0 && Fits(append))
            {
                Admit(append);
                return;
            }
            node = outside.AddLast(append);
            // Nothing more gathers.
            Monitor.Pulse(gate);
        }
        var leave = cancel.Register(() => Leave(node, cancel));
        append.Done.Task.ContinueWith((_, state) => ((CancellationTokenRegistration)state!).Dispose(), leave,
            CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Has the writer's thread run something between two commits.</summary>
    public void Put(Action control)
    {
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(closed, typeof(IJournal));
            controls.Enqueue(control);
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Waits for work; false when the queue is closed and empty.</summary>
    public bool Take(out IReadOnlyList<PendingAppend> batch, out Action? control)
    {
        lock (gate)
        {
            while (queued.Count == 0 && controls.Count == 0 && !closed) Monitor.Wait(gate);
            Gather();
            controls.TryDequeue(out control);
            batch = queued;
            queued = [];
            size.Took(batch.Count);
            return control is not null || batch.Count > 0;
        }
    }

    /// <summary>The batch is answered: its room is free.</summary>
    public void Release(IReadOnlyList<PendingAppend> batch)
    {
        lock (gate)
        {
            foreach (var append in batch)
            {
                bytes -= append.Bytes;
                entries -= append.Entries.Count;
            }
            while (outside.First is { } first && Fits(first.Value))
            {
                outside.RemoveFirst();
                Admit(first.Value);
            }
        }
    }

    /// <summary>Nothing more is taken in; what is here is still written.</summary>
    public void Close()
    {
        lock (gate)
        {
            closed = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>More are on their way, and this many are too few for a commit.</summary>
    bool IsGathering => queued.Count < wanted && entries < CommitSize.Most && outside.Count == 0 && controls.Count == 0
        && !closed;

    // An append larger than the bound goes alone.
    bool Fits(PendingAppend append) =>
        entries == 0 || (bytes + append.Bytes <= maxBytes && entries + append.Entries.Count <= maxEntries);

    void Admit(PendingAppend append)
    {
        bytes += append.Bytes;
        entries += append.Entries.Count;
        queued.Add(append);
        size.Heard(append.Entries[0].Device);
        if (!IsGathering) Monitor.Pulse(gate);
    }

    /// <summary>Waits a little for as many callers as a commit is worth. The writer's thread, in the lock.</summary>
    void Gather()
    {
        wanted = size.Wanted();
        for (var until = Environment.TickCount64 + gathering; IsGathering;)
        {
            var left = until - Environment.TickCount64;
            if (left <= 0 || !Monitor.Wait(gate, (int)left)) break;
        }
        wanted = 0;
    }

    void Leave(LinkedListNode<PendingAppend> node, CancellationToken cancel)
    {
        lock (gate)
        {
            if (node.List is null) return;
            outside.Remove(node);
        }
        node.Value.Done.TrySetCanceled(cancel);
    }
}
