using Rahdari.Corridors;
using Rahdari.Hosting;
using Rahdari.Movements;
using Rahdari.Movements.Sealing;
using Rahdari.Parties;
using Rahdari.Storage;
using Rahdari.Telemetry.Commanding;
using Rahdari.Telemetry.Judging;
using Rahdari.Transparency;

namespace Rahdari.Telemetry.Raising;

/// <summary>
/// Table <c>office_act</c>: what the own offices recorded of units that says they opened them: a physical examination,
/// a seal or device put on or taken off, an unlocking approved and sent. What the other side's offices do to a unit is
/// no leave for it here: its opening is told by the entry it records.
/// </summary>
sealed class OfficeActs(NodeSettings node) : IProjection
{
    /// <summary>Rows fetched by one query.</summary>
    const int MostUnits = 500;

    /// <summary>An act recorded while the alert was on its way to the board counts as recorded since.</summary>
    const long RacingMicros = 5 * 60_000_000L;

    public string Schema =>
        """
        create table if not exists office_act (
            event_id text primary key, mrn text not null, unit integer not null, act text not null,
            office text not null, officer text not null, at_micros bigint not null, device text, command_id text,
            counts integer not null);
        create index if not exists office_act_unit on office_act (mrn, unit);
        """;

    public Task ApplyAsync(IRecordTransaction transaction, Recorded recorded, CancellationToken cancel)
    {
        if (recorded.Header.Stream.Administration != node.Administration) return Task.CompletedTask;
        return recorded.Body switch
        {
            UnitExamined { Kind: ControlKind.Physical } e => PutAsync(transaction, recorded, e.Mrn, e.Unit, cancel),
            SealFitted e => PutAsync(transaction, recorded, e.Mrn, e.Unit, cancel),
            DeviceFitted e => PutAsync(transaction, recorded, e.Mrn, e.Unit, cancel, e.Device),
            DeviceDetached e => PutAsync(transaction, recorded, e.Mrn, e.Unit, cancel, e.Device),
            UnlockApproved e =>
                PutAsync(transaction, recorded, e.Mrn, e.Unit, cancel, e.Device, e.CommandId, counts: false),
            // Approved is not opened: it counts from when it went out.
            CommandSent e => transaction.ExecuteAsync(
                "update office_act set counts = 1, at_micros = @at where mrn = @mrn and command_id = @id",
                new { at = recorded.Header.At.ToMicros(), mrn = e.Mrn.Value, id = e.CommandId }, cancel),
            // What was recorded with it at that moment: an act out of place permits nothing.
            IrregularityOpened
            {
                Unit: { } unit, Code: FitDevice.TakenAway or DeviceLoss.Elsewhere, Details: [var device, ..],
            } e =>
                transaction.ExecuteAsync(
                    """
                    delete from office_act
                    where mrn = @mrn and unit = @unit and device = @device and at_micros = @at
                    """,
                    new { mrn = e.Mrn.Value, unit, device, at = recorded.Header.At.ToMicros() }, cancel),
            ObservationCorrected e => transaction.ExecuteAsync(
                "delete from office_act where event_id = @id and mrn = @mrn",
                new { id = e.EventId, mrn = e.Mrn.Value }, cancel),
            _ => Task.CompletedTask,
        };
    }

    static Task PutAsync(
        IRecordTransaction transaction, Recorded recorded, Mrn mrn, int unit, CancellationToken cancel,
        DeviceId? device = null, string? command = null, bool counts = true) =>
        transaction.ExecuteAsync(
            """
            insert into office_act (event_id, mrn, unit, act, office, officer, at_micros, device, command_id, counts)
            values (@id, @mrn, @unit, @act, @office, @officer, @at, @device, @command, @counts)
            on conflict (event_id) do nothing
            """,
            new
            {
                id = recorded.Header.EventId, mrn = mrn.Value, unit, act = EventTypes.Of(recorded.Body).Name,
                office = recorded.Header.Office.ToString(), officer = recorded.Header.By.Value,
                at = recorded.Header.At.ToMicros(), device = device?.ToString(), command, counts,
            }, cancel);

    sealed record Row(
        string EventId, string Mrn, int Unit, string Act, string Office, string Officer, long AtMicros, string? Device);

    /// <summary>What the acts recorded of units permit, the earliest first.</summary>
    public static async Task<ILookup<UnitId, Permission>> PermissionsAsync(
        IRecordReader reader, IEnumerable<UnitId> units, CorridorPack pack, CancellationToken cancel)
    {
        var found = new List<(UnitId Unit, Permission Permission)>();
        foreach (var some in units.Chunk(MostUnits))
        {
            var rows = await reader.QueryAsync<Row>(
                """
                select event_id, mrn, unit, act, office, officer, at_micros, device from office_act
                where mrn in @mrns and counts = 1 order by at_micros, event_id
                """, new { mrns = some.Select(u => u.Mrn.Value).Distinct().ToArray() }, cancel);
            foreach (var row in rows)
                found.AddRange(PermissionsOf(row, pack).Select(p => (new UnitId(new(row.Mrn), row.Unit), p)));
        }
        return found.ToLookup(f => f.Unit, f => f.Permission);
    }

    /// <summary>
    /// An act allows the opening for a while before it was recorded, paper comes after the work, and for a while after.
    /// </summary>
    static IEnumerable<Permission> PermissionsOf(Row row, CorridorPack pack)
    {
        var at = CorridorTime.FromMicros(row.AtMicros);
        if (pack.Judging.At(at)?.Value is not { } rules) return [];
        var act = new OfficeAct(
            row.EventId, row.Act, OfficeId.Parse(row.Office), OfficerId.Parse(row.Officer, null), at);
        return Permission.Opening.Select(kind => new Permission(
            kind, at.AddSeconds(-rules.OpeningBeforeSeconds), at.AddSeconds(rules.OpeningAfterSeconds))
        {
            Act = act, Device = row.Device is { } device ? DeviceId.Parse(device) : null,
        });
    }

    sealed record UnitRow(string Mrn, int Unit, long AtMicros);

    /// <summary>
    /// Units with an open alert of an opening and an act recorded since that may explain it, with the newest act's
    /// time; the newest first.
    /// </summary>
    public static async Task<IReadOnlyList<(UnitId Unit, long ActMicros)>> ExplainableAsync(
        IRecordReader reader, AdministrationId own, CancellationToken cancel)
    {
        var rows = await reader.QueryAsync<UnitRow>(
            """
            select b.mrn, b.unit, max(a.at_micros) as at_micros from alert_board b
            join office_act a on a.mrn = b.mrn and a.unit = b.unit and a.counts = 1
            where b.status in ('raised', 'acknowledged') and b.administration = @own and b.kind in @kinds
                and a.at_micros >= b.raised_micros - @racing
            group by b.mrn, b.unit order by max(a.at_micros) desc, b.mrn, b.unit limit @most
            """,
            new
            {
                own = own.Value, kinds = Permission.Opening.Select(k => k.Slug()).ToArray(), most = MostUnits,
                racing = RacingMicros,
            },
            cancel);
        return [.. rows.Select(r => (new UnitId(new(r.Mrn), r.Unit), r.AtMicros))];
    }
}
