using System.Data;
using Npgsql;
using Rahdari.Storage.Sql;

namespace Rahdari.Storage.Cluster;

/// <summary>
/// The record in a schema of a PostgreSQL database. Transactions are serializable; what the engine undoes because of
/// another transaction is run again.
/// </summary>
sealed class PostgresRecordStore(NpgsqlDataSource source, StoreSettings settings) : IRecordStore
{
    public const int MaxWriters = 16;
    public const int MaxReaders = 16;

    // Each attempt waits longer, 200 ms in all: a decision that still meets others then is better told to come back.
    const int MaxAttempts = 20;

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

    public Task<T> WriteAsync<T>(Func<IRecordTransaction, Task<T>> work, CancellationToken cancel) =>
        turns.RunAsync(async () =>
        {
            for (var attempt = 1; ; attempt++)
            {
                try
                {
                    return await CommitAsync(work, cancel);
                }
                catch (PostgresException e) when (PostgresErrors.IsSerialization(e))
                {
                    if (attempt == MaxAttempts)
                        throw new StorageOutageException(
                            $"{MaxAttempts} attempts met other transactions", outcomeUnknown: false, e);
                }
                await Task.Delay(TimeSpan.FromMilliseconds(attempt), settings.Time, cancel);
            }
        }, cancel);

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
