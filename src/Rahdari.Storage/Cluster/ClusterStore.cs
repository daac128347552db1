using System.Globalization;
using Npgsql;
using Rahdari.Storage.Sql;

namespace Rahdari.Storage.Cluster;

/// <summary>The engine for many machines: one schema of a PostgreSQL database for each administration.</summary>
public static class ClusterStore
{
    const int MaxSchemaLength = 40;

    // One asks for the lease or renews it; the other is for a renewal that was given up and has not ended.
    const int WaitingConnections = 2;

    // One writes; the rest read for judging and for what asks about one device.
    const int JournalConnections = 8;

    // The lease's own lifetime: longer, the holder has lost it.
    const int IdleMilliseconds = 2000;

    static readonly string SchemaRule =
        $"a schema's name has 1 to {MaxSchemaLength} lower-case letters, digits and underscores";

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
        var waiting = await OpenRecordAsync(connectionString, schema, settings, Role.Waiting, cancel);
        StandbyGate? gate = null;
        IRecordStore? record = null;
        try
        {
            gate = await StandbyGate.EnterAsync(
                new SqlLeases(waiting, ServerMicros, () => 0), Serving.Name,
                string.Create(CultureInfo.InvariantCulture, $"{Environment.MachineName}/{Environment.ProcessId}"),
                settings.Time, settings.OnStandby, () => Lost(poison), cancel);
            var serving = new Serving(gate.Lease.Epoch);
            await TakeOverAsync(waiting, serving, schema, cancel);
            // Again: whoever served before may have been a newer build.
            record = new ServingRecord(
                await OpenRecordAsync(connectionString, schema, settings, Role.Serving, cancel), serving, poison);
            var journal = new GroupJournal(PostgresJournal.Open(
                Source(connectionString, schema, JournalConnections, Role.Serving), settings, serving), settings,
                poison);
            return new Store(record, journal, new SqlLeases(record, ServerMicros, () => 0), gate, beside: waiting);
        }
        catch
        {
            if (record is not null) await record.DisposeAsync();
            if (gate is not null) await gate.DisposeAsync();
            await waiting.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// Why a <c>connection</c> string or a <c>schema</c> cannot be used; null where it can be tried. The sentence
    /// holds no value of the string, which may have a password in it.
    /// </summary>
    public static (string Setting, string Fault)? FaultOf(string connectionString, string schema)
    {
        try
        {
            var read = new NpgsqlConnectionStringBuilder(connectionString);
            if (string.IsNullOrWhiteSpace(read.Host)) return ("connection", "it names no Host");
            if (string.IsNullOrWhiteSpace(read.Database)) return ("connection", "it names no Database");
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException)
        {
            return ("connection", "it is like Host=db.example.org;Database=rahdari;Username=rahdari");
        }
        return IsSchema(schema) ? null : ("schema", SchemaRule);
    }

    /// <summary>Where a store is, for an operator to read: no user, no password.</summary>
    public static string PlaceOf(string connectionString, string schema)
    {
        var read = new NpgsqlConnectionStringBuilder(connectionString);
        return $"the schema {schema} of the database {read.Database} at {read.Host}";
    }

    /// <summary>Opens the record alone, beside whoever serves it: for commands.</summary>
    public static Task<IRecordStore> OpenRecordAsync(
        string connectionString, string schema, StoreSettings settings, CancellationToken cancel) =>
        OpenRecordAsync(connectionString, schema, settings, Role.Beside, cancel);

    sealed record JournalLine(
        long Number, string Device, long Received, long? Fix, byte[] Digest, byte[] Raw, byte[] Body);

    /// <summary>The journal beside whoever writes it, over the record's connections: for commands that read.</summary>
    /// <param name="record">
    /// From <see cref="OpenRecordAsync(string, string, StoreSettings, CancellationToken)"/>.
    /// </param>
    public static JournalReading OpenJournal(IRecordStore record) => async (stream, after, limit, cancel) =>
    {
        var lines = await record.ReadAsync(r => r.QueryAsync<JournalLine>(
            """
            select e.number, e.device, e.received, e.fix, e.digest, e.raw, e.body from journal_entry e
            where e.slot = (select slot from journal_stream where name = @stream) and e.number > @after
            order by e.number limit @limit
            """, new { stream, after, limit }, cancel), cancel);
        return
        [
            .. lines.Select(l => new JournalRow(
                l.Number, new(stream, l.Device, l.Received, l.Fix, l.Digest, l.Raw, l.Body))),
        ];
    };

    static async Task<IRecordStore> OpenRecordAsync(
        string connectionString, string schema, StoreSettings settings, Role role, CancellationToken cancel)
    {
        if (!IsSchema(schema)) throw new ArgumentException($"{SchemaRule}: '{schema}'");
        var connections = role == Role.Waiting
            ? WaitingConnections
            : PostgresRecordStore.MaxWriters + PostgresRecordStore.MaxReaders;
        var record = new PostgresRecordStore(Source(connectionString, schema, connections, role), settings);
        try
        {
            await record.PrepareAsync(schema, cancel);
            return record;
        }
        catch (Exception e)
        {
            await record.DisposeAsync();
            if (PostgresErrors.Refusal(e) is { } refused) throw refused;
            throw;
        }
    }

    /// <summary>
    /// Sessions of whoever served before are ended, before and after the epoch moves: one that was paused in the middle
    /// of a transaction would keep its rows locked.
    /// </summary>
    static async Task TakeOverAsync(IRecordStore waiting, Serving serving, string schema, CancellationToken cancel)
    {
        await EndSessionsAsync(waiting, schema, cancel);
        if (!await serving.BeginAsync(waiting, cancel)) throw new FencedException(Serving.Name);
        await EndSessionsAsync(waiting, schema, cancel);
    }

    static Task EndSessionsAsync(IRecordStore waiting, string schema, CancellationToken cancel) =>
        waiting.WriteAsync(t => t.QueryAsync<int>(
            """
            select count(pg_terminate_backend(pid))::integer from pg_stat_activity
            where application_name = @Name and usename = current_user and datname = current_database()
            """, new { Name = ApplicationName(schema, Role.Serving) }, cancel), cancel);

    static bool IsSchema(string schema) =>
        schema.Length is > 0 and <= MaxSchemaLength && char.IsAsciiLetterLower(schema[0])
        && schema.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    static void Lost(Poison poison) => poison.Fail(Serving.Lost,
        new InvalidOperationException("the right to serve the database was lost to another process"));

    static string ApplicationName(string schema, Role role) =>
        $"rahdari {schema} {role.ToString().ToLowerInvariant()}";

    static NpgsqlDataSource Source(string connectionString, string schema, int poolSize, Role role) =>
        NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connectionString)
        {
            SearchPath = schema,
            ApplicationName = ApplicationName(schema, role),
            MaxPoolSize = poolSize,
            // Short: a standby has taken over, or the server is back, within seconds.
            Timeout = 5,
            CommandTimeout = 30,
            // The handful of statements a node repeats.
            MaxAutoPrepare = 64,
            // A process that stops in the middle of renewing its lease must not keep the row from its standby.
            Options = role == Role.Waiting
                ? $"-c synchronous_commit=on -c idle_in_transaction_session_timeout={IdleMilliseconds}"
                : "-c synchronous_commit=on",
        }.ConnectionString);

    /// <summary>What a connection is for; operators see it in <c>pg_stat_activity</c>.</summary>
    enum Role { Beside, Waiting, Serving }
}
