using Rahdari.Storage;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>Answers as a journal does and keeps nothing.</summary>
sealed class ForgettingJournal : IJournal
{
    long head;

    public long? NewestReceivedMicros => null;

    public ValueTask<IReadOnlyList<Journaled>> AppendAsync(
        IReadOnlyList<JournalEntry> entries, CancellationToken cancel) =>
        new([.. entries.Select(_ => new Journaled(Interlocked.Increment(ref head), AlreadyThere: false))]);

    public Task<IReadOnlyList<JournalRow>> ReadAsync(
        string stream, long after, int limit, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<JournalRow>>([]);

    public Task<IReadOnlyList<JournalRow>> ReadDeviceAsync(
        string device, long fromMicros, long toMicros, int limit, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<JournalRow>>([]);

    public long Head(string stream) => Interlocked.Read(ref head);

    public Task WaitAsync(string stream, long after, TimeSpan atMost, CancellationToken cancel) =>
        Task.CompletedTask;

    public Task<IReadOnlyList<JournalDay>> DaysAsync(CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<JournalDay>>([]);

    public Task<IReadOnlyList<DateOnly>> DropBeforeAsync(long beforeMicros, int most, CancellationToken cancel) =>
        Task.FromResult<IReadOnlyList<DateOnly>>([]);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
