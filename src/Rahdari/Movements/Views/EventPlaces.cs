using Rahdari.Transparency;

namespace Rahdari.Movements.Views;

/// <summary>Where an event stands in its administration's log.</summary>
/// <param name="LogIndex">Null until the sequencer has given one.</param>
/// <param name="IsPublished">Covered by a signed head.</param>
/// <param name="Commitment">What the leaf commits to the event by: a SHA-256, lower-case hex; empty where there is no
/// leaf.</param>
sealed record EventPlace(long? LogIndex, bool IsPublished, string Commitment)
{
    public static readonly EventPlace Nowhere = new(null, false, "");
}

/// <summary>Looks events up in the own log and among what was read from the other side's.</summary>
static class EventPlaces
{
    /// <summary>Well below the number of values a list may have.</summary>
    const int MaxIds = 500;

    sealed record OwnRow(string EventId, long LogIndex, byte[]? Leaf, long Signed);

    sealed record ImportedRow(string EventId, long LogIndex, string Leaf);

    public static async Task<IReadOnlyDictionary<string, EventPlace>> OwnAsync(
        IDesk desk, IReadOnlyList<string> eventIds, CancellationToken cancel)
    {
        var places = new Dictionary<string, EventPlace>(StringComparer.Ordinal);
        foreach (var ids in eventIds.Chunk(MaxIds))
        {
            var rows = await desk.QueryAsync<OwnRow>(
                """
                select l.event_id, l.log_index, e.leaf, coalesce(h.size, 0) as signed from log_entry l
                join event e on e.event_id = l.event_id
                left join log_head h on h.origin = l.origin where l.event_id in @ids
                """, new { ids }, cancel);
            foreach (var row in rows)
                places[row.EventId] = new(row.LogIndex, row.LogIndex < row.Signed, Commitment(row.Leaf ?? []));
        }
        return places;
    }

    /// <summary>By the event's own id; what was read from another log was published there.</summary>
    public static async Task<IReadOnlyDictionary<string, EventPlace>> ImportedAsync(
        IDesk desk, IReadOnlyList<Recorded> imported, CancellationToken cancel)
    {
        var places = new Dictionary<string, EventPlace>(StringComparer.Ordinal);
        foreach (var chunk in imported.Chunk(MaxIds))
        {
            var ids = chunk.ToDictionary(ImportedEntries.KeyOf, r => r.Header.EventId, StringComparer.Ordinal);
            var rows = await desk.QueryAsync<ImportedRow>(
                "select event_id, log_index, leaf from imported_entry where event_id in @ids",
                new { ids = ids.Keys.ToArray() }, cancel);
            foreach (var row in rows)
                places[ids[row.EventId]] = new(row.LogIndex, true, Commitment(Convert.FromBase64String(row.Leaf)));
        }
        return places;
    }

    /// <summary>A leaf is a version byte and the hash.</summary>
    static string Commitment(byte[] leaf) => leaf.Length == 0 ? "" : Convert.ToHexStringLower(leaf.AsSpan(1));
}
