using Rahdari.Storage;
using Rahdari.Storage.Embedded;

namespace Rahdari.Tests.Storage.Embedded;

sealed class SqliteEngine : Engine
{
    /// <summary>Nothing here takes as long; a test whose condition never comes says so.</summary>
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly TempFolder folder = new();
    readonly ManualTime time = new();

    public string Directory => folder["data"];

    public override bool WritersOverlap => false;

    public override bool FailedCommitIsFatal => true;

    public override TimeProvider Time => time;

    public override string[] ChildArguments => ["sqlite", Directory];

    public override Task<Store> OpenAsync(StoreSettings settings, CancellationToken cancel) =>
        EmbeddedStore.OpenAsync(Directory, settings, cancel);

    public override Task<IRecordStore> OpenRecordAsync() =>
        EmbeddedStore.OpenRecordAsync(Directory, Settings, CancellationToken.None);

    public override async Task PassAsync(TimeSpan passed, Task? ended = null)
    {
        var loops = time.Waiting;
        time.Advance(passed);
        await Task.WhenAny(time.WaitingAsync(loops), ended ?? Task.Delay(Timeout.Infinite)).WaitAsync(Patience);
    }

    public override ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
