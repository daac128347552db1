using Rahdari.Storage;

namespace Rahdari.Transparency;

/// <summary>
/// Keeps the tables of every projection as its code says: new or changed ones are filled from all events before
/// anything else runs. Tables that are no projection are upgraded and keep their rows.
/// </summary>
sealed class Projections(
    IEnumerable<IProjection> projections, Recorder recorder, IEnumerable<NodeTables>? tables = null)
{
    /// <summary>Events applied a round trip; memory for one page of about a kilobyte each.</summary>
    const int Page = 1000;

    public Task PrepareAsync(IRecordStore store, CancellationToken cancel) => store.WriteAsync(async t =>
    {
        var fresh = new List<IProjection>();
        foreach (var projection in projections)
            if (await t.EnsureSchemaAsync(projection.GetType().Name, projection.Schema, cancel)) fresh.Add(projection);
        // After the schemas, since scripts may go on from what one made; before the filling, which may look at them.
        foreach (var own in tables ?? []) await t.UpgradeTablesAsync(own.Name, own.Scripts, cancel);
        if (fresh.Count > 0) await FillAsync(t, fresh, cancel);
        return 0;
    }, cancel);

    /// <summary>Drops what they hold and fills them again: the same tables come out.</summary>
    async Task FillAsync(IRecordTransaction transaction, List<IProjection> fresh, CancellationToken cancel)
    {
        // In order of corridor time, so that causes come before effects across streams.
        var (at, stream, version) = (long.MinValue, "", 0L);
        while (true)
        {
            var rows = await transaction.QueryAsync<EventRow>(
                """
                select stream, version, event_id, type, type_version, at_micros, body, sealed, key_id, leaf from event
                where at_micros > @at
                   or (at_micros = @at and (stream > @stream or (stream = @stream and version > @version)))
                order by at_micros, stream, version limit @page
                """, new { at, stream, version, page = Page }, cancel);
            foreach (var row in rows)
            {
                var recorded = await recorder.ReadAsync(transaction, row, cancel);
                foreach (var projection in fresh) await projection.ApplyAsync(transaction, recorded, cancel);
            }
            if (rows.Count < Page) return;
            (at, stream, version) = (rows[^1].AtMicros, rows[^1].Stream, rows[^1].Version);
        }
    }
}
