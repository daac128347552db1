using Rahdari.Storage;
using Rahdari.Storage.Embedded;

namespace Rahdari.Benchmarks.Telemetry;

/// <summary>
/// An intake whose records a store of its own keeps, in a folder that goes with it, and a crowd of locks in another
/// process.
/// </summary>
sealed class DurableIntake : IAsyncDisposable
{
    readonly string folder;
    readonly Store store;
    readonly IntakeOnly intake;

    DurableIntake(string folder, Store store, IntakeOnly intake) =>
        (this.folder, this.store, this.intake) = (folder, store, intake);

    public int Port => intake.Port;

    public IJournal Journal => store.Journal;

    public Crowd Crowd { get; } = Crowd.Start();

    public static async Task<DurableIntake> OpenAsync()
    {
        var folder = Directory.CreateTempSubdirectory("rahdari-bench-").FullName;
        var store = await StoreAsync(folder);
        return new(folder, store, await IntakeOnly.OpenAsync(store.Journal, folder));
    }

    /// <summary>The store of a node in a folder; the process ends where it fails for good.</summary>
    public static Task<Store> StoreAsync(string folder) => EmbeddedStore.OpenAsync(
        Path.Combine(folder, "pk"),
        new StoreSettings { Time = TimeProvider.System, OnFatal = e => Environment.FailFast(e.Message) },
        CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        Crowd.Dispose();
        await intake.DisposeAsync();
        await store.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }
}
