using Rahdari.Movements;
using Rahdari.Parties;
using Rahdari.Storage;

namespace Rahdari.Transparency;

/// <summary>
/// Where an imported event stands in the log it was read from, so that an own event can cite it. Written with the
/// import, in its transaction; an event without a row was imported by other means and cannot be cited. No projection:
/// the place is not in the event.
/// </summary>
static class ImportedEntries
{
    sealed record Row(string Origin, long LogIndex, string Leaf);

    public static readonly NodeTables Tables = new("imported-entries",
    [
        """
        create table if not exists imported_entry (
            event_id text primary key, origin text not null, log_index bigint not null, leaf text not null);
        delete from projection_schema where name = 'ImportedEntries';
        """,
    ]);

    /// <summary>Ids of another administration live in a space of their own.</summary>
    public static string KeyOf(AdministrationId side, string eventId) => $"{side}/{eventId}";

    public static string KeyOf(Recorded recorded) =>
        KeyOf(recorded.Header.Stream.Administration, recorded.Header.EventId);

    /// <param name="key">See <see cref="KeyOf(Recorded)"/>.</param>
    /// <param name="leaf">The log entry's bytes.</param>
    public static Task PutAsync(
        IRecordTransaction transaction, string key, string origin, long index, byte[] leaf, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            insert into imported_entry (event_id, origin, log_index, leaf) values (@key, @origin, @index, @leaf)
            on conflict (event_id) do nothing
            """, new { key, origin, index, leaf = Convert.ToBase64String(leaf) }, cancel);

    /// <summary>Null where the event is not the other side's, or its place was never told.</summary>
    public static async Task<EntryReference?> FindAsync(
        IDeskReader reader, AdministrationId side, string eventId, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<Row>(
            "select origin, log_index, leaf from imported_entry where event_id = @key",
            new { key = KeyOf(side, eventId) }, cancel);
        return rows.Count == 0 ? null : new(rows[0].Origin, rows[0].LogIndex, rows[0].Leaf);
    }
}
