using Rahdari.Ledger;
using Rahdari.Storage;

namespace Rahdari.Transparency.Sequencing;

/// <summary>A row of the log: the entry and where its event is.</summary>
sealed record LogRow(long LogIndex, string EventId, byte[] Leaf);

/// <summary>The last head that was signed, as the record keeps it.</summary>
/// <param name="Note">The signed checkpoint, as published.</param>
sealed record LogHead(long Size, Hash Root, string Note);

/// <summary>
/// The log in the record: which event has which index, and the last signed head. Rows are never changed or deleted.
/// </summary>
static class LogTables
{
    public static readonly NodeTables Tables = new("log",
    [
        """
        create table if not exists log_entry (
            origin text not null, log_index bigint not null, event_id text not null unique,
            primary key (origin, log_index));
        create table if not exists log_head (
            origin text primary key, size bigint not null, root text not null, note text not null);
        """,
    ]);

    /// <summary>Brings the tables to their newest version.</summary>
    public static Task PrepareAsync(IRecordStore store, CancellationToken cancel) => store.WriteAsync(async t =>
    {
        await t.UpgradeTablesAsync(Tables.Name, Tables.Scripts, cancel);
        return 0;
    }, cancel);

    /// <summary>How many entries have an index.</summary>
    public static async Task<long> LogSizeAsync(this IRecordReader reader, string origin, CancellationToken cancel) =>
        (await reader.QueryAsync<long>(
            "select coalesce(max(log_index), -1) + 1 from log_entry where origin = @Origin", new { Origin = origin },
            cancel))[0];

    /// <summary>Entries in order of index.</summary>
    public static Task<IReadOnlyList<LogRow>> LogRowsAsync(
        this IRecordReader reader, string origin, long from, int limit, CancellationToken cancel) =>
        reader.QueryAsync<LogRow>(
            """
            select l.log_index, l.event_id, e.leaf from log_entry l join event e on e.event_id = l.event_id
            where l.origin = @Origin and l.log_index >= @From order by l.log_index limit @Limit
            """, new { Origin = origin, From = from, Limit = limit }, cancel);

    public static async Task<LogHead?> LogHeadAsync(this IRecordReader reader, string origin, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<HeadRow>(
            "select size, root, note from log_head where origin = @Origin", new { Origin = origin }, cancel);
        if (rows is not [var row]) return null;
        return StrictText.TryHash(row.Root, out var root)
            ? new(row.Size, root, row.Note)
            : throw new LogHaltedException("head-malformed", $"the record's head of {origin} has no root");
    }

    public static Task PutLogHeadAsync(
        this IRecordTransaction transaction, string origin, LogHead head, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            insert into log_head (origin, size, root, note) values (@Origin, @Size, @Root, @Note)
            on conflict (origin) do update set size = excluded.size, root = excluded.root, note = excluded.note
            """, new { Origin = origin, head.Size, Root = head.Root.ToBase64(), head.Note }, cancel);

    sealed record HeadRow(long Size, string Root, string Note);
}
