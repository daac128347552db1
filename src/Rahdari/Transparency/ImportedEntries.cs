using Rahdari.Movements;
using Rahdari.Storage;

namespace Rahdari.Transparency;

/// <summary>
/// Where an imported event stands in the log it was read from, so that an own event can cite it. Written with the
/// import, in its transaction; an event without a row was imported by other means and cannot be cited.
/// </summary>
sealed class ImportedEntries : IProjection
{
    sealed record Row(string Origin, long LogIndex, string Leaf);

    public string Schema =>
        """
        create table if not exists imported_entry (
            event_id text primary key, origin text not null, log_index bigint not null, leaf text not null);
        """;

    /// <summary>The place is not in the event: the import says it by <see cref="PutAsync"/>.</summary>
    public Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel) =>
        Task.CompletedTask;

    /// <param name="leaf">The log entry's bytes.</param>
    public static Task PutAsync(
        IRecordTransaction transaction, string eventId, string origin, long index, byte[] leaf, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            insert into imported_entry (event_id, origin, log_index, leaf) values (@eventId, @origin, @index, @leaf)
            on conflict (event_id) do nothing
            """, new { eventId, origin, index, leaf = Convert.ToBase64String(leaf) }, cancel);

    /// <summary>Null where the event is not the other side's, or its place was never told.</summary>
    public static async Task<EntryReference?> FindAsync(IDeskReader reader, string eventId, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<Row>(
            "select origin, log_index, leaf from imported_entry where event_id = @eventId", new { eventId }, cancel);
        return rows.Count == 0 ? null : new(rows[0].Origin, rows[0].LogIndex, rows[0].Leaf);
    }
}
