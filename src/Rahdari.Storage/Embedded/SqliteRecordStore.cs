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
    // A commit takes 1 to 2 ms on the disks measured: a longer queue than this would answer nobody within 2 s.
    const int MaxWaitingWriters = 1024;

    // Readers are short and the processor is the limit; more connections would only hold more page caches.
    const int MaxReaders = 8;

    readonly string path;
    readonly Poison poison;
    readonly Action<CommitPoint>? commits;
    readonly SqliteConnection writer;
    readonly Dialect dialect;
    readonly SemaphoreSlim writing = new(1, 1);
    readonly SemaphoreSlim reading = new(MaxReaders, MaxReaders);
    readonly ConcurrentBag<SqliteConnection> readers = [];
    readonly AsyncLocal<Turn?> turn = new();
    int waiting;

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
            await RecordScripts.ApplyAsync(writer, transaction, dialect, cancel);
            await transaction.CommitAsync(cancel);
            return new(path, writer, dialect, poison, commits);
        }
        catch
        {
            await writer.DisposeAsync();
            throw;
        }
    }

    public async Task<T> WriteAsync<T>(Func<IRecordTransaction, Task<T>> work, CancellationToken cancel)
    {
        if (turn.Value is { Active: true })
            throw new InvalidOperationException("a write within a write of the same store would wait for itself");
        await EnterAsync(cancel);
        var mine = turn.Value = new Turn();
        try
        {
            poison.ThrowIfFailed();
            return await CommitAsync(work);
        }
        catch (DbException e) when (SqliteFile.Translate(e) is var told && told != e)
        {
            throw told is StorageFatalException ? poison.Fail("the record cannot be written", told) : told;
        }
        catch (StorageFatalException e)
        {
            throw poison.Fail("the record cannot be written", e);
        }
        finally
        {
            mine.Active = false;
            writing.Release();
        }
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
        catch (DbException e) when (SqliteFile.Translate(e) is var told && told != e)
        {
            throw told is StorageFatalException ? poison.Fail("the record cannot be read", told) : told;
        }
        finally
        {
            // After an exception the connection's state is not known: it is not used again.
            reader?.Dispose();
            reading.Release();
        }
    }

    async Task EnterAsync(CancellationToken cancel)
    {
        poison.ThrowIfFailed();
        if (Interlocked.Increment(ref waiting) > MaxWaitingWriters)
        {
            Interlocked.Decrement(ref waiting);
            throw new StorageOutageException($"{MaxWaitingWriters} writers wait already", outcomeUnknown: false);
        }
        try
        {
            await writing.WaitAsync(cancel);
        }
        finally
        {
            Interlocked.Decrement(ref waiting);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await writing.WaitAsync();
        foreach (var reader in readers) await reader.DisposeAsync();
        await writer.DisposeAsync();
        writing.Dispose();
        reading.Dispose();
    }

    /// <summary>Marks the flow of control that holds the writer, for as long as it does.</summary>
    sealed class Turn
    {
        public volatile bool Active = true;
    }
}
