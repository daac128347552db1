using System.Text.Json;
using Rahdari.Hosting;
using Rahdari.Storage;
using Rahdari.Telemetry.Enriching;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>Table <c>alert_board</c>: one row an alert, public fields only.</summary>
sealed class AlertBoard : IProjection
{
    public string Schema =>
        """
        create table if not exists alert_board (
            alert_id text primary key, administration text not null, mrn text not null, unit integer not null,
            kind text not null, severity text not null, from_micros bigint not null, until_micros bigint not null,
            late integer not null, device text, latitude_e7 integer, longitude_e7 integer, sentence_key text not null,
            sentence_args text not null, cut_from text, status text not null, raised_micros bigint not null,
            acknowledged_by text, acknowledged_micros bigint, resolved_by text, resolved_micros bigint, finding text,
            identity text, relay text, explained text, other_mrn text, other_unit integer,
            escalation integer not null default 0, escalated_micros bigint, escalated_order bigint);
        create index if not exists alert_board_status on alert_board (status, raised_micros);
        create index if not exists alert_board_unit on alert_board (mrn, unit);
        create index if not exists alert_board_other on alert_board (other_mrn, other_unit);
        create index if not exists alert_board_raised on alert_board (raised_micros desc, alert_id);
        create index if not exists alert_board_open on alert_board (raised_micros desc, alert_id)
            where status in ('raised', 'acknowledged');
        create index if not exists alert_board_escalated on alert_board (escalation desc, raised_micros desc, alert_id)
            where status = 'raised' and escalation > 0;
        create index if not exists alert_board_escalated_order on alert_board (escalated_order)
            where escalated_order is not null;
        """;

    /// <summary>The number of the escalation that was committed last, 0 before any.</summary>
    public const string LastEscalated =
        "select coalesce(max(escalated_order), 0) from alert_board where escalated_order is not null";

    public Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel)
    {
        var header = recorded.Header;
        var (administration, at) = (header.Stream.Administration.Value, header.At.ToMicros());
        return recorded.Body switch
        {
            AlertRaised e when header.Stream.Subject == AlertState.Subject(e.AlertId) =>
                InsertAsync(transaction, e, administration, at, cancel),
            AlertExtended e => transaction.ExecuteAsync(
                """
                update alert_board set late = case when @late = 1 and @from < from_micros then 1 else late end,
                    from_micros = @from, until_micros = @until,
                    sentence_key = coalesce(@key, sentence_key), sentence_args = coalesce(@args, sentence_args)
                where alert_id = @id and administration = @administration
                """,
                new
                {
                    id = e.AlertId, administration, late = e.Late, from = e.From.ToMicros(), until = e.Until.ToMicros(),
                    key = e.SentenceKey, args = e.SentenceKey is null ? null : Write(e.SentenceArgs),
                }, cancel),
            AlertNarrowed e => transaction.ExecuteAsync(
                """
                update alert_board set from_micros = @from, until_micros = @until
                where alert_id = @id and administration = @administration
                """,
                new { id = e.AlertId, administration, from = e.From.ToMicros(), until = e.Until.ToMicros() }, cancel),
            AlertRefuted e => transaction.ExecuteAsync(
                """
                update alert_board set status = case when status = 'resolved' then status else 'refuted' end,
                    explained = coalesce(@explained, explained)
                where alert_id = @id and administration = @administration
                """, new { id = e.AlertId, administration, explained = Write(e.Explained) }, cancel),
            // Numbered as they are committed: of two that read the same last number only one commits.
            AlertEscalated e => transaction.ExecuteAsync(
                $"""
                update alert_board set escalation = @level, escalated_micros = @at,
                    escalated_order = 1 + ({LastEscalated})
                where alert_id = @id and administration = @administration and escalation < @level
                """, new { id = e.AlertId, administration, level = e.Level, at }, cancel),
            AlertAcknowledged e => transaction.ExecuteAsync(
                """
                update alert_board set acknowledged_by = @by, acknowledged_micros = @at,
                    status = case when status = 'raised' then 'acknowledged' else status end
                where alert_id = @id and administration = @administration and acknowledged_micros is null
                """, new { id = e.AlertId, administration, by = e.By.Value, at }, cancel),
            AlertResolved e => transaction.ExecuteAsync(
                """
                update alert_board set resolved_by = @by, resolved_micros = @at, finding = @finding, status = 'resolved'
                where alert_id = @id and administration = @administration and resolved_micros is null
                """, new { id = e.AlertId, administration, by = e.By.Value, at, finding = e.Finding.Slug() }, cancel),
            _ => Task.CompletedTask,
        };
    }

    static string? Write(OfficeAct? act) =>
        act is null ? null : JsonSerializer.Serialize(act, EventCodec.Options);

    public static OfficeAct? ReadAct(string? json) =>
        json is null ? null : JsonSerializer.Deserialize<OfficeAct>(json, EventCodec.Options);

    /// <summary>Arguments of a sentence as the board keeps them.</summary>
    public static string Write(IReadOnlyList<string>? args) => JsonSerializer.Serialize(args ?? []);

    public static IReadOnlyList<string> ReadArgs(string json) =>
        JsonSerializer.Deserialize<IReadOnlyList<string>>(json) ?? [];

    /// <summary>The first to raise an id has it.</summary>
    static Task InsertAsync(
        IRecordTransaction transaction, AlertRaised e, string administration, long at, CancellationToken cancel) =>
        transaction.ExecuteAsync(
            """
            insert into alert_board (alert_id, administration, mrn, unit, kind, severity, from_micros, until_micros,
                late, device, latitude_e7, longitude_e7, sentence_key, sentence_args, cut_from,
                identity, relay, other_mrn, other_unit, status, raised_micros)
            values (@id, @administration, @mrn, @unit, @kind, @severity, @from, @until, @late, @device, @latitude,
                @longitude, @key, @args, @cutFrom, @identity, @relay, @otherMrn, @otherUnit, 'raised', @at)
            on conflict (alert_id) do nothing
            """,
            new
            {
                id = e.AlertId, administration, mrn = e.Unit.Mrn.Value, unit = e.Unit.Number, kind = e.Kind.Slug(),
                severity = e.Severity.Slug(), from = e.From.ToMicros(), until = e.Until.ToMicros(), late = e.Late,
                device = e.Device?.ToString(), latitude = e.LatitudeE7, longitude = e.LongitudeE7, key = e.SentenceKey,
                args = Write(e.SentenceArgs), cutFrom = e.CutFrom, identity = e.Identity?.Slug(),
                relay = e.Relay, otherMrn = e.OtherUnit?.Mrn.Value, otherUnit = e.OtherUnit?.Number, at,
            }, cancel);
}
