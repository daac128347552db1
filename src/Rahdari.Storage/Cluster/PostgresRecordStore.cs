using System.Data;
using Npgsql;
using Rahdari.Storage.Sql;

namespace Rahdari.Storage.Cluster;

/// <summary>
/// The record in a schema of a PostgreSQL database. Transactions are serializable; what the engine undoes because of
/// another transaction is run again, in the end with no other writer of this process beside it.
/// </summary>
sealed class PostgresRecordStore(NpgsqlDataSource source, StoreSettings settings) : IRecordStore
{
    public const int MaxWriters = 16;
    public const int MaxReaders = 16;

    // The engine finds dependencies by page where tables are small, so that 16 writers of streams of their own undo
    // each other too. Who lost this often would lose again.
    const int AttemptsTogether = 5;

    // Only another process can be met then. Each attempt waits longer, 0.5 s in all: a decision that still meets
    // others after it is better told to come back.
    const int AttemptsAlone = 10;
    const int MillisecondsMoreEachTime = 10;

    readonly Dialect dialect = new("postgresql", "bytea", PostgresErrors.Translate);
    readonly WriterTurns turns = new(MaxWriters);
    readonly SemaphoreSlim reading = new(MaxReaders, MaxReaders);

    public string Engine => dialect.Engine;

    /// <summary>Makes the schema where it is missing and brings its tables to the newest version.</summary>
    public async Task PrepareAsync(string schema, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel);
        var record = new SqlRecord(connection, transaction, dialect);
        // The exclusive lock of the scripts: whoever comes second finds them done.
        await record.QueryAsync<string>("select pg_advisory_xact_lock(hashtextextended(@Name, 0))::text",
            new { Name = "rahdari " + schema }, cancel);
        await record.ExecuteAsync($"create schema if not exists {schema}", null, cancel);
        await NumberedScripts.ApplyAsync(
            connection, transaction, dialect, "schema_version", RecordScripts.All, "record-schema-newer", cancel);
        await NumberedScripts.ApplyAsync(
            connection, transaction, dialect, "journal_version", PostgresJournal.Scripts, "journal-format-newer",
            cancel);
        await transaction.CommitAsync(cancel);
    }

    public async Task<T> WriteAsync<T>(Func<IRecordTransaction, Task<T>> work, CancellationToken cancel)
    {
        try
        {
            return await turns.RunAsync(() => RepeatAsync(work, AttemptsTogether, waitMs: 1, cancel), cancel);
        }
        catch (PostgresException e) when (PostgresErrors.IsSerialization(e))
        {
            // Falls to the second round.
        }
        try
        {
            return await turns.RunAloneAsync(
                () => RepeatAsync(work, AttemptsAlone, MillisecondsMoreEachTime, cancel), cancel);
        }
        catch (PostgresException e) when (PostgresErrors.IsSerialization(e))
        {
            throw new StorageOutageException(
                $"{AttemptsTogether + AttemptsAlone} attempts met other transactions", outcomeUnknown: false, e);
        }
    }

    public async Task<T> ReadAsync<T>(Func<IRecordReader, Task<T>> work, CancellationToken cancel)
    {
        await reading.WaitAsync(cancel);
        try
        {
            await using var connection = await OpenAsync(cancel);
            await using var transaction = await BeginAsync(connection, IsolationLevel.RepeatableRead, cancel);
            var record = new SqlRecord(connection, transaction, dialect);
            await record.ExecuteAsync("set transaction read only", null, cancel);
            return await work(record);
        }
        finally
        {
            reading.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await turns.CloseAsync();
        turns.Dispose();
        reading.Dispose();
        await source.DisposeAsync();
    }

    async Task<T> RepeatAsync<T>(
        Func<IRecordTransaction, Task<T>> work, int attempts, int waitMs, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await CommitAsync(work, cancel);
            }
            catch (PostgresException e) when (PostgresErrors.IsSerialization(e) && attempt < attempts)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(attempt * waitMs), settings.Time, cancel);
            }
        }
    }

    async Task<T> CommitAsync<T>(Func<IRecordTransaction, Task<T>> work, CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        // Disposing rolls back what was not committed.
        await using var transaction = await BeginAsync(connection, IsolationLevel.Serializable, cancel);
        var result = await work(new SqlRecord(connection, transaction, dialect));
        try
        {
            settings.Commits?.Invoke(CommitPoint.RecordBefore);
            await transaction.CommitAsync(CancellationToken.None);
            settings.Commits?.Invoke(CommitPoint.RecordAfter);
            return result;
        }
        catch (Exception e) when (!PostgresErrors.IsSerialization(e) && PostgresErrors.IsOutage(e))
        {
            throw new StorageOutageException($"the commit was not answered: {e.Message}", outcomeUnknown: true, e);
        }
    }

    async Task<NpgsqlConnection> OpenAsync(CancellationToken cancel)
    {
        try
        {
            return await source.OpenConnectionAsync(cancel);
        }
        catch (Exception e) when (PostgresErrors.IsOutage(e))
        {
            throw new StorageOutageException($"PostgreSQL cannot be reached: {e.Message}", outcomeUnknown: false, e);
        }
    }

    static async Task<NpgsqlTransaction> BeginAsync(
        NpgsqlConnection connection, IsolationLevel level, CancellationToken cancel)
    {
        try
        {
            return await connection.BeginTransactionAsync(level, cancel);
        }
        catch (Exception e) when (PostgresErrors.IsOutage(e))
        {
            throw new StorageOutageException($"PostgreSQL cannot be reached: {e.Message}", outcomeUnknown: false, e);
        }
    }
}
