using System.Collections.Concurrent;
using System.Runtime.CompilerServices;

namespace Rahdari.Storage;

/// <summary>
/// The journal with group commit: one thread takes whatever is queued, commits it at once and then answers everybody
/// in it. While one commit is on its way to the disk, the next one gathers.
/// </summary>
sealed class GroupJournal : IJournal
{
    const int DigestLength = 32;
    const int MaxNameLength = 200;

    // A frame of the protocols read here is at most a few kilobytes; a record of one is smaller.
    const int MaxEntryBytes = 64 * 1024;

    readonly IJournalEngine engine;
    readonly JournalQueue queue;
    readonly Poison poison;
    readonly TimeProvider time;
    readonly ConcurrentDictionary<string, long> heads;
    readonly TaskCompletionSource stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    TaskCompletionSource committed = NewSignal();
    long newest;

    public GroupJournal(IJournalEngine engine, StoreSettings settings, Poison poison)
    {
        (this.engine, this.poison, time) = (engine, poison, settings.Time);
        queue = new(settings.JournalQueueBytes, settings.JournalQueueEntries, time);
        heads = new(engine.Heads);
        newest = engine.NewestReceivedMicros ?? long.MinValue;
        new Thread(Run) { IsBackground = true, Name = "journal writer" }.Start();
    }

    public long? NewestReceivedMicros => Volatile.Read(ref newest) is var at && at == long.MinValue ? null : at;

    public long Head(string stream) => heads.GetValueOrDefault(stream);

    // Waits for each frame: what that takes is used again and not collected.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<IReadOnlyList<Journaled>> AppendAsync(
        IReadOnlyList<JournalEntry> entries, CancellationToken cancel)
    {
        poison.ThrowIfFailed();
        if (entries.Count == 0) return [];
        foreach (var entry in entries) Check(entry);
        cancel.ThrowIfCancellationRequested();
        var append = new PendingAppend(entries);
        queue.Put(append, cancel);
        return await append.Done.Task;
    }

    public Task<IReadOnlyList<JournalRow>> ReadAsync(string stream, long after, int limit, CancellationToken cancel)
    {
        poison.ThrowIfFailed();
        return engine.ReadAsync(stream, after, limit, cancel);
    }

    public Task<IReadOnlyList<JournalRow>> ReadDeviceAsync(
        string device, long fromMicros, long toMicros, int limit, CancellationToken cancel)
    {
        poison.ThrowIfFailed();
        return engine.ReadDeviceAsync(device, fromMicros, toMicros, limit, cancel);
    }

    public async Task WaitAsync(string stream, long after, TimeSpan atMost, CancellationToken cancel)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            // The signal is taken before the head is read, so that no commit falls between the two.
            var signal = Volatile.Read(ref committed).Task;
            poison.ThrowIfFailed();
            if (Head(stream) > after) return;
            var left = atMost - time.GetElapsedTime(started);
            if (left <= TimeSpan.Zero) return;
            try
            {
                await signal.WaitAsync(left, time, cancel);
            }
            catch (TimeoutException)
            {
                return;
            }
        }
    }

    public Task<IReadOnlyList<JournalDay>> DaysAsync(CancellationToken cancel)
    {
        poison.ThrowIfFailed();
        return engine.DaysAsync(cancel);
    }

    public async Task<IReadOnlyList<DateOnly>> DropBeforeAsync(
        long beforeMicros, int most, CancellationToken cancel)
    {
        poison.ThrowIfFailed();
        var done = new TaskCompletionSource<IReadOnlyList<DateOnly>>(
            TaskCreationOptions.RunContinuationsAsynchronously);
        queue.Put(() =>
        {
            try
            {
                poison.ThrowIfFailed();
                done.SetResult(engine.DropBefore(beforeMicros, most));
            }
            catch (Exception e)
            {
                done.SetException(e);
            }
        });
        var dropped = await done.Task.WaitAsync(cancel);
        return [.. dropped, .. engine.Sweep()];
    }

    public async ValueTask DisposeAsync()
    {
        queue.Close();
        await stopped.Task;
        await engine.DisposeAsync();
    }

    void Run()
    {
        while (queue.Take(out var batch, out var control))
        {
            control?.Invoke();
            if (batch.Count > 0) Commit(batch);
        }
        stopped.SetResult();
    }

    void Commit(IReadOnlyList<PendingAppend> batch)
    {
        try
        {
            poison.ThrowIfFailed();
            var entries = batch.Count == 1 ? batch[0].Entries : [.. batch.SelectMany(a => a.Entries)];
            var places = engine.Append(entries);
            Publish(entries, places);
            queue.Release(batch);
            Answers.Give(batch, places);
        }
        catch (StorageOutageException e)
        {
            queue.Release(batch);
            Answers.Give(batch, e);
        }
        catch (Exception e)
        {
            // Whatever else went wrong, what is on the disk now is not known: only a restart finds out.
            queue.Release(batch);
            var failed = poison.Fail("the journal cannot be written", e);
            Answers.Give(batch, failed);
            Interlocked.Exchange(ref committed, NewSignal()).SetResult();
        }
    }

    void Publish(IReadOnlyList<JournalEntry> entries, Journaled[] places)
    {
        // The engine's own heads: after an outage they may hold more than this batch.
        foreach (var (stream, head) in engine.Heads) heads[stream] = head;
        for (var i = 0; i < entries.Count; i++)
            if (!places[i].AlreadyThere && entries[i].ReceivedMicros > newest)
                Volatile.Write(ref newest, entries[i].ReceivedMicros);
        Interlocked.Exchange(ref committed, NewSignal()).SetResult();
    }

    static void Check(JournalEntry entry)
    {
        if (entry.Stream.Length is 0 or > MaxNameLength || entry.Device.Length is 0 or > MaxNameLength)
            throw new ArgumentException($"stream and device have 1 to {MaxNameLength} characters");
        if (entry.Digest.Length != DigestLength)
            throw new ArgumentException($"a digest has {DigestLength} bytes, not {entry.Digest.Length}");
        if (entry.Raw.Length + entry.Body.Length > MaxEntryBytes)
            throw new ArgumentException($"an entry has at most {MaxEntryBytes} bytes");
    }

    static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
