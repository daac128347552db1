using Rahdari.Storage;

namespace Rahdari.Tests.Telemetry.Connecting;

/// <summary>The node's journal, with a gate a test can shut and an outage it can order.</summary>
sealed class TestJournal(IJournal inner) : IJournal
{
    TaskCompletionSource open = Completed();
    TaskCompletionSource entered = New();

    /// <summary>What the next appends throw instead of appending.</summary>
    public Exception? Failure { get; set; }

    /// <summary>What the next drops throw; where its outcome is unknown, after they happened.</summary>
    public StorageOutageException? DropFailure { get; set; }

    /// <summary>How many appends met with <see cref="Failure"/>.</summary>
    public int Refused { get; private set; }

    /// <summary>How often rows of a device were read.</summary>
    public int DeviceReads { get; private set; }

    /// <summary>Completes when an append stands at the shut gate.</summary>
    public Task Entered => entered.Task;

    public long? NewestReceivedMicros => inner.NewestReceivedMicros;

    public void Shut() => (open, entered) = (New(), New());

    public void Open() => open.TrySetResult();

    public async ValueTask<IReadOnlyList<Journaled>> AppendAsync(
        IReadOnlyList<JournalEntry> entries, CancellationToken cancel)
    {
        entered.TrySetResult();
        await open.Task.WaitAsync(cancel);
        if (Failure is { } failure)
        {
            Refused++;
            throw failure;
        }
        return await inner.AppendAsync(entries, cancel);
    }

    public Task<IReadOnlyList<JournalRow>> ReadAsync(string stream, long after, int limit, CancellationToken cancel) =>
        inner.ReadAsync(stream, after, limit, cancel);

    public Task<IReadOnlyList<JournalRow>> ReadDeviceAsync(
        string device, long fromMicros, long toMicros, int limit, CancellationToken cancel)
    {
        DeviceReads++;
        return inner.ReadDeviceAsync(device, fromMicros, toMicros, limit, cancel);
    }

    public long Head(string stream) => inner.Head(stream);

    public Task WaitAsync(string stream, long after, TimeSpan atMost, CancellationToken cancel) =>
        inner.WaitAsync(stream, after, atMost, cancel);

    public Task<IReadOnlyList<JournalDay>> DaysAsync(CancellationToken cancel) => inner.DaysAsync(cancel);

    public async Task<IReadOnlyList<DateOnly>> DropBeforeAsync(
        long beforeMicros, int most, CancellationToken cancel)
    {
        if (DropFailure is not { } failure) return await inner.DropBeforeAsync(beforeMicros, most, cancel);
        if (failure.OutcomeUnknown) await inner.DropBeforeAsync(beforeMicros, most, cancel);
        throw failure;
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    static TaskCompletionSource Completed()
    {
        var source = New();
        source.SetResult();
        return source;
    }
}
