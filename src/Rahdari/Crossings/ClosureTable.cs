using Rahdari.Hosting;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Transparency;

namespace Rahdari.Crossings;

/// <summary>Table <c>closure</c>: every notice of every administration.</summary>
sealed class ClosureTable : IProjection
{
    /// <summary>The newest that a list shows; a crossing is shut a few times a year.</summary>
    const int MaxShown = 500;

    sealed record Row(
        string NoticeId, string Administration, string Crossing, long FromMicros, long? UntilMicros,
        long? ReopenedMicros,
        string Reason);

    public string Schema =>
        """
        create table if not exists closure (
            administration text not null, notice_id text not null, crossing text not null, from_micros bigint not null,
            until_micros bigint, reopened_micros bigint, reason text not null, primary key (administration, notice_id));
        create index if not exists closure_from on closure (from_micros);
        """;

    public Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel)
    {
        var side = recorded.Header.Stream.Administration.Value;
        return recorded.Body switch
        {
            CrossingClosed e => transaction.ExecuteAsync(
                """
                insert into closure (administration, notice_id, crossing, from_micros, until_micros, reopened_micros,
                    reason)
                values (@side, @id, @crossing, @from, @until, null, @reason) on conflict (administration, notice_id) do
                    nothing
                """,
                new
                {
                    side, id = e.NoticeId, crossing = e.Crossing, from = e.From.ToMicros(), until = e.Until?.ToMicros(),
                    reason = e.Reason ?? "",
                }, cancel),
            CrossingReopened e => transaction.ExecuteAsync(
                """
                update closure set reopened_micros = @at
                where administration = @side and notice_id = @id and reopened_micros is null
                """, new { side, id = e.NoticeId, at = e.From.ToMicros() }, cancel),
            _ => Task.CompletedTask,
        };
    }

    /// <summary>Newest first.</summary>
    public static async Task<IReadOnlyList<Closure>> AllAsync(IDesk desk, CancellationToken cancel) =>
        Read(await desk.QueryAsync<Row>(Newest, new { rows = MaxShown }, cancel));

    /// <summary>Newest first.</summary>
    public static async Task<IReadOnlyList<Closure>> AllAsync(IRecordReader reader, CancellationToken cancel) =>
        Read(await reader.QueryAsync<Row>(Newest, new { rows = MaxShown }, cancel));

    const string Newest =
        """
        select notice_id, administration, crossing, from_micros, until_micros, reopened_micros, reason from closure
        order by from_micros desc, administration, notice_id limit @rows
        """;

    static IReadOnlyList<Closure> Read(IReadOnlyList<Row> rows) =>
        [.. rows.Select(r => new Closure(
            r.NoticeId, r.Crossing, new AdministrationId(r.Administration), CorridorTime.FromMicros(r.FromMicros),
            Time(r.UntilMicros), Time(r.ReopenedMicros), r.Reason))];

    static DateTimeOffset? Time(long? micros) => micros is { } m ? CorridorTime.FromMicros(m) : null;
}
