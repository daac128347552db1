using System.Collections.Concurrent;
using System.Data;
using System.Data.Common;
using Microsoft.Data.Sqlite;
using Rahdari.Storage.Sql;

namespace Rahdari.Storage.Embedded;

/// <summary>
/// The record in one SQLite file: one writer at a time (the others queue here, not in the engine), readers on
/// snapshots beside it.
/// </summary>
sealed class SqliteRecordStore : IRecordStore
{
    // Readers are short and the processor is the limit; more connections would only hold more page caches.
    const int MaxReaders = 8;

    readonly string path;
    readonly Poison poison;
    readonly Action<CommitPoint>? commits;
    readonly SqliteConnection writer;
    readonly Dialect dialect;
    readonly WriterTurns turns = new(atOnce: 1);
    readonly SemaphoreSlim reading = new(MaxReaders, MaxReaders);
    readonly ConcurrentBag<SqliteConnection> readers = [];

    SqliteRecordStore(
        string path, SqliteConnection writer, Dialect dialect, Poison poison, Action<CommitPoint>? commits) =>
        (this.path, this.writer, this.dialect, this.poison, this.commits) = (path, writer, dialect, poison, commits);

    public string Engine => dialect.Engine;

    /// <summary>Opens the file and brings its tables to the newest version.</summary>
    public static async Task<SqliteRecordStore> OpenAsync(
        string path, Poison poison, Action<CommitPoint>? commits, CancellationToken cancel)
    {
        var dialect = SqliteFile.NewDialect();
        var writer = SqliteFile.OpenWriter(path);
        try
        {
            // Immediate: the scripts run under the file's exclusive write lock.
            await using var transaction = writer.BeginTransaction(IsolationLevel.Serializable, deferred: false);
            await NumberedScripts.ApplyAsync(
                writer, transaction, dialect, "schema_version", RecordScripts.All, "record-schema-newer", cancel);
            await transaction.CommitAsync(cancel);
            return new(path, writer, dialect, poison, commits);
        }
        catch
        {
            await writer.DisposeAsync();
            throw;
        }
    }

    public Task<T> WriteAsync<T>(Func<IRecordTransaction, Task<T>> work, CancellationToken cancel)
    {
        poison.ThrowIfFailed();
        return turns.RunAsync(async () =>
        {
            poison.ThrowIfFailed();
            try
            {
                return await CommitAsync(work);
            }
            catch (Exception e) when (Told(e) is StorageFatalException fatal)
            {
                throw poison.Fail("the record cannot be written", fatal);
            }
            catch (DbException e) when (Told(e) is StorageOutageException outage)
            {
                throw outage;
            }
        }, cancel);
    }

    public async Task<T> ReadAsync<T>(Func<IRecordReader, Task<T>> work, CancellationToken cancel)
    {
        poison.ThrowIfFailed();
        await reading.WaitAsync(cancel);
        SqliteConnection? reader = null;
        try
        {
            if (!readers.TryTake(out reader)) reader = SqliteFile.OpenReader(path);
            await using var transaction = reader.BeginTransaction(IsolationLevel.Serializable, deferred: true);
            var result = await work(new SqlRecord(reader, transaction, dialect));
            await transaction.CommitAsync(CancellationToken.None);
            readers.Add(reader);
            reader = null;
            return result;
        }
        catch (Exception e) when (Told(e) is StorageFatalException fatal)
        {
            throw poison.Fail("the record cannot be read", fatal);
        }
        catch (DbException e) when (Told(e) is StorageOutageException outage)
        {
            throw outage;
        }
        finally
        {
            // After an exception the connection's state is not known: it is not used again.
            reader?.Dispose();
            reading.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await turns.CloseAsync();
        foreach (var reader in readers) await reader.DisposeAsync();
        await writer.DisposeAsync();
        turns.Dispose();
        reading.Dispose();
    }

    async Task<T> CommitAsync<T>(Func<IRecordTransaction, Task<T>> work)
    {
        await using var transaction = writer.BeginTransaction(IsolationLevel.Serializable, deferred: false);
        T result;
        try
        {
            result = await work(new SqlRecord(writer, transaction, dialect));
        }
        catch
        {
            await transaction.RollbackAsync(CancellationToken.None);
            throw;
        }
        try
        {
            commits?.Invoke(CommitPoint.RecordBefore);
            await transaction.CommitAsync(CancellationToken.None);
            commits?.Invoke(CommitPoint.RecordAfter);
        }
        catch (IOException e)
        {
            throw new StorageFatalException($"the commit failed: {e.Message}", e);
        }
        return result;
    }

    static Exception Told(Exception e) => e is DbException engine ? SqliteFile.Translate(engine) : e;
}
