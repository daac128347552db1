namespace Rahdari.Storage;

/// <summary>
/// Answers some callers of one commit, one after the other, on a thread of the pool: a thread woken for each of them
/// costs more than what most of them do next.
/// </summary>
sealed class Answers : IThreadPoolWorkItem
{
    /// <summary>Callers one thread answers: some 0.1 ms of writing answers to sockets. Others take the next.</summary>
    const int Some = 16;

    readonly IReadOnlyList<PendingAppend> batch;
    readonly int from;

    /// <summary>Where the first caller's entries begin among the places.</summary>
    readonly int offset;

    /// <summary>What became of all entries of the commit; null where it failed.</summary>
    readonly Journaled[]? places;
    readonly Exception? failed;

    Answers(IReadOnlyList<PendingAppend> batch, int from, int offset, Journaled[]? places, Exception? failed) =>
        (this.batch, this.from, this.offset, this.places, this.failed) = (batch, from, offset, places, failed);

    /// <summary>The commit is on the disk.</summary>
    public static void Give(IReadOnlyList<PendingAppend> batch, Journaled[] places)
    {
        var offset = 0;
        for (var from = 0; from < batch.Count; from += Some)
        {
            ThreadPool.UnsafeQueueUserWorkItem(new Answers(batch, from, offset, places, null), preferLocal: false);
            for (var i = from; i < Math.Min(from + Some, batch.Count); i++) offset += batch[i].Entries.Count;
        }
    }

    /// <summary>Nothing of the commit may be acknowledged.</summary>
    public static void Give(IReadOnlyList<PendingAppend> batch, Exception failed)
    {
        for (var from = 0; from < batch.Count; from += Some)
            ThreadPool.UnsafeQueueUserWorkItem(new Answers(batch, from, 0, null, failed), preferLocal: false);
    }

    void IThreadPoolWorkItem.Execute()
    {
        var next = offset;
        for (var i = from; i < Math.Min(from + Some, batch.Count); i++)
        {
            var append = batch[i];
            if (places is null)
            {
                append.Done.SetException(failed!);
                continue;
            }
            append.Done.SetResult(new ArraySegment<Journaled>(places, next, append.Entries.Count));
            next += append.Entries.Count;
        }
    }
}
