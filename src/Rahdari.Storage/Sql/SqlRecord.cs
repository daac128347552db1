using System.Data.Common;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Rahdari.Storage.Sql;

/// <summary>The record inside one open transaction or snapshot, in the SQL both engines share.</summary>
sealed partial class SqlRecord(DbConnection connection, DbTransaction transaction, Dialect dialect) : IRecordTransaction
{
    // A stream's name holds an administration and a subject; the longest subject is far below this.
    const int MaxStreamLength = 200;

    const string Columns = "stream, version, event_id, type, type_version, at_micros, body, sealed, key_id, leaf";

    public Task<IReadOnlyList<EventRow>> ReadStreamAsync(
        string stream, long afterVersion, int limit, CancellationToken cancel) =>
        QueryAsync<EventRow>(
            $"select {Columns} from event where stream = @Stream and version > @After order by version limit @Limit",
            new { Stream = stream, After = afterVersion, Limit = limit }, cancel);

    public async Task<long> StreamVersionAsync(string stream, CancellationToken cancel) =>
        (await QueryAsync<long>("select coalesce(max(version), 0) from event where stream = @Stream",
            new { Stream = stream }, cancel))[0];

    public Task<IReadOnlyList<EventRow>> ReadAllAsync(
        string afterStream, long afterVersion, int limit, CancellationToken cancel) =>
        QueryAsync<EventRow>(
            $"select {Columns} from event where (stream, version) > (@Stream, @After) "
            + "order by stream, version limit @Limit",
            new { Stream = afterStream, After = afterVersion, Limit = limit }, cancel);

    public async Task<IReadOnlyList<T>> QueryAsync<T>(string sql, object? args, CancellationToken cancel)
    {
        await using var command = Command(sql, args);
        try
        {
            await using var reader = await command.ExecuteReaderAsync(cancel);
            return await dialect.Rows.ReadAsync<T>(reader, cancel);
        }
        catch (DbException e) when (dialect.Translate(e) is var told && told != e)
        {
            throw told;
        }
    }

    public async Task<int> ExecuteAsync(string sql, object? args, CancellationToken cancel)
    {
        await using var command = Command(sql, args);
        try
        {
            return await command.ExecuteNonQueryAsync(cancel);
        }
        catch (DbException e) when (dialect.Translate(e) is var told && told != e)
        {
            throw told;
        }
    }

    public async Task AppendAsync(IReadOnlyList<EventRow> rows, CancellationToken cancel)
    {
        var heads = new Dictionary<string, long>();
        foreach (var row in rows)
        {
            if (row.Stream.Length is 0 or > MaxStreamLength)
                throw new ArgumentException($"a stream's name has 1 to {MaxStreamLength} characters: '{row.Stream}'");
            if (!heads.TryGetValue(row.Stream, out var head)) head = await StreamVersionAsync(row.Stream, cancel);
            if (row.Version != head + 1) throw new StreamConflictException(row.Stream, row.Version - 1, head);
            await AppendAsync(row, cancel);
            heads[row.Stream] = row.Version;
        }
    }

    async Task AppendAsync(EventRow row, CancellationToken cancel)
    {
        var inserted = await ExecuteAsync(
            $"insert into event ({Columns}) values (@Stream, @Version, @EventId, @Type, @TypeVersion, @AtMicros, "
            + "@Body, @Sealed, @KeyId, @Leaf) on conflict do nothing", row, cancel);
        if (inserted == 0) await ThrowConflictAsync(row, cancel);
        if (row.Leaf is not null)
            await ExecuteAsync("insert into pending_leaf (event_id, leaf) values (@EventId, @Leaf)",
                new { row.EventId, row.Leaf }, cancel);
    }

    async Task ThrowConflictAsync(EventRow row, CancellationToken cancel)
    {
        var same = await QueryAsync<long>("select count(*) from event where event_id = @EventId",
            new { row.EventId }, cancel);
        if (same[0] > 0) throw new DuplicateEventException(row.EventId);
        throw new StreamConflictException(
            row.Stream, row.Version - 1, await StreamVersionAsync(row.Stream, cancel));
    }

    public async Task<bool> EnsureSchemaAsync(string name, string sql, CancellationToken cancel)
    {
        var before = await QueryAsync<string>("select script from projection_schema where name = @Name",
            new { Name = name }, cancel);
        if (before is [var text] && text == sql) return false;
        // A view of the events is never altered in place: its tables go and come back empty, to be filled again.
        foreach (Match table in CreatedTables().Matches(before is [var old] ? old : ""))
            await ExecuteAsync($"drop table if exists {table.Groups[1].Value}", null, cancel);
        await ExecuteAsync(dialect.Render(sql), null, cancel);
        await ExecuteAsync(
            "insert into projection_schema (name, script) values (@Name, @Script) "
            + "on conflict (name) do update set script = excluded.script", new { Name = name, Script = sql }, cancel);
        return true;
    }

    public async Task UpgradeTablesAsync(string name, IReadOnlyList<string> scripts, CancellationToken cancel)
    {
        // The row first: whoever comes second waits for it, and finds the scripts done.
        await ExecuteAsync("insert into table_version (name, version) values (@Name, 0) on conflict do nothing",
            new { Name = name }, cancel);
        var version = (await QueryAsync<int>("select version from table_version where name = @Name",
            new { Name = name }, cancel))[0];
        if (version == scripts.Count) return;
        if (version > scripts.Count)
            throw new StoreRefusedException("record-schema-newer", string.Create(CultureInfo.InvariantCulture,
                $"the tables of {name} say {version}, this build knows {scripts.Count}: use a newer rahdari"));
        foreach (var script in scripts.Skip(version)) await ExecuteAsync(dialect.Render(script), null, cancel);
        await ExecuteAsync("update table_version set version = @Version where name = @Name",
            new { Name = name, Version = scripts.Count }, cancel);
    }

    public async Task FenceAsync(Lease lease, CancellationToken cancel)
    {
        // An update and not a query: it keeps the lease's row until the commit, so that nobody can take the lease
        // between this check and the effects it guards.
        var held = await ExecuteAsync(
            "update lease set fences = fences + 1 where name = @Name and holder = @Holder and epoch = @Epoch",
            lease, cancel);
        if (held == 0) throw new FencedException(lease.Name);
    }

    DbCommand Command(string sql, object? args)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = sql;
        dialect.Arguments.Bind(command, args);
        return command;
    }

    [GeneratedRegex(@"create\s+table\s+(?:if\s+not\s+exists\s+)?([a-z_][a-z0-9_]*)", RegexOptions.IgnoreCase)]
    private static partial Regex CreatedTables();
}
