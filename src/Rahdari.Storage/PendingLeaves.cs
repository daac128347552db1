namespace Rahdari.Storage;

/// <summary>An event's log entry that has no index yet.</summary>
public sealed record PendingLeaf(string EventId, string Stream, long Version, long AtMicros, byte[] Leaf);

/// <summary>
/// Entries waiting for the sequencer. It takes what it finds and deletes it in the transaction that gives the indices,
/// so an event that commits late is merely found later.
/// </summary>
public static class PendingLeaves
{
    /// <summary>
    /// Up to <paramref name="limit"/> waiting entries by corridor time, a stream's own always in order of version.
    /// </summary>
    public static Task<IReadOnlyList<PendingLeaf>> PendingLeavesAsync(
        this IRecordReader reader, int limit, CancellationToken cancel) =>
        reader.QueryAsync<PendingLeaf>(
            """
            select p.event_id, e.stream, e.version, e.at_micros, p.leaf from pending_leaf p
            join event e on e.event_id = p.event_id
            order by max(e.at_micros) over (partition by e.stream order by e.version), e.stream, e.version
            limit @Limit
            """, new { Limit = limit }, cancel);

    /// <summary>They have their indices: they wait no longer. Same transaction as the indices.</summary>
    public static async Task RemovePendingAsync(
        this IRecordTransaction transaction, IReadOnlyList<PendingLeaf> leaves, CancellationToken cancel)
    {
        // Well below the number of values a list may have.
        foreach (var chunk in leaves.Chunk(500))
            await transaction.ExecuteAsync("delete from pending_leaf where event_id in @Ids",
                new { Ids = chunk.Select(l => l.EventId).ToArray() }, cancel);
    }
}
