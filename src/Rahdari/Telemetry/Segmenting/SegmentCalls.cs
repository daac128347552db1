using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Storage;
using Rahdari.Telemetry.Raising;
using Rahdari.Transparency;
using Rahdari.Web;

namespace Rahdari.Telemetry.Segmenting;

/// <summary>An alarm or a crossing of a unit: what is open of it from before then is to end.</summary>
/// <param name="AtMicros">Corridor time it was recorded at.</param>
sealed record SegmentCall(UnitId Unit, SegmentCause Cause, long AtMicros);

/// <summary>
/// Table <c>segment_call</c>: the last alarm or crossing of each unit, of each side by itself: what one says with a
/// clock that is ahead hides nothing that the other says. Kept with the event itself, so
/// that a process which dies between an alarm and its segment leaves the call to whoever follows.
/// </summary>
sealed class SegmentCalls : IProjection
{
    public string Schema =>
        """
        create table if not exists segment_call (
            mrn text not null, unit integer not null, administration text not null, cause text not null,
            at_micros bigint not null, primary key (mrn, unit, administration));
        create index if not exists segment_call_at on segment_call (at_micros);
        """;

    public async Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel)
    {
        foreach (var (unit, cause) in CallsOf(recorded.Body))
            await KeepAsync(transaction, recorded, unit, cause, cancel);
    }

    static Task KeepAsync(
        IRecordTransaction transaction, Recorded recorded, UnitId unit, SegmentCause cause, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            insert into segment_call (mrn, unit, administration, cause, at_micros)
            values (@mrn, @unit, @administration, @cause, @at)
            on conflict (mrn, unit, administration) do update set cause = excluded.cause, at_micros = excluded.at_micros
            where segment_call.at_micros < excluded.at_micros
            """,
            new
            {
                mrn = unit.Mrn.Value, unit = unit.Number, cause = Slug.Of(cause),
                at = recorded.Header.At.ToMicros(), administration = recorded.Header.Stream.Administration.Value,
            }, cancel);

    sealed record Row(string Mrn, int Unit, string Cause, long AtMicros);

    /// <summary>
    /// The last call of each unit and side at or after a moment, and not later than another: the other side's clock may
    /// be ahead, and would end a segment with every record.
    /// </summary>
    public static async Task<IReadOnlyList<SegmentCall>> SinceAsync(
        IRecordReader reader, long fromMicros, long untilMicros, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<Row>(
            """
            select mrn, unit, cause, at_micros from segment_call
            where at_micros >= @fromMicros and at_micros <= @untilMicros
            """, new { fromMicros, untilMicros }, cancel);
        return
        [
            .. rows.Select(r => new SegmentCall(
                new(new(r.Mrn), r.Unit),
                r.Cause == Slug.Of(SegmentCause.Alert) ? SegmentCause.Alert : SegmentCause.Crossing, r.AtMicros)),
        ];
    }

    static IReadOnlyList<(UnitId Unit, SegmentCause Cause)> CallsOf(EventBody body) => body switch
    {
        // What two units' devices show is evidence of both.
        AlertRaised { OtherUnit: { } other } e => [(e.Unit, SegmentCause.Alert), (other, SegmentCause.Alert)],
        AlertRaised e => [(e.Unit, SegmentCause.Alert)],
        UnitGatedOut e => [(new(e.Mrn, e.Unit), SegmentCause.Crossing)],
        UnitExited e => [(new(e.Mrn, e.Unit), SegmentCause.Crossing)],
        UnitEntered e => [(new(e.Mrn, e.Unit), SegmentCause.Crossing)],
        _ => [],
    };
}
