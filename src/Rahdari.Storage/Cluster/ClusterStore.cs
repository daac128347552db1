using System.Globalization;
using Npgsql;
using Rahdari.Storage.Sql;

namespace Rahdari.Storage.Cluster;

/// <summary>The engine for many machines: one schema of a PostgreSQL database for each administration.</summary>
public static class ClusterStore
{
    const int MaxSchemaLength = 40;

    // The server's clock, not this machine's: all nodes share it.
    const string ServerMicros = "(extract(epoch from clock_timestamp()) * 1000000)::bigint";

    /// <summary>
    /// Opens the store and becomes the one process that serves it; where another one does, waits as its standby. Losing
    /// the right to serve is told through <see cref="StoreSettings.OnFatal"/>, and the journal takes nothing more.
    /// </summary>
    /// <param name="connectionString">In Npgsql's form; host, database, user.</param>
    /// <param name="schema">Lower-case letters, digits and underscores; made where it is missing.</param>
    /// <param name="settings">Clock and callbacks.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="StoreRefusedException">The schema was written by a newer build.</exception>
    /// <exception cref="StorageOutageException">PostgreSQL cannot be reached.</exception>
    public static async Task<Store> OpenAsync(
        string connectionString, string schema, StoreSettings settings, CancellationToken cancel)
    {
        var poison = new Poison(settings.OnFatal);
        var record = await OpenRecordAsync(connectionString, schema, settings, cancel);
        StandbyGate? gate = null;
        try
        {
            var leases = new SqlLeases(record, ServerMicros, () => 0);
            gate = await StandbyGate.EnterAsync(leases, "serve",
                string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}"),
                settings.Time, settings.OnStandby, () => Lost(poison), cancel);
            var journal = new GroupJournal(
                PostgresJournal.Open(Source(connectionString, schema, poolSize: 8), settings), settings, poison);
            return new Store(record, journal, leases, gate);
        }
        catch
        {
            if (gate is not null) await gate.DisposeAsync();
            await record.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens the record alone, beside whoever serves it: for commands.</summary>
    public static async Task<IRecordStore> OpenRecordAsync(
        string connectionString, string schema, StoreSettings settings, CancellationToken cancel)
    {
        if (schema.Length is 0 or > MaxSchemaLength || !char.IsAsciiLetterLower(schema[0])
            || !schema.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_'))
            throw new ArgumentException(
                $"a schema's name has 1 to {MaxSchemaLength} lower-case letters, digits and underscores: '{schema}'");
        var record = new PostgresRecordStore(
            Source(connectionString, schema, PostgresRecordStore.MaxWriters + PostgresRecordStore.MaxReaders),
            settings);
        try
        {
            await record.PrepareAsync(schema, cancel);
            return record;
        }
        catch
        {
            await record.DisposeAsync();
            throw;
        }
    }

    static void Lost(Poison poison) => poison.Fail("this process serves no more",
        new InvalidOperationException("the right to serve the database was lost to another process"));

    static NpgsqlDataSource Source(string connectionString, string schema, int poolSize) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            SearchPath = schema,
            ApplicationName = "rahdari " + schema,
            MaxPoolSize = poolSize,
            // Short: a standby has taken over, or the server is back, within seconds.
            Timeout = 5,
            CommandTimeout = 30,
            // The handful of statements a node repeats.
            MaxAutoPrepare = 64,
            Options = "-c synchronous_commit=on",
        }.ConnectionString);
}
