using Rahdari.Storage;
using Rahdari.Storage.Embedded;

namespace Rahdari.Tests.Storage.Embedded;

sealed class SqliteEngine : Engine
{
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

    public override async Task PassAsync(TimeSpan passed)
    {
        var loops = time.Waiting;
        time.Advance(passed);
        // Whatever beats in this time has beaten when its timer is set again; what has ended sets none, so the wait is
        // bounded.
        for (var i = 0; i < 20 && time.Waiting < loops; i++) await Task.Delay(5);
        await Task.Delay(1);
    }

    public override ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }
}
