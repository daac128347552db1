using Rahdari.Storage;

namespace Rahdari.Tests.Telemetry.Segmenting;

/// <summary>Counts the rows it hands out.</summary>
sealed class CountingJournal(IJournal inner) : IJournal
{
    public int Rows { get; private set; }

    public long? NewestReceivedMicros => inner.NewestReceivedMicros;

    public ValueTask<IReadOnlyList<Journaled>> AppendAsync(
        IReadOnlyList<JournalEntry> entries, CancellationToken cancel) => inner.AppendAsync(entries, cancel);

    public async Task<IReadOnlyList<JournalRow>> ReadAsync(
        string stream, long after, int limit, CancellationToken cancel) =>
        Counted(await inner.ReadAsync(stream, after, limit, cancel));

    public async Task<IReadOnlyList<JournalRow>> ReadDeviceAsync(
        string device, long fromMicros, long toMicros, int limit, CancellationToken cancel) =>
        Counted(await inner.ReadDeviceAsync(device, fromMicros, toMicros, limit, cancel));

    public long Head(string stream) => inner.Head(stream);

    public Task WaitAsync(string stream, long after, TimeSpan atMost, CancellationToken cancel) =>
        inner.WaitAsync(stream, after, atMost, cancel);

    public Task<IReadOnlyList<JournalDay>> DaysAsync(CancellationToken cancel) => inner.DaysAsync(cancel);

    public Task<IReadOnlyList<DateOnly>> DropBeforeAsync(long beforeMicros, int most, CancellationToken cancel) =>
        inner.DropBeforeAsync(beforeMicros, most, cancel);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    IReadOnlyList<JournalRow> Counted(IReadOnlyList<JournalRow> rows)
    {
        Rows += rows.Count;
        return rows;
    }
}
