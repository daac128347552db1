using Rahdari.Storage;

namespace Rahdari.Tests.Storage;

/// <summary>Opens an engine's empty database for each test, and closes it.</summary>
public abstract class StoreTests : IAsyncLifetime
{
    private protected StoreTests(Func<Engine> engine) => Engine = engine();

    /// <summary>Nothing here takes as long; a test that waits for ever says where.</summary>
    protected static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    protected static CancellationToken None => CancellationToken.None;

    private protected Engine Engine { get; }

    private protected Store Store { get; private set; } = null!;

    private protected IRecordStore Record => Store.Record;

    private protected IJournal Journal => Store.Journal;

    public async Task InitializeAsync() => Store = await Engine.OpenAsync();

    public async Task DisposeAsync()
    {
        await Store.DisposeAsync();
        await Engine.DisposeAsync();
    }

    /// <summary>Closes the store and opens the same database again.</summary>
    private protected async Task ReopenAsync(StoreSettings? settings = null)
    {
        await Store.DisposeAsync();
        Store = await Engine.OpenAsync(settings);
    }

    private protected Task AppendAsync(params EventRow[] rows) => WriteAsync(t => t.AppendAsync(rows, None));

    private protected Task WriteAsync(Func<IRecordTransaction, Task> work) => Record.WriteAsync(async t =>
    {
        await work(t);
        return 0;
    }, None);

    private protected Task<T> ReadAsync<T>(Func<IRecordReader, Task<T>> work) => Record.ReadAsync(work, None);

    private protected Task<IReadOnlyList<EventRow>> StreamAsync(string stream) =>
        ReadAsync(r => r.ReadStreamAsync(stream, 0, 100_000, None));

    /// <summary>What a consumer does: takes everything that waits, in one transaction.</summary>
    private protected Task<IReadOnlyList<PendingLeaf>> DrainLeavesAsync() => Record.WriteAsync(async t =>
    {
        var leaves = await t.PendingLeavesAsync(1000, None);
        await t.RemovePendingAsync(leaves, None);
        return leaves;
    }, None);
}
