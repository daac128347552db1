using Rahdari.Storage.Sql;

namespace Rahdari.Storage.Embedded;

/// <summary>The default engine: one data directory, one process, SQLite.</summary>
public static class EmbeddedStore
{
    /// <summary>
    /// Opens the store in a data directory and holds it against every other process; where another one has it, waits
    /// as its standby. An empty or missing directory becomes a data directory.
    /// </summary>
    /// <exception cref="StoreRefusedException">The directory is not ours, or newer than this build.</exception>
    public static async Task<Store> OpenAsync(string directory, StoreSettings settings, CancellationToken cancel)
    {
        var held = await DataDirectory.HoldAsync(directory, settings.Time, settings.OnStandby, cancel);
        IRecordStore? record = null;
        try
        {
            // Again: the holder before may have been a newer build.
            DataDirectory.Prepare(directory);
            var poison = new Poison(settings.OnFatal);
            record = await SqliteRecordStore.OpenAsync(
                RecordPath(directory), poison, settings.Commits, cancel);
            await VoidLeasesAsync(record, cancel);
            var journal = SqliteJournal.Open(Path.Combine(directory, "journal"), settings, poison);
            var started = settings.Time.GetTimestamp();
            var leases = new SqlLeases(record, "@Now",
                () => settings.Time.GetElapsedTime(started).Ticks / TimeSpan.TicksPerMicrosecond);
            return new Store(record, journal, leases, hold: held);
        }
        catch
        {
            if (record is not null) await record.DisposeAsync();
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Opens the record alone, beside a server that may be running on the directory: for commands that read, or that
    /// write a little. Both processes take turns at the file's own lock.
    /// </summary>
    public static async Task<IRecordStore> OpenRecordAsync(
        string directory, StoreSettings settings, CancellationToken cancel)
    {
        DataDirectory.Prepare(directory);
        return await SqliteRecordStore.OpenAsync(
            RecordPath(directory), new Poison(settings.OnFatal), settings.Commits, cancel);
    }

    /// <summary>The journal as it is now, beside a server that may be writing it: for commands that read.</summary>
    public static JournalReading OpenJournal(string directory) =>
        SqliteJournal.OpenBeside(Path.Combine(directory, "journal"));

    static string RecordPath(string directory) => Path.Combine(directory, "record.db");

    // Leases count in the monotonic time of one process. Whoever opens the directory is alone, so those of the process
    // before it are void; the epochs stay and fence what it may have left undone.
    static Task VoidLeasesAsync(IRecordStore record, CancellationToken cancel) =>
        record.WriteAsync(t => t.ExecuteAsync("update lease set until_micros = 0", null, cancel), cancel);
}
