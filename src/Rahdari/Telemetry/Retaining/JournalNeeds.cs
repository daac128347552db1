using Rahdari.Hosting;
using Rahdari.Stock;
using Rahdari.Storage;
using Rahdari.Telemetry.Journaling;
using Rahdari.Telemetry.Quarantining;
using Rahdari.Telemetry.Raising;
using Rahdari.Telemetry.Segmenting;

namespace Rahdari.Telemetry.Retaining;

/// <summary>
/// Reads who needs which rows. Readers only go forward, so that what they had not read a moment ago holds no less than
/// what they have not read now.
/// </summary>
sealed class JournalNeeds(NodeSettings node, IJournal journal)
{
    static readonly (HoldReason Reader, Func<IRecordReader, string, CancellationToken, Task<long>> ReadTo)[] Readers =
    [
        (HoldReason.Judging, async (r, stream, cancel) =>
            (await JudgingTables.WatermarkAsync(r, stream, cancel))?.Number ?? 0),
        (HoldReason.Segments, (r, stream, cancel) => r.WatermarkAsync(Segmenter.WatermarkOf(stream), cancel)),
        (HoldReason.Stock, (r, stream, cancel) => r.WatermarkAsync(HeardDays.WatermarkOf(stream), cancel)),
    ];

    /// <summary>Of each reader of each lane, where it stands.</summary>
    public async Task<IReadOnlyList<UnreadFact>> UnreadAsync(IRecordStore store, CancellationToken cancel)
    {
        var places = await store.ReadAsync(async r =>
        {
            var found = new List<(HoldReason Reader, string Stream, long ReadTo)>();
            foreach (var stream in new[] { JournalStreams.Live(node.Node), JournalStreams.Late(node.Node) })
                foreach (var (reader, readTo) in Readers) found.Add((reader, stream, await readTo(r, stream, cancel)));
            return found;
        }, cancel);
        var unread = new List<UnreadFact>();
        foreach (var (reader, stream, readTo) in places)
            if (await journal.ReadAsync(stream, readTo, 1, cancel) is [var next])
                unread.Add(new(reader, stream, next.Entry.ReceivedMicros));
        return unread;
    }

    sealed record TrackRow(string Mrn, int Unit, long FittedMicros, long? DischargedMicros);

    sealed record AlertRow(string Alert, long FromMicros, long? FittedMicros);

    sealed record ApartRow(string Device, long SinceMicros, long LastMicros, int IsReleased);

    const string Tracks =
        """
        select f.mrn, f.unit, f.from_micros as fitted_micros, u.discharged_micros
        from fitted_device f left join unit_board u on u.mrn = f.mrn and u.unit = f.unit
        """;

    const string OpenAlerts = "a.administration = @own and a.status not in ('resolved', 'refuted')";

    /// <summary>What the record says, the oldest of each kind: more decides nothing.</summary>
    public async Task<JournalFacts> ReadAsync(
        IRecordReader reader, long nowMicros, int days, IReadOnlyList<UnreadFact> unread, CancellationToken cancel)
    {
        var args = new { aged = JournalCut.AgedMicros(nowMicros, days), own = node.Administration.Value };
        var tracks = new List<TrackRow>();
        foreach (var which in new[] { "u.discharged_micros is null", "u.discharged_micros >= @aged" })
            tracks.AddRange(await reader.QueryAsync<TrackRow>(
                $"{Tracks} where {which} order by f.from_micros limit 1", args, cancel));
        var alerts = await reader.QueryAsync<AlertRow>(
            $"""
            select a.alert_id as alert, a.from_micros, cast(null as bigint) as fitted_micros from alert_board a
            where {OpenAlerts} order by a.from_micros limit 1
            """, args, cancel);
        var alertTracks = await reader.QueryAsync<AlertRow>(
            $"""
            select a.alert_id as alert, a.from_micros, f.from_micros as fitted_micros from alert_board a
                join fitted_device f on (f.mrn = a.mrn and f.unit = a.unit)
                    or (f.mrn = a.other_mrn and f.unit = a.other_unit)
            where {OpenAlerts} order by f.from_micros limit 1
            """, args, cancel);
        var apart = await reader.QueryAsync<ApartRow>(
            """
            select k.device, k.since_micros, k.last_micros, 0 as is_released from kept_apart k
            where k.last_micros >= @aged and not exists (
                select 1 from ended_quarantine e where e.device = k.device and e.since_micros = k.since_micros)
            order by k.since_micros limit 1
            """, args, cancel);
        var released = await reader.QueryAsync<ApartRow>(
            $"""
            select q.device, q.since_micros, q.ended_micros as last_micros, 1 as is_released from ended_quarantine q
            where {Releasing.NotCopied} order by q.since_micros limit 1
            """, args, cancel);
        return new(nowMicros)
        {
            Unread = unread,
            Tracks =
            [
                .. tracks.Select(t => new TrackFact(new(new(t.Mrn), t.Unit), t.FittedMicros, t.DischargedMicros)),
            ],
            Alerts = [.. alerts.Concat(alertTracks).Select(a => new AlertFact(a.Alert, a.FromMicros, a.FittedMicros))],
            Apart =
            [
                .. apart.Concat(released)
                    .Select(a => new ApartFact(a.Device, a.SinceMicros, a.LastMicros, a.IsReleased == 1)),
            ],
        };
    }
}
