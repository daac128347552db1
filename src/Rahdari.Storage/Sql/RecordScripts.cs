namespace Rahdari.Storage.Sql;

/// <summary>The record's tables.</summary>
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
        create index event_at on event (at_micros, stream, version);
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
        """
        create table table_version (name text primary key, version integer not null);
        create table serving (one integer primary key, epoch bigint not null);
        """,
    ];
}
