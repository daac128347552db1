using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Judging;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>How far a lane of the journal is judged.</summary>
/// <param name="Number">The last number judged; 0 before the first.</param>
/// <param name="ReceivedAt">That record's time of receipt.</param>
sealed record Watermark(string Stream, long Number, DateTimeOffset ReceivedAt);

/// <summary>
/// What judging keeps: one watermark a lane and one state a unit, with positions, coverage and proofs of crossings
/// beside them. Not views of events: they come from the journal, of which days may be gone, so no new build makes them
/// again. Whoever changes a table adds a script to <see cref="Tables"/>; whoever changes what a kept state says counts
/// <see cref="WatchForm.Format"/> up, and only that lets units be judged anew.
/// </summary>
static class JudgingTables
{
    /// <summary>Rows fetched by one query.</summary>
    const int MostUnits = 500;

    /// <summary>As released, like all that <see cref="Released"/> is made of: never changed here.</summary>
    const string Watermarks =
        """
        create table if not exists judging_watermark (
            stream text primary key, number bigint not null, received_micros bigint not null);
        create table if not exists judging_state (
            mrn text not null, unit integer not null, touched_micros bigint not null, body {bytes} not null,
            primary key (mrn, unit));
        create index if not exists judging_state_touched on judging_state (touched_micros);
        """;

    const string Released =
        $"{Watermarks}\n{PositionTable.Released}\n{CoverageTable.Released}\n{CrossingProofs.Released}";

    /// <summary>
    /// The tables of <see cref="Released"/> brought to their newest version, each row where it is. A new column (with a
    /// default, or null in the rows that are there), index or table is one more script at the end.
    /// </summary>
    public static readonly NodeTables Tables = new("judging", [Released]);

    /// <summary>
    /// Makes what <see cref="Tables"/> goes on from, where it is not there or older; another text here would drop
    /// watermarks and states. Events change no more than for whom proofs are kept.
    /// </summary>
    public sealed class Making : IProjection
    {
        public string Schema => Released;

        public Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel) =>
            recorded.Body switch
            {
                FollowingEnded e => CrossingProofs.ForgetAsync(transaction, e.Mrn, e.Unit, cancel),
                UnitEntered e => CrossingProofs.ForgetAsync(transaction, e.Mrn, e.Unit, cancel),
                UnitTurnedBack e => CrossingProofs.ForgetAsync(transaction, e.Mrn, e.Unit, cancel),
                UnitDischarged e => CrossingProofs.ForgetAsync(transaction, e.Mrn, e.Unit, cancel),
                _ => Task.CompletedTask,
            };
    }

    sealed record WatermarkRow(string Stream, long Number, long ReceivedMicros);

    sealed record StateRow(string Mrn, int Unit, byte[] Body);

    public static async Task<Watermark?> WatermarkAsync(IRecordReader reader, string stream, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<WatermarkRow>(
            "select stream, number, received_micros from judging_watermark where stream = @stream", new { stream },
            cancel);
        return rows is [var row] ? new(row.Stream, row.Number, CorridorTime.FromMicros(row.ReceivedMicros)) : null;
    }

    /// <summary>Moves a watermark on from where the caller read it.</summary>
    /// <exception cref="OvertakenException">Another process has moved it; nothing stays.</exception>
    public static async Task MoveWatermarkAsync(
        IRecordTransaction transaction, long from, Watermark to, CancellationToken cancel)
    {
        var args = new { stream = to.Stream, from, number = to.Number, received = to.ReceivedAt.ToMicros() };
        var moved = await transaction.ExecuteAsync(
            from == 0
                ? """
                  insert into judging_watermark (stream, number, received_micros) values (@stream, @number, @received)
                  on conflict (stream) do nothing
                  """
                : """
                  update judging_watermark set number = @number, received_micros = @received
                  where stream = @stream and number = @from
                  """, args, cancel);
        if (moved == 0) throw new OvertakenException(to.Stream);
    }

    /// <summary>The states of units as they were written.</summary>
    public static async Task<Dictionary<UnitId, byte[]>> StatesAsync(
        IRecordReader reader, IEnumerable<UnitId> units, CancellationToken cancel)
    {
        var states = new Dictionary<UnitId, byte[]>();
        foreach (var some in units.Chunk(MostUnits))
        {
            var rows = await reader.QueryAsync<StateRow>(
                "select mrn, unit, body from judging_state where mrn in @mrns",
                new { mrns = some.Select(u => u.Mrn.Value).Distinct().ToArray() }, cancel);
            foreach (var row in rows) states[new(new(row.Mrn), row.Unit)] = row.Body;
        }
        return states;
    }

    public static Task PutStateAsync(
        IRecordTransaction transaction, UnitWatch watch, DateTimeOffset touched, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            insert into judging_state (mrn, unit, touched_micros, body) values (@mrn, @unit, @touched, @body)
            on conflict (mrn, unit) do update set touched_micros = excluded.touched_micros, body = excluded.body
            """,
            new
            {
                mrn = watch.Unit.Unit.Mrn.Value, unit = watch.Unit.Unit.Number, touched = touched.ToMicros(),
                body = WatchForm.Write(watch),
            }, cancel);

    sealed record AlertRow(
        string AlertId, string Mrn, int Unit, string Kind, string? Device, long FromMicros, long UntilMicros);

    /// <summary>The alerts that were told of units, from the board, for judging them anew.</summary>
    public static async Task<ILookup<UnitId, ToldAlert>> ToldAsync(
        IRecordReader reader, IEnumerable<UnitId> units, string administration, CancellationToken cancel)
    {
        var told = new List<(UnitId Unit, ToldAlert Alert)>();
        foreach (var some in units.Chunk(MostUnits))
        {
            var rows = await reader.QueryAsync<AlertRow>(
                """
                select alert_id, mrn, unit, kind, device, from_micros, until_micros from alert_board
                where mrn in @mrns and administration = @administration and status <> 'refuted'
                order by from_micros, alert_id
                """, new { mrns = some.Select(u => u.Mrn.Value).Distinct().ToArray(), administration }, cancel);
            told.AddRange(rows.Select(r => (new UnitId(new(r.Mrn), r.Unit), r))
                .Select(r => (r.Item1, Told: Rules.ToldOf(r.r.AlertId, r.r.Kind, r.r.Device,
                    CorridorTime.FromMicros(r.r.FromMicros), CorridorTime.FromMicros(r.r.UntilMicros))))
                .Where(t => t.Told is not null).Select(t => (t.Item1, t.Told!)));
        }
        return told.ToLookup(t => t.Unit, t => t.Alert);
    }

    /// <summary>Forgets units not heard since: a record older than that is not believed to be of its time.</summary>
    public static Task<int> ForgetAsync(
        IRecordTransaction transaction, DateTimeOffset before, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            "delete from judging_state where touched_micros < @before", new { before = before.ToMicros() }, cancel);
}

/// <summary>Another process judges this lane: what was judged here from its old place must not be recorded.</summary>
sealed class OvertakenException(string stream) : Exception($"the lane {stream} is judged by another process");
