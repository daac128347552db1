using Rahdari.Storage;

namespace Rahdari.Transparency.Sequencing;

/// <summary>How far an event has come on its way into the own log.</summary>
public enum LogState
{
    /// <summary>Committed in the record.</summary>
    Recorded,

    /// <summary>Covered by a signed checkpoint.</summary>
    Published,
}

/// <summary>An event's place in the own log.</summary>
/// <param name="LogIndex">Null until the sequencer has given one.</param>
public sealed record LogPlace(long? LogIndex, LogState State)
{
    public static readonly LogPlace Waiting = new(null, LogState.Recorded);
}

/// <summary>Where events stand in the own log, read in the same snapshot as the events.</summary>
public static class LogPlaces
{
    /// <summary>Well below the number of values a list may have.</summary>
    const int MaxIds = 500;

    /// <summary>The places of those events that have an index; for all others <see cref="LogPlace.Waiting"/> holds.
    /// </summary>
    public static async Task<IReadOnlyDictionary<string, LogPlace>> LogPlacesAsync(
        this IRecordReader reader, IReadOnlyCollection<string> eventIds, CancellationToken cancel)
    {
        var places = new Dictionary<string, LogPlace>(eventIds.Count);
        foreach (var ids in eventIds.Chunk(MaxIds))
        {
            var rows = await reader.QueryAsync<Row>(
                """
                select l.event_id, l.log_index, coalesce(h.size, 0) as signed from log_entry l
                left join log_head h on h.origin = l.origin where l.event_id in @Ids
                """, new { Ids = ids }, cancel);
            foreach (var row in rows)
                places[row.EventId] = new(
                    row.LogIndex, row.LogIndex < row.Signed ? LogState.Published : LogState.Recorded);
        }
        return places;
    }

    /// <summary>The size of the newest signed head of a log, 0 before the first.</summary>
    public static async Task<long> PublishedSizeAsync(
        this IRecordReader reader, string origin, CancellationToken cancel) =>
        (await reader.LogHeadAsync(origin, cancel))?.Size ?? 0;

    sealed record Row(string EventId, long LogIndex, long Signed);
}
