using System.Data.Common;
using System.Globalization;

namespace Rahdari.Storage.Sql;

/// <summary>
/// The record's tables as numbered scripts: script n brings version n-1 to n and never changes once released. They run
/// in one transaction under an exclusive lock.
/// </summary>
static class RecordScripts
{
    public static readonly IReadOnlyList<string> All =
    [
        """
        create table event (
            stream text not null, version bigint not null, event_id text not null unique,
            type text not null, type_version integer not null, at_micros bigint not null,
            body {bytes} not null, sealed {bytes}, key_id text, leaf {bytes},
            primary key (stream, version));
        create table pending_leaf (
            event_id text primary key references event (event_id), leaf {bytes} not null);
        create table outbox (
            kind text not null, key text not null, body {bytes} not null, due_micros bigint not null,
            attempts integer not null, failure text, given_up integer not null,
            primary key (kind, key));
        create index outbox_due on outbox (kind, due_micros) where given_up = 0;
        create table watermark (name text primary key, position bigint not null);
        create table lease (
            name text primary key, holder text not null, epoch bigint not null, until_micros bigint not null,
            fences bigint not null);
        create table wrapped_key (key_id text primary key, wrapped {bytes} not null);
        create table projection_schema (name text primary key, script text not null);
        """,
    ];

    /// <summary>Brings the record to the newest version. The caller holds the exclusive lock and commits.</summary>
    /// <exception cref="StoreRefusedException">The record was written by a newer build.</exception>
    public static async Task ApplyAsync(
        DbConnection connection, DbTransaction transaction, Dialect dialect, CancellationToken cancel)
    {
        var record = new SqlRecord(connection, transaction, dialect);
        await record.ExecuteAsync("create table if not exists schema_version (version integer not null)", null, cancel);
        var version = (await record.QueryAsync<int>("select coalesce(max(version), 0) from schema_version", null,
            cancel))[0];
        if (version > All.Count)
            throw new StoreRefusedException("record-schema-newer", string.Create(CultureInfo.InvariantCulture,
                $"the record has schema {version}, this build knows {All.Count}: use a newer rahdari"));
        for (var next = version; next < All.Count; next++)
        {
            await record.ExecuteAsync(dialect.Render(All[next]), null, cancel);
            await record.ExecuteAsync("insert into schema_version (version) values (@Version)",
                new { Version = next + 1 }, cancel);
        }
    }
}
